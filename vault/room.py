"""Whether there is room for more. A room above, which knows the contract, says how much; without one all is taken."""

from collections.abc import Callable

from vault.errors import StorageFull

_asked: list[Callable[[], int | None]] = []


def register(room_left: Callable[[], int | None]) -> None:
    """`room_left()` gives the bytes that may still be kept, None when nobody knows. Twice is once."""
    if room_left not in _asked:
        _asked.append(room_left)


def refuse_when_full(size: int) -> None:
    """Raises StorageFull when `size` bytes would be more than there is room for."""
    for room_left in _asked:
        left = room_left()
        if left is not None and size > left:
            raise StorageFull
