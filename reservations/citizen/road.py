"""Where somebody stands on the road. Everything is in the address or the form: citizens have no sessions."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.validators import slug_re
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from postoffices.models import Office, Procedure
from reservations.citizen.forms import of_person
from reservations.citizen.together import people_of
from reservations.models import Slot


@dataclass(frozen=True, slots=True)
class Wish:
    """The time and procedure somebody chose: stands in the hold's address, so that it outlives the hold."""

    slot: Slot
    procedure: Procedure
    people: int = 1

    @property
    def office(self) -> Office:
        return self.slot.office

    @property
    def query(self) -> str:
        people = {"people": self.people} if self.people > 1 else {}
        return urlencode({"slot": self.slot.pk, "procedure": self.procedure.code} | people)

    def address(self, name: str, token: str) -> str:
        """The address of a page of the hold, with the wish in it."""
        return f"{reverse(f'booking:{name}', args=[token])}?{self.query}"


def online_procedure(code: str) -> Procedure:
    """Raises Http404 for a procedure that is unknown or cannot be booked on the internet."""
    return get_object_or_404(Procedure, code=_code(code), bookable_online=True)


def bookable_office(procedure: Procedure, code: str) -> Office:
    """Raises Http404 when the place does not offer the procedure."""
    return get_object_or_404(Office.objects.bookable_for(procedure), code=_code(code))


def _code(text: str) -> str:
    """Raises Http404 for text that is no code: PostgreSQL would refuse some of it (NUL) with an error."""
    if not slug_re.match(text):
        raise Http404
    return text


def wish_of(request: HttpRequest) -> Wish:
    """The wish in the address. Raises Http404 when somebody has cut it off."""
    slot_id = slot_number(request.GET)
    slot = Slot.objects.select_related("office__ward").filter(pk=slot_id).first() if slot_id else None
    if slot is None:
        raise Http404
    return Wish(slot, online_procedure(request.GET.get("procedure", "")), people_of(request.GET))


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty submission is one too, and gets its errors."""
    return request.POST if request.method == "POST" else None


def slot_number(data: QueryDict) -> int | None:
    """The slot's id that a button or address carries, None when it is none."""
    text = data.get("slot", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None  # a bigint's digits


def carried(data: QueryDict) -> list[tuple[str, str]]:
    """The person's fields exactly as typed, for hidden inputs that take them to the next page."""
    return [(name, str(data[name])) for name in data if of_person(name)]
