"""The town of the bookings' tests."""

from tests.reservations.conftest import book, town

__all__ = ["book", "town"]
