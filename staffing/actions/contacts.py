"""Writing the contact tree. Whoever writes an entry has made sure of it, so it counts as confirmed that day."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from live.notify import notify
from staffing.errors import CallsInACircle
from staffing.models import Contact, Worker

TOPIC = "staffing"


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Digits only in the telephone numbers; either `worker` or `name`."""

    above: Contact | None
    position: int
    title: str
    worker: Worker | None
    name: str
    day_phone: str
    night_phone: str
    deputy_name: str
    deputy_phone: str


@transaction.atomic
def contact_add(*, key: UUID, facts: ContactFacts, by: Actor) -> Contact:
    """A new entry. The same `key` again gives the first one."""
    if found := Contact.objects.filter(key=key).first():
        return found
    return _written(Contact(key=key), facts, "staffing.contact_added", by)


@transaction.atomic
def contact_change(*, contact: Contact, facts: ContactFacts, by: Actor) -> Contact:
    """Raises CallsInACircle when the person would be called by somebody below them."""
    held = _whole_tree_locked()
    # As the locked rows say: what the form was made with may be older.
    above = held.get(facts.above.pk) if facts.above else None
    while above is not None:
        if above.pk == contact.pk:
            raise CallsInACircle
        above = held.get(above.above_id or 0)
    return _written(held[contact.pk], facts, "staffing.contact_changed", by)


@transaction.atomic
def contact_remove(*, contact: Contact, by: Actor) -> None:
    """Take somebody out; those whom they called are called by the one above from now on."""
    contact = _whole_tree_locked()[contact.pk]
    contact.below.update(above=contact.above_id)
    record(action="staffing.contact_removed", subject=contact, by=by)
    contact.delete()
    notify(topic=TOPIC, kind="contacts", id=0)


@transaction.atomic
def contact_confirm(*, contact: Contact, by: Actor) -> Contact:
    """Somebody made sure that the numbers are right."""
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    contact.confirmed_on, contact.confirmed_by_id = timezone.localdate(), by.staff_id
    contact.save(update_fields=["confirmed_on", "confirmed_by"])
    record(action="staffing.contact_confirmed", subject=contact, by=by)
    return contact


def _whole_tree_locked() -> dict[int, Contact]:
    """Two who rearrange at once could close a circle that neither of them sees: one waits for the other."""
    return {contact.pk: contact for contact in Contact.objects.select_for_update().order_by("pk")}


def _written(contact: Contact, facts: ContactFacts, action: str, by: Actor) -> Contact:
    for name in ContactFacts.__dataclass_fields__:
        setattr(contact, name, getattr(facts, name))
    contact.confirmed_on, contact.confirmed_by_id = timezone.localdate(), by.staff_id
    contact.save()
    record(action=action, subject=contact, by=by)
    notify(topic=TOPIC, kind="contacts", id=0)
    return contact
