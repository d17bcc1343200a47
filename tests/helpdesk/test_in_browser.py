"""The call screen in Chromium: a whole call by keyboard alone, how many keys it takes, and what axe has to say."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.roles import Role
from audit.actors import Actor
from helpdesk.actions import Event, cti_take
from helpdesk.models import Call, CallResult, CallState, CtiKind, DeskCode
from reservations.models import Reservation
from tests.operator.call import CALLER
from tests.operator.test_in_browser import look, window
from tests.people import client_of
from tests.reservations.town import Town, a_time, make_slot, make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NUMBER = "00011112222"
# Escape out of the booking, C and a digit, M, the note, Ctrl and Enter.
KEYS_TO_NOTE_A_CALL_DOWN = 22


class Hands:
    """Somebody without a mouse. `keys` counts every key, of Japanese text those that an input method needs."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    def presses(self, *keys: str) -> None:
        for key in keys:
            self.keys += key.count("+") + 1
            self.page.keyboard.press(key)

    def types(self, text: str) -> None:
        """A text and the Tab that leaves its field."""
        self.keys += len(text) + 1
        self.page.keyboard.type(text)
        self.page.keyboard.press("Tab")

    def writes(self, text: str, *, letters: str) -> None:
        """Japanese out of Latin letters, with a key to convert and one to confirm."""
        self.keys += len(letters) + 2
        self.page.keyboard.insert_text(text)


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = make_town()
    for hour in (9, 10):
        make_slot(town.office, a_time(days=7, hour=hour), internal=1)
    return town


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, town: Town) -> Iterator[Page]:
    page = window(browser, live_server, client_of(Role.OPERATOR), (1440, 900))
    yield page
    page.context.close()


def telephone(kind: CtiKind) -> Call:
    """What the telephone system tells of the one call."""
    event = Event(kind, kind, "c1", timezone.now(), NUMBER)
    return cti_take(desk=DeskCode.CITIZEN, event=event, by=Actor.system("telephone"))


@pytest.mark.requirement("fukuoka-18", "kurume-07", "fukutsu-02")
def test_a_whole_call_without_a_mouse_is_noted_down_in_22_keys(page: Page, live_server: LiveServer) -> None:
    """Taken, looked up, booked on the same screen, sorted in two keys, noted, done.

    Handling is what comes after the caller has hung up. By the keystroke-level model (Card, Moran and Newell, 1980) an
    average typist needs 0.28 s a key and 1.35 s of thought before each of category, note and end: 22 keys are
    22 x 0.28 + 3 x 1.35 = 10.2 s. Twenty seconds hold a note three times as long.
    """
    telephone(CtiKind.NEW_CALL)
    page.goto(f"{live_server.url}/staff/helpdesk/")
    look(page, "電話応対")
    hands = Hands(page)
    hands.presses("1")
    expect(page.locator("#call-form")).to_be_visible()
    address = page.url

    hands.presses("s")
    hands.writes("電子証明書の更新", letters="densisyoumeisyonokousin")
    expect(page.locator("#answers")).to_contain_text("マイナンバーカード")
    look(page, "電話の記録")
    hands.presses("Escape", "b")
    booking = page.locator("#booking")
    expect(booking.locator(".free-time").first).to_be_visible()
    hands.presses("2")
    expect(booking.locator("#id_name")).to_be_focused()
    expect(booking.locator("#id_phone")).to_have_value(NUMBER)
    look(page, "予約を開いた電話")
    hands.types(CALLER["name"])
    hands.presses("Escape", "b")
    expect(booking.locator("#id_name")).to_have_value(CALLER["name"])
    hands.presses("Tab")
    for field in ("reading", "birth_date_year", "birth_date_month", "birth_date_day"):
        hands.types(CALLER[field])
    hands.presses("Tab")
    hands.types(CALLER["address"])
    hands.presses("Control+Enter")
    expect(booking.locator(".operator__number")).to_be_visible()
    telephone(CtiKind.HANGUP)

    hands.keys = 0
    hands.presses("Escape", "c", "1", "m")
    expect(page.locator("[data-script='booking']")).to_have_attribute("open", "")
    hands.writes("更新の予約", letters="kousinnoyoyaku")
    hands.presses("Control+Enter")
    expect(page.get_by_text("電話の内容を記録しました。")).to_be_visible()
    assert hands.keys == KEYS_TO_NOTE_A_CALL_DOWN

    call, booked = Call.objects.get(), Reservation.objects.get()
    assert (call.category, call.result, call.note) == ("booking", CallResult.BOOKED, "更新の予約")
    assert (call.state, call.reservation, booked.phone) == (CallState.ENDED, booked, NUMBER)
    page.goto(address)
    expect(page.locator("#call_note")).to_have_value("更新の予約")


def test_a_call_without_a_telephone_system_is_taken_and_sorted_by_its_keys(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/staff/helpdesk/")
    hands = Hands(page)
    hands.presses("a")
    expect(page.locator("#call-form")).to_be_visible()
    hands.presses("c", "2", "r", "3", "m")
    hands.writes("区役所を案内", letters="kuyakusyowoannnai")
    hands.presses("Control+Enter")
    expect(page.get_by_text("電話の内容を記録しました。")).to_be_visible()
    call = Call.objects.get()
    assert (call.category, call.result, call.note) == ("card", CallResult.REFERRED, "区役所を案内")
