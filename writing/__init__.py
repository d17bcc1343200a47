"""What people write and read: normalised input, the My Number guard, Japanese dates, papers."""
