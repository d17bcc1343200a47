"""Before an installation starts: signing on the screen needs a seal."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from postoffices.city import current_city

MISSING = (
    "SEAL_CERTIFICATE is not set. The city's profile has signing on the screen (signature.electronic): set "
    "SEAL_CERTIFICATE, SEAL_KEY and SEAL_TSA_URL, or electronic = false in the profile."
)


def refuse_without_seal() -> None:
    """Raises ImproperlyConfigured when the profile asks for signing on the screen and nothing can seal it."""
    if settings.DEMO or settings.SEAL is not None:
        return
    try:
        city = current_city()
    except DatabaseError:
        return  # no database yet, or not migrated: there is no profile that could ask
    if city.slug and city.rules.signature.electronic:
        raise ImproperlyConfigured(MISSING)
