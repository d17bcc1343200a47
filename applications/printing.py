"""Whether a printed form still says what the booking says: when a booking changes, the office sees it (fukuoka-21)."""

from django.utils import timezone
from django.utils.crypto import salted_hmac

from applications.models import Application, ApplicationState


def printed_mark(application: Application) -> str:
    """A keyed hash of what a form shows of its booking; without the key nothing can be guessed from it."""
    booking = application.reservation
    if booking is None:
        return ""
    shown = (
        application.number,
        booking.number,
        booking.office_id,
        booking.procedure_id,
        booking.slot.starts_at.isoformat(),
        booking.birth_date.isoformat(),
        booking.address,
        booking.phone,
    )
    return salted_hmac("applications.printed", repr(shown), algorithm="sha256").hexdigest()


def is_outdated(application: Application) -> bool:
    """Printed, not signed yet, and the booking has changed since."""
    printed = application.printed_at is not None and application.state == ApplicationState.DRAFTED
    return printed and application.printed_mark != printed_mark(application)


def mark_printed(application: Application) -> None:
    """Remember what is on the paper now. Of the action that takes forms out."""
    if application.state != ApplicationState.DRAFTED or application.reservation is None:
        return
    booking = application.reservation
    Application.objects.filter(pk=application.pk).update(
        printed_mark=printed_mark(application),
        printed_at=timezone.now(),
        printed_for=timezone.localdate(booking.slot.starts_at),
        printed_office=booking.office_id,
    )
