"""Template filters: how times are written on screens."""
