"""Post offices ask their desk on screen: six categories, no personal data, the answer on their start page."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from devices.models import Fault
from helpdesk.actions import city_answer, note_add, ticket_sort, ticket_take
from helpdesk.models import DeskCode, NoteKind, Priority, Ticket, TicketKind, TicketState
from postoffices.models import Posting
from tests.devices.made import a_tablet
from tests.helpdesk.conftest import Desks
from tests.people import sign_in, staff_member

ADDRESS = "/staff/helpdesk/office/"


@pytest.fixture
def clerk(desks: Desks) -> User:
    return clerk_at(desks, "clerk-here")


def clerk_at(desks: Desks, name: str, *, elsewhere: bool = False) -> User:
    clerk = staff_member(Role.CLERK, name)
    Posting.objects.create(user=clerk, office=desks.town.elsewhere if elsewhere else desks.town.office)
    return clerk


def typed(**changed: str) -> dict[str, str]:
    return {
        "key": str(uuid4()),
        "kind": "inquiry",
        "category": "terminal",
        "title": "コピー機の紙詰まり",
        "body": "ふたを開けても取れません。",
    } | changed


def asked(client: Client, **changed: str) -> Ticket:
    response = client.post(f"{ADDRESS}new/", typed(**changed))
    assert response.status_code == 302, response.content.decode()
    return Ticket.objects.get(pk=int(response["Location"].rstrip("/").rpartition("/")[2]))


def answer(ticket: Ticket, desks: Desks, text: str = "トレイを外してください。") -> None:
    note_add(ticket=ticket, kind=NoteKind.OUTSIDE, text=text, key=str(uuid4()), by=Actor.staff(desks.agent))


@pytest.mark.requirement("kitakyushu-04", "fukuoka-17")
def test_an_office_asks_is_told_of_the_answer_adds_and_confirms(desks: Desks, clerk: User) -> None:
    client = sign_in(Client(), clerk)
    form = client.get(f"{ADDRESS}new/").content.decode()
    assert all(f"（{letter}）" in form for letter in "アイウエオカ")
    ticket = asked(client)
    assert (ticket.desk, ticket.channel, ticket.office, ticket.asked_by) == (
        DeskCode.HELPDESK, "form", desks.town.office, clerk,
    )  # fmt: skip
    agent = sign_in(Client(), desks.agent)
    page = agent.get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()
    assert clerk.display_name in page and desks.town.office.name in page
    assert "ヘルプデスクからの回答" not in client.get("/staff/").content.decode()

    ticket_take(ticket=ticket, by=Actor.staff(desks.agent))
    note_add(ticket=ticket, kind=NoteKind.INTERNAL, text="内輪の話", key=str(uuid4()), by=Actor.staff(desks.agent))
    answer(ticket, desks)
    assert "ヘルプデスクからの回答" in client.get("/staff/").content.decode()
    assert "新しい回答" in client.get(ADDRESS).content.decode()
    page = client.get(f"{ADDRESS}{ticket.pk}/").content.decode()
    assert "トレイを外してください。" in page
    assert "内輪の話" not in page
    assert "ヘルプデスクからの回答" not in client.get("/staff/").content.decode(), "it was read"

    client.post(f"{ADDRESS}{ticket.pk}/more/", {"key": str(uuid4()), "text": "まだ取れません。"})
    assert "まだ取れません。" in agent.get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()
    client.post(f"{ADDRESS}{ticket.pk}/solved/")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolved_in_time) == (TicketState.CLOSED, True)
    client.post(f"{ADDRESS}{ticket.pk}/solved/")
    refused = client.post(f"{ADDRESS}{ticket.pk}/more/", {"key": str(uuid4()), "text": "続き"})
    assert refused.status_code == 422


def test_an_answered_question_that_goes_on_is_open_again(desks: Desks, clerk: User) -> None:
    client = sign_in(Client(), clerk)
    ticket = asked(client)
    agent = sign_in(Client(), desks.agent)
    agent.post(reverse("helpdesk:ticket_move", args=[ticket.pk]), {"state": "resolved"})
    assert "ヘルプデスクからの回答" in client.get("/staff/").content.decode()
    client.post(f"{ADDRESS}{ticket.pk}/more/", {"key": str(uuid4()), "text": "直っていません。"})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolved_at) == (TicketState.OPEN, None)


@pytest.mark.requirement("kitakyushu-05", "kitakyushu-08")
@pytest.mark.parametrize("kind", [TicketKind.EQUIPMENT, TicketKind.ESCALATION])
def test_what_needs_the_city_is_told_at_once_and_lies_there(desks: Desks, clerk: User, kind: TicketKind) -> None:
    client = sign_in(Client(), clerk)
    ticket = asked(client, kind=kind, urgent="on")
    assert (ticket.reported_after_seconds, ticket.priority) == (0, "urgent")
    if kind == TicketKind.ESCALATION:
        assert "市で対応しています" in client.get(f"{ADDRESS}{ticket.pk}/").content.decode()
        city_answer(ticket=ticket, text="市から直接", key=str(uuid4()), by=Actor.staff(desks.officer))
        assert "市から直接" not in client.get(f"{ADDRESS}{ticket.pk}/").content.decode()


@pytest.mark.requirement("fukuoka-17")
@pytest.mark.parametrize("field", ["title", "body", "device_label"])
@pytest.mark.parametrize("said", ["お客さまの番号は090-1234-5678です", "昭和60年4月2日生まれ", "1234 5678 9018"])
def test_personal_data_is_refused_at_the_field_and_what_was_typed_stays(
    desks: Desks, clerk: User, field: str, said: str
) -> None:
    response = sign_in(Client(), clerk).post(f"{ADDRESS}new/", typed(**{field: said, "title": said}))
    page = response.content.decode()
    assert response.status_code == 422
    assert "消してください" in page or "入力しないでください" in page
    assert said in page
    assert not Ticket.objects.exists()


def test_sending_twice_is_one_question(desks: Desks, clerk: User) -> None:
    client, form = sign_in(Client(), clerk), typed()
    first, second = (client.post(f"{ADDRESS}new/", form)["Location"] for _twice in range(2))
    assert first == second
    assert Ticket.objects.count() == 1


def test_another_office_and_the_desks_own_inquiries_are_out_of_reach(desks: Desks, clerk: User) -> None:
    ticket = asked(sign_in(Client(), clerk))
    stranger = sign_in(Client(), clerk_at(desks, "clerk-there", elsewhere=True))
    for address in (f"{ticket.pk}/", f"{ticket.pk}/more/", f"{ticket.pk}/solved/"):
        method = stranger.get if address.count("/") == 1 else stranger.post
        assert method(ADDRESS + address).status_code == 404
    assert ticket.title not in stranger.get(ADDRESS).content.decode()
    by_phone = desks.asked(DeskCode.HELPDESK, office=desks.town.office)
    assert sign_in(Client(), clerk).get(f"{ADDRESS}{by_phone.pk}/").status_code == 404
    colleague = sign_in(Client(), clerk_at(desks, "clerk-two"))
    assert ticket.title in colleague.get(ADDRESS).content.decode()


def test_somebody_without_an_office_asks_nothing(desks: Desks) -> None:
    client = sign_in(Client(), staff_member(Role.CLERK, "nowhere"))
    assert client.get(ADDRESS).status_code == 404


def test_the_list_asks_a_fixed_number_of_times(
    desks: Desks, clerk: User, django_assert_max_num_queries: object
) -> None:
    client = sign_in(Client(), clerk)
    for _number in range(6):
        answer(asked(client), desks)
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert client.get(ADDRESS).status_code == 200


@pytest.mark.requirement("kitakyushu-08")
@pytest.mark.parametrize(
    ("label", "said", "kind"),
    [
        ("", "電源が入らない", "software"),
        ("SEAL", "電源が入らない", "software"),
        ("SEAL", "回線がつながらない", "network"),
    ],
)
def test_trouble_with_equipment_becomes_a_fault_of_the_named_device_once(
    desks: Desks, clerk: User, label: str, said: str, kind: str
) -> None:
    device = a_tablet(office=desks.town.office)
    client, form = sign_in(Client(), clerk), typed(kind="equipment", title=said)
    form["device_label"] = device.seal_number.lower() if label else "番号なし"
    for _twice in range(2):
        client.post(f"{ADDRESS}new/", form)
    ticket, fault = Ticket.objects.get(), Fault.objects.get()
    assert (fault.ticket_number, fault.kind, fault.office) == (ticket.number, kind, desks.town.office)
    assert fault.device == (device if label else None)
    page = sign_in(Client(), desks.agent).get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()
    assert fault.number in page


def test_an_inquiry_that_turns_out_to_be_equipment_trouble_becomes_a_fault_then(desks: Desks) -> None:
    ticket = desks.asked(DeskCode.HELPDESK)
    assert not Fault.objects.exists()
    for _twice in range(2):
        ticket_sort(ticket=ticket, category="terminal", priority=Priority.HIGH, kind=TicketKind.EQUIPMENT, by=desks.by)
    assert Fault.objects.get().ticket_number == ticket.number
