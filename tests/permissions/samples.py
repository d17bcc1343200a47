"""Values for the parameters of routes. Without a sample a route gets values for which nothing exists.

A sample makes its object and returns the route's parameters:

    @sample("accounts:person", "accounts:person_deactivate")
    def a_person() -> dict[str, object]:
        return {"pk": staff_member(Role.CLERK, "sample").pk}
"""

import uuid
from collections.abc import Callable

from accounts.roles import Role
from counters.actions import visit_walk_in
from devices.models import FaultKind
from documents.models import DocumentKind
from helpdesk.models import DeskCode, QuestionState
from helpdesk.questions.actions import Written, question_write
from reservations.actions import reservation_book, seat_hold
from tests.devices.made import a_fault, a_tablet, an_erasure
from tests.documents.made import published_version
from tests.people import staff_member
from tests.reservations.town import HANAKO, SYSTEM, make_slot, make_town
from tests.staffing.made import assigned, contact, worker

Sample = Callable[[], dict[str, object]]

SAMPLES: dict[str, Sample] = {}

# For each kind of path converter a value that no object has.
NOTHING: dict[str, object] = {
    "IntConverter": 0,
    "StringConverter": "nothing",
    "SlugConverter": "nothing",
    "UUIDConverter": uuid.UUID(int=0),
    "PathConverter": "nothing",
}


def sample(*names: str) -> Callable[[Sample], Sample]:
    def keep(make: Sample) -> Sample:
        SAMPLES.update(dict.fromkeys(names, make))
        return make

    return keep


@sample(
    "accounts:person",
    "accounts:person_deactivate",
    "accounts:person_activate",
    "accounts:person_reset_second_factor",
    "accounts:person_reset_password",
)
def a_person() -> dict[str, object]:
    return {"pk": staff_member(Role.CLERK, "sample").pk}


@sample(
    "counters:visit",
    "counters:pane",
    "counters:serve",
    "counters:call",
    "counters:call_back",
    "counters:terminal",
    "counters:fees",
    "counters:sign",
    "counters:sign_on_paper",
    "counters:finish",
    "counters:leave",
)
def a_visit() -> dict[str, object]:
    town = make_town()
    return {"pk": visit_walk_in(office=town.office, procedure=town.renewal, by=SYSTEM).pk}


@sample(
    "review:image_upload",
    "review:pictures",
    "review:submit",
    "review:plan",
    "review:tablet_key",
    "review:upload_begin",
)
def a_visit_to_photograph() -> dict[str, object]:
    return {"visit_pk": a_visit()["pk"]}


@sample("counters:booking", "counters:arrive", "counters:miss")
def a_booking() -> dict[str, object]:
    town = make_town()
    _, token = seat_hold(slot_id=make_slot(town.office).pk, procedure=town.renewal, by=SYSTEM)
    return {"number": reservation_book(token=token, person=HANAKO, by=SYSTEM).number}


@sample(
    "documents:document",
    "documents:confirm",
    "documents:edit",
    "documents:readers",
    "documents:distribution",
)
def a_published_document() -> dict[str, object]:
    return {"pk": a_published_version()["pk"]}


@sample(
    "documents:pdf",
    "documents:version",
    "documents:submit",
    "documents:publish",
    "documents:approve",
    "documents:return",
)
def a_published_version() -> dict[str, object]:
    everyone = [role for role in Role if role != Role.ADMINISTRATOR]
    version = published_version(audience=everyone, kind=DocumentKind.PUBLICITY)
    return {"pk": version.document_id, "number": version.number}


@sample(
    "devices:device", "devices:edit", "devices:move", "devices:command", "devices:where", "devices:wipe", "devices:kit"
)
def a_device() -> dict[str, object]:
    return {"pk": a_tablet().pk}


@sample("devices:fault", "devices:fault_pdf", "devices:replace")
def a_fault_of_a_device() -> dict[str, object]:
    return {"pk": a_fault(kind=FaultKind.SOFTWARE).pk}


@sample("devices:erasure", "devices:erasure_pdf")
def an_erasure_of_a_device() -> dict[str, object]:
    return {"pk": an_erasure().pk}


@sample("devices:file")
def the_register() -> dict[str, object]:
    return {"form": "xlsx"}


@sample("helpdesk:question", "helpdesk:question_judge")
def a_question() -> dict[str, object]:
    said = Written("card", "電子証明書を更新したい", "", "郵便局で更新できます。", QuestionState.PUBLISHED)
    return {"pk": question_write(key=uuid.uuid4(), desk=DeskCode.CITIZEN, written=said, by=SYSTEM).pk}


@sample("staffing:worker", "staffing:worker_edit", "staffing:assign", "staffing:absence_new", "staffing:worker_leave")
def a_worker() -> dict[str, object]:
    return {"pk": worker().pk}


@sample("staffing:assignment_end")
def an_assignment() -> dict[str, object]:
    return {"pk": assigned(worker()).pk}


@sample("staffing:contact_edit", "staffing:contact_remove", "staffing:contact_confirm")
def a_contact() -> dict[str, object]:
    return {"pk": contact("見本").pk}


@sample("staffing:roster_file")
def a_roster() -> dict[str, object]:
    return {"form": "xlsx"}
