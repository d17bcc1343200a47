"""The waiting list: who waits for a seat is told first, and the seat is held for them."""
