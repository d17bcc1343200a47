"""Courses and their sessions, who attended, and patrols of the offices."""
