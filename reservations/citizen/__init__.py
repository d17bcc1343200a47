"""The citizen's road: five steps from the procedure to the booking, and what comes after by link."""
