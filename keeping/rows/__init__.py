"""Rows with personal data, emptied or deleted when the city's rule for them is over."""
