"""Lists of bookings: on screen, on paper, as a workbook and as CSV."""
