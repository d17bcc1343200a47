"""What pages and workers look at before they start: things that the settings alone cannot tell."""

from django.db import connection

from applications.signing.ready import refuse_without_seal


def refuse_incomplete() -> None:
    """Raises ImproperlyConfigured, naming what to set."""
    refuse_without_seal()
    # The process that only starts others keeps no connection.
    connection.close()
