"""Registering for the waiting list, and proving the mail address.

A wish with a mail address begins as `asked`: one mail goes to the address, and nothing else until somebody has pressed
the button behind its link. Who left a telephone number waits at once; the desk talks to them before anything is booked.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from postoffices.city import current_city
from postoffices.models import Office, Procedure, Ward
from reservations.fairness.keys import contact_key
from reservations.models import Waiter, WaitState
from reservations.tokens import derived_token, new_token, token_hash
from reservations.waiting_list.errors import AlreadyWaiting, ConfirmTooLate, NotWaiting, SeatsFree
from reservations.waiting_list.mails import asked_queue
from reservations.waiting_list.offers import has_free_seats

BATCH = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody waits for: an office or a whole ward, on these local days, both included, for so many people."""

    procedure: Procedure
    place: Office | Ward
    first_day: date
    last_day: date
    people: int = 1

    @property
    def fields(self) -> dict[str, object]:
        """As a waiter stores them."""
        return {
            "procedure": self.procedure,
            "office": self.place if isinstance(self.place, Office) else None,
            "ward": self.place if isinstance(self.place, Ward) else None,
            "first_day": self.first_day,
            "last_day": self.last_day,
            "people": self.people,
        }


@dataclass(frozen=True, slots=True)
class Told:
    """How somebody is to be told: by mail, or by telephone when there is no address."""

    email: str = ""
    phone: str = ""
    language: str = "ja"

    @property
    def key(self) -> str:
        return contact_key(self.email or self.phone)


@transaction.atomic
def wait_register(
    *, wanted: Wanted, told: Told, key: UUID | None = None, network: str = "", by: Actor
) -> tuple[Waiter, str]:
    """Put somebody on the list; the same `key` does so once. Raises SeatsFree, or AlreadyWaiting for a telephone.

    Returns the token of their page: empty for a mail address, whose token is told by mail alone. `network` is the
    keyed hash of where they are.
    """
    if key and (before := Waiter.objects.filter(form_key=key, contact_key=told.key, **wanted.fields).first()):
        return before, "" if told.email else _page_token(key)
    waiter = Waiter(
        **wanted.fields,
        form_key=key if key and not Waiter.objects.filter(form_key=key).exists() else uuid4(),
        email=told.email,
        phone=told.phone,
        contact_key=told.key,
        network_key=network,
        language=told.language,
    )
    if has_free_seats(waiter):
        raise SeatsFree
    return (_ask(waiter, wanted, by), "") if told.email else _register(waiter, by)


def _register(waiter: Waiter, by: Actor) -> tuple[Waiter, str]:
    token = _page_token(waiter.form_key)
    waiter.token_hash = token_hash(token)
    if not _saved(waiter, "waiter_once"):
        raise AlreadyWaiting
    record(action="reservations.wait_registered", subject=waiter, by=by)
    return waiter, token


def _ask(waiter: Waiter, wanted: Wanted, by: Actor) -> Waiter:
    """Ask the address, once: registered again before the answer, the wish is put right and no mail is sent.

    Whether the address waits or was asked already, nobody learns here who cannot read its mail.
    """
    token = new_token()
    waiter.token_hash = token_hash(token)
    waiter.state = WaitState.ASKED
    waiter.confirm_until = timezone.now() + timedelta(minutes=current_city().rules.waiting_list.confirm_minutes)
    if _saved(waiter, "waiter_asked_once"):
        record(action="reservations.wait_asked", subject=waiter, by=by)
        asked_queue(waiter, token=token, by=by)
        return waiter
    asked = Waiter.objects.select_for_update().filter(
        contact_key=waiter.contact_key, procedure=waiter.procedure, state=WaitState.ASKED
    )
    current = asked.first()
    if current is None:  # confirmed or over at this very moment
        raise AlreadyWaiting
    for name, value in wanted.fields.items():
        setattr(current, name, value)
    current.save(update_fields=list(wanted.fields))
    record(action="reservations.wait_corrected", subject=current, by=by)
    return current


def _saved(waiter: Waiter, constraint: str) -> bool:
    """False when somebody with this contact stands there already; they keep their place."""
    try:
        with transaction.atomic():
            waiter.save()
    except IntegrityError as error:
        if constraint not in str(error):
            raise
        return False
    return True


def _page_token(key: UUID | None) -> str:
    return derived_token("reservations.waiting_list.page", str(key))


@transaction.atomic
def wait_confirm(*, waiter: Waiter, by: Actor) -> Waiter:
    """Somebody who reads the address' mail wants the wish: from now on it is served. Confirming twice changes nothing.

    Raises AlreadyWaiting (another wish of the address for the procedure), ConfirmTooLate or NotWaiting.
    """
    current = Waiter.objects.select_for_update(of=("self",)).get(pk=waiter.pk)
    if current.state in (WaitState.WAITING, WaitState.OFFERED, WaitState.BOOKED):
        return current
    if current.state == WaitState.UNPROVEN or (current.confirm_until and current.confirm_until < timezone.now()):
        raise ConfirmTooLate
    if current.state != WaitState.ASKED:
        raise NotWaiting
    current.state = WaitState.WAITING
    if not _saved(current, "waiter_once"):
        raise AlreadyWaiting
    record(action="reservations.wait_registered", subject=current, by=by)
    return current


@transaction.atomic
def asks_end(*, by: Actor) -> int:
    """Close the wishes whose address nobody confirmed in time. Returns how many."""
    asked = Waiter.objects.filter(state=WaitState.ASKED, confirm_until__lt=timezone.now()).order_by("pk")
    ended = list(asked.select_for_update(skip_locked=True)[:BATCH])
    for waiter in ended:
        waiter.end(WaitState.UNPROVEN)
        record(action="reservations.wait_unproven", subject=waiter, by=by)
    return len(ended)
