"""Push to open screens: PostgreSQL LISTEN/NOTIFY to server-sent events."""
