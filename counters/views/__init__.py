"""The clerk's tablet: the day on the left, one visit on the right."""
