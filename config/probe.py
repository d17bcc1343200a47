"""Asks a server of this container whether it is well: `python -m config.probe http://127.0.0.1:8000/healthz`."""

import os
import sys
import urllib.error
import urllib.request

SECONDS = 3.0


def answers(address: str) -> bool:
    """Whether the address answers 200."""
    # Django answers only to names in ALLOWED_HOSTS, and this container's own is not one of them.
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    try:
        request = urllib.request.Request(address, headers={"Host": host})  # noqa: S310 -- given by the operator
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 -- see above
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
