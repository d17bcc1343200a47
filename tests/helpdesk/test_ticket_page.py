"""The inquiry's page: each button does what it says, and what was refused stands there again as it was typed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from helpdesk.actions import note_add, ticket_move
from helpdesk.models import DeskCode, NoteKind, Ticket, TicketKind, TicketState
from tests.helpdesk.conftest import Desks
from tests.helpdesk.letters import jpeg
from tests.people import sign_in

KEY = "00000000-0000-4000-8000-000000000011"
MY_NUMBER = "1234 5678 9018"


@pytest.fixture
def screen(desks: Desks) -> Client:
    return sign_in(Client(), desks.operator)


def press(screen: Client, button: str, ticket: Ticket, **typed: object) -> HttpResponse:
    response: HttpResponse = screen.post(reverse(f"helpdesk:ticket_{button}", args=[ticket.pk]), typed)  # type: ignore[assignment]
    return response


def leads_to(response: HttpResponse, ticket: Ticket) -> bool:
    return response.status_code == 302 and response["Location"] == reverse("helpdesk:ticket", args=[ticket.pk])


def test_an_inquiry_is_worked_from_its_page(desks: Desks, screen: Client) -> None:
    """Taken, sorted, noted, given away, watched, waiting, solved: each leads back to the page."""
    ticket = desks.asked()
    buttons: dict[str, dict[str, object]] = {
        "take": {},
        "sort": {"category": "booking", "priority": "high", "kind": "inquiry"},
        "note": {"key": KEY, "kind": "outside", "text": "お答えしました"},
        "attach": {"file": SimpleUploadedFile("写真.jpg", jpeg())},
        "hand_over": {"owner": desks.colleague.pk},
        "watch": {"watching": "1"},
        "move": {"state": "waiting"},
    }
    for button, typed in buttons.items():
        assert leads_to(press(screen, button, ticket, **typed), ticket), button
    ticket.refresh_from_db()
    assert (ticket.category, ticket.priority, ticket.owner, ticket.state) == (
        "booking",
        "high",
        desks.colleague,
        TicketState.WAITING,
    )
    assert [note.text for note in ticket.notes.all()] == ["お答えしました"]
    assert [held.name for held in ticket.attachments.all()] == ["写真.jpg"]
    assert list(ticket.watchers.all()) == [desks.operator]
    assert ticket.responded_at is not None
    press(screen, "watch", ticket, watching="0")
    assert not ticket.watchers.exists()


def test_a_complaints_course_is_filled_in_on_its_page(desks: Desks, screen: Client) -> None:
    ticket = desks.complaint()
    for step in ticket.steps.all():
        screen.post(reverse("helpdesk:ticket_step", args=[ticket.pk, step.pk]), {"done": "1"})
    happened = {"day_year": "2026", "day_month": "11", "day_day": "18", "clock": "9:40", "text": "案内した"}
    assert leads_to(press(screen, "moment", ticket, **happened), ticket)
    assert leads_to(press(screen, "findings", ticket, analysis="案内表が古い", measures="差し替えた"), ticket)
    assert leads_to(press(screen, "move", ticket, state="resolved"), ticket)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.moments.get().text, ticket.analysis) == ("resolved", "案内した", "案内表が古い")


def test_joining_and_splitting_lead_to_the_inquiry_that_goes_on(desks: Desks, screen: Client) -> None:
    first, second = desks.asked(), desks.asked(title="同じこと")
    note = note_add(ticket=first, kind=NoteKind.RECEIVED, text="駐車場も", key=KEY, by=desks.by)
    assert leads_to(press(screen, "join", first, other=second.number, how="relate"), first)
    response = press(screen, "split", first, key="s", title="駐車場", category="other", note=[note.pk])
    made = Ticket.objects.get(title="駐車場")
    assert leads_to(response, made)
    assert (made.notes.get(), {*first.related.all()}) == (note, {second, made})
    assert leads_to(press(screen, "join", second, other=str(first.pk), how="merge"), first)
    second.refresh_from_db()
    assert second.merged_into == first


def test_a_call_back_is_promised_from_the_inquiry(desks: Desks, screen: Client) -> None:
    ticket = desks.asked(phone="00012345678", contact_name="見本 花子")
    typed = {"key": KEY, "phone": "000-1234-5678", "callback_day": "2026-11-19", "callback_from": "10", "note": "回答"}
    for _twice in range(2):
        assert leads_to(press(screen, "callback", ticket, **typed), ticket)
    back = ticket.callbacks.get()
    assert (back.contact_name, f"{timezone.localtime(back.next_at):%d %H:%M}") == ("見本 花子", "19 10:00")
    assert "折り返し" in screen.get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()
    assert ticket.number in screen.get(reverse("helpdesk:callbacks")).content.decode()


WRONG = [
    ("note", {"key": KEY, "kind": "internal", "text": f"番号は{MY_NUMBER}"}, "番号）と思われる数字"),
    ("note", {"key": KEY, "kind": "internal", "mail": "on", "text": "書きかけの文"}, "相手への回答"),
    ("note", {"key": KEY, "kind": "outside", "mail": "on", "text": "書きかけの文"}, "メールアドレスがない"),
    ("join", {"other": "Q-999999", "how": "relate"}, "見つかりません"),
    ("join", {"other": "9" * 12, "how": "merge"}, "見つかりません"),
    ("split", {"key": "s", "title": "", "category": "other"}, "件名を入力"),
    (
        "moment",
        {"day_year": "2026", "day_month": "11", "day_day": "19", "clock": "9:00", "text": "書きかけの文"},
        "先の",
    ),
    ("callback", {"key": KEY, "phone": "", "note": "書きかけの用件"}, "電話番号を入力"),
    ("callback", {"key": KEY, "phone": "00012345678", "callback_from": "8", "callback_until": "9"}, "これからの時刻"),
    ("move", {"state": "resolved"}, "手順が残っています"),
    ("attach", {"file": SimpleUploadedFile("x.exe", b"MZ")}, "JPEGの写真とPDFだけ"),
]


@pytest.mark.parametrize(("button", "typed", "said"), WRONG, ids=[f"{row[0]}-{row[2]}" for row in WRONG])
def test_what_is_wrong_is_said_and_stands_there_again(
    desks: Desks, screen: Client, button: str, typed: dict[str, object], said: str
) -> None:
    ticket = desks.complaint()
    response = press(screen, button, ticket, **typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    text = typed.get("text") or typed.get("other") or typed.get("note") or ""
    assert str(text) in page
    assert not ticket.notes.exists() and not ticket.moments.exists() and not ticket.attachments.exists()


def test_what_somebody_else_took_is_said_on_the_page(desks: Desks, screen: Client) -> None:
    ticket = desks.asked()
    press(sign_in(Client(), desks.colleague), "take", ticket)
    response = press(screen, "take", ticket)
    assert (response.status_code, "ほかの人が先に担当" in response.content.decode()) == (422, True)


def test_the_city_answers_on_the_page_and_nobody_of_the_desk_does_it_for_it(desks: Desks, screen: Client) -> None:
    ticket = desks.asked(DeskCode.HELPDESK, kind=TicketKind.ESCALATION)
    officer = sign_in(Client(), desks.officer)
    assert leads_to(press(officer, "see", ticket), ticket)
    refused = press(officer, "answer", ticket, key=KEY, text="連絡先は090-1234-5678")
    assert (refused.status_code, "090-1234-5678" in refused.content.decode()) == (422, True)
    assert leads_to(press(officer, "answer", ticket, key=KEY, text="市から連絡します"), ticket)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.notes.get().kind) == (TicketState.OPEN, NoteKind.CITY)
    agent = sign_in(Client(), desks.agent)
    assert press(agent, "answer", ticket, key=KEY, text="市のふり").status_code == 403


def test_the_city_finds_what_it_has_not_seen_desk_by_desk(desks: Desks, screen: Client) -> None:
    seen, press_, escalation = (
        desks.asked(kind=TicketKind.PRESS, title="見た取材"),
        desks.asked(kind=TicketKind.PRESS, title="見ていない取材"),
        desks.asked(DeskCode.HELPDESK, kind=TicketKind.ESCALATION, title="個別の相談"),
    )
    officer = sign_in(Client(), desks.officer)
    press(officer, "see", seen)
    start = officer.get("/staff/").content.decode()
    for ticket in (press_, escalation):
        address = f"{reverse('helpdesk:tickets')}?desk={ticket.desk}&view=unseen"
        assert address.replace("&", "&amp;") in start
        listed = officer.get(address).content.decode()
        assert ticket.title in listed and seen.title not in listed


def test_a_closed_inquirys_page_has_nothing_left_to_change(desks: Desks, screen: Client) -> None:
    ticket = ticket_move(ticket=desks.asked(), to=TicketState.CLOSED, by=desks.by)
    page = screen.get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()
    assert "書き込む" not in page and "次の状態" not in page
