"""Pages of sign-in, the start page, and the list of staff."""

from accounts.views.failure import csrf_failure

__all__ = ["csrf_failure"]
