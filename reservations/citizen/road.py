"""Where somebody stands on the road. Everything is in the address or the form: citizens have no sessions."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse

from postoffices.known import bookable_places, known_office_by_code, known_procedure
from postoffices.models import Office, Procedure
from reservations.access import slot_by_id
from reservations.citizen.forms import of_person
from reservations.citizen.together import people_of
from reservations.models import Hold, Slot


@dataclass(frozen=True, slots=True)
class Wish:
    """The time and procedure somebody chose: stands in the hold's address, so that it outlives the hold."""

    slot: Slot
    procedure: Procedure
    people: int = 1

    @property
    def office(self) -> Office:
        return self.slot.office

    def address(self, name: str, token: str) -> str:
        """The address of a page of the hold, with the wish in it."""
        return hold_address(name, token, slot_id=self.slot.pk, procedure=self.procedure, people=self.people)


def hold_address(name: str, token: str, *, slot_id: int, procedure: Procedure, people: int) -> str:
    """The address of a page of the hold, with the wish in it, so that it outlives the hold."""
    wish: dict[str, int | str] = {"slot": slot_id, "procedure": procedure.code}
    query = urlencode(wish | ({"people": people} if people > 1 else {}))
    return f"{reverse(f'booking:{name}', args=[token])}?{query}"


class LinkGone(Http404):
    """An address that leads nowhere any more; `office` is None when no place ever had the code."""

    def __init__(self, procedure: Procedure, office: Office | None = None) -> None:
        super().__init__("gone")
        self.procedure, self.office = procedure, office


def online_procedure(code: str) -> Procedure:
    """Raises Http404 for a procedure that is unknown, LinkGone for one that cannot be booked on the internet."""
    procedure = known_procedure(code)
    if procedure is None:
        raise Http404
    if not procedure.bookable_online:
        raise LinkGone(procedure)
    return procedure


def bookable_office(procedure: Procedure, code: str) -> Office:
    """Raises LinkGone when the place does not offer the procedure, or does not exist."""
    place = next((office for office in bookable_places(procedure) if office.code == code), None)
    if place is None:
        raise LinkGone(procedure, known_office_by_code(code))
    return place


def wish_of(request: HttpRequest, hold: Hold | None = None) -> Wish:
    """The wish in the address. Raises Http404 when somebody has cut it off. No query when it is what `hold` keeps."""
    slot_id = slot_number(request.GET)
    slot = hold.slot if hold and hold.slot_id == slot_id else slot_by_id(slot_id) if slot_id else None
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
