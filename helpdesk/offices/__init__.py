"""Post offices ask their desk on screen, and read the answers there."""
