"""Every staff page of the main road in Chromium: axe, and nothing beyond the edge of the screen."""

from dataclasses import dataclass, field

import pytest

from applications.models import DefectReason
from postoffices.models import Office
from reservations.models import Reservation
from review.models import DocumentKind, ReasonCode
from tests.fixtures.site import Worker
from tests.looking import complaints
from tests.road.conftest import OpenWindow
from tests.road.people import Clerk, Reviewer, ask_for_daily_report, book, draw, the_day_comes
from tests.road.windows import DESKTOP, PHONE, TABLET, Window

pytestmark = pytest.mark.browser


@dataclass
class Inspector:
    """Looks at pages, and keeps what is wrong with them."""

    complaints: list[str] = field(default_factory=list)

    def look(self, window: Window, called: str) -> None:
        self.complaints += complaints(window.page, called)

    def go(self, window: Window, path: str) -> None:
        window.go(path)
        self.look(window, path)

    def nothing_was_wrong(self) -> None:
        assert not self.complaints, "\n\n".join(self.complaints)


@pytest.fixture
def inspector() -> Inspector:
    return Inspector()


def test_pages_of_the_clerk_and_the_reviewer(office: Office, window: OpenWindow, inspector: Inspector) -> None:
    clerk, reviewer = Clerk(window(TABLET)), Reviewer(window(DESKTOP))
    inspector.go(clerk.window, "/staff/sign-in/")
    booked = book(window(PHONE, scripts=False), office)
    the_day_comes(booked)
    clerk.window.sign_in("clerk-1")
    reviewer.window.sign_in("reviewer")
    _reception(clerk, booked, inspector)
    _signature(clerk, inspector)
    _first_attempt(clerk, reviewer, inspector)
    _second_attempt(clerk, reviewer, inspector)
    inspector.nothing_was_wrong()


def test_pages_of_the_city_the_bureau_and_the_manager(
    office: Office, window: OpenWindow, worker: Worker, inspector: Inspector
) -> None:
    booked = book(window(PHONE, scripts=False), office)
    city, bureau, manager = window(DESKTOP), window(DESKTOP), window(DESKTOP)
    for desk, username in ((city, "city-officer"), (bureau, "bureau"), (manager, "manager")):
        desk.sign_in(username)
        inspector.look(desk, f"start page of {username}")
    _existence(city, booked, inspector)
    for path in ("defects/", f"defects/{booked.number}/", "forms/"):
        inspector.go(bureau, f"/staff/applications/{path}")
    inspector.go(bureau, "/staff/reservations/")
    inspector.go(bureau, "/staff/notifications/")
    inspector.go(manager, "/staff/reports/")
    ask_for_daily_report(manager)
    inspector.look(manager, "report")
    inspector.go(manager, "/staff/reports/")
    inspector.nothing_was_wrong()


def test_faults_would_be_noticed(window: OpenWindow, inspector: Inspector) -> None:
    bad = window(TABLET)
    bad.page.set_content(
        '<html lang="ja"><title>見本</title><main><h1>見本</h1><input>'
        "<style>button{display:block;width:9px;height:9px;margin:0;padding:0;border:0}p{width:1500px}</style>"
        "<button>あ</button><button>い</button><p>長い</p></main></html>"
    )
    inspector.look(bad, "a bad page")
    said = "\n".join(inspector.complaints)
    for rule in ("target-size", "label", "wider than the screen"):
        assert rule in said


def _reception(clerk: Clerk, booked: Reservation, inspector: Inspector) -> None:
    for path in ("/staff/", "/staff/counters/", "/staff/counters/?number=999", "/staff/counters/walk-in/"):
        inspector.go(clerk.window, path)
    clerk.window.press("受付する")
    inspector.look(clerk.window, "walk-in with errors")
    inspector.go(clerk.window, f"/staff/counters/bookings/{booked.number}/")
    clerk.window.press("受付する")
    inspector.look(clerk.window, "arrived")
    clerk.window.button("ほかの操作").click()
    inspector.look(clerk.window, "other things to do")
    clerk.window.button("途中で帰られた").click()
    inspector.look(clerk.window, "question before an end")
    clerk.window.button("戻る").click()
    clerk.window.press("対応を始める")
    inspector.look(clerk.window, "application")


def _signature(clerk: Clerk, inspector: Inspector) -> None:
    clerk.window.follow("署名へ進む")
    clerk.page.wait_for_selector("[data-signature][data-ready]")
    inspector.look(clerk.window, "signature")
    clerk.window.press("署名を保存して撮影へ")
    inspector.look(clerk.window, "signature with errors")
    clerk.page.wait_for_selector("[data-signature][data-ready]")
    draw(clerk.page)
    clerk.window.press("署名を保存して撮影へ")
    inspector.look(clerk.window, "camera")


def _first_attempt(clerk: Clerk, reviewer: Reviewer, inspector: Inspector) -> None:
    inspector.go(reviewer.window, "/staff/review/")
    clerk.photograph(DocumentKind.CARD_FRONT, DocumentKind.IDENTITY)
    inspector.look(clerk.window, "pictures")
    clerk.submit()
    inspector.look(clerk.window, "waiting")
    clerk.window.listening()
    reviewer.open_queue()
    inspector.look(reviewer.window, "queue")
    reviewer.claim()
    inspector.look(reviewer.window, "case")
    reviewer.window.press("承認")
    inspector.look(reviewer.window, "case with errors")
    reviewer.window.button("キー操作の一覧").click()
    inspector.look(reviewer.window, "keys")
    reviewer.window.button("閉じる").click()
    reviewer.ask_for_reshoot(ReasonCode.GLARE.label, "光っています。")
    inspector.look(reviewer.window, "queue after an answer")
    clerk.answer("reshoot")
    inspector.look(clerk.window, "reshoot")


def _second_attempt(clerk: Clerk, reviewer: Reviewer, inspector: Inspector) -> None:
    clerk.photograph(DocumentKind.CARD_FRONT)
    clerk.submit()
    clerk.window.listening()
    reviewer.open_queue()
    reviewer.claim()
    inspector.look(reviewer.window, "case, second attempt")
    reviewer.approve()
    clerk.answer("approved")
    inspector.look(clerk.window, "approved")
    clerk.finish("手続き完了")
    inspector.look(clerk.window, "finished")


def _existence(city: Window, booked: Reservation, inspector: Inspector) -> None:
    inspector.go(city, "/staff/applications/existence/")
    city.press("まとめて確認済みにする")
    inspector.look(city, "existence with errors")
    inspector.go(city, f"/staff/applications/existence/{booked.number}/")
    city.press("不備を事務局に伝える")
    inspector.look(city, "defect with errors")
    city.page.get_by_label(DefectReason.NOT_FOUND.label).check()
    city.press("不備を事務局に伝える")
    inspector.go(city, "/staff/applications/existence/?state=defect")
