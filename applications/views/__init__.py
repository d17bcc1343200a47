"""Staff's screens of this room."""
