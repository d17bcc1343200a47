"""What the people on the road do in their windows, one step of the road after the other."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page

from postoffices.models import Office
from reservations.models import Reservation, Slot
from review.models import DocumentKind
from tests.citizen.road import TYPED
from tests.road.windows import Window
from tests.vault.cameras import photograph
from writing.numbers import number_text

PROCEDURE = "電子証明書の更新"


def book(phone: Window, office: Office) -> Reservation:
    """The citizen: from the first page to the booking number."""
    phone.go("/")
    phone.follow("予約をはじめる")
    phone.follow(PROCEDURE)
    phone.follow("場所を選ぶ")
    phone.follow(office.name)
    with phone.page.expect_navigation():
        phone.page.locator("button[name='slot']").first.click()
    for name, value in TYPED.items():
        phone.page.locator(f"[name='{name}']").fill(value)
    phone.press("確認へ進む")
    phone.press("予約する")
    assert phone.title() == "予約が完了しました"
    booked = Reservation.objects.latest("pk")
    assert number_text(booked.number) in phone.page.locator(".number-large").inner_text()
    return booked


def the_day_comes(reservation: Reservation) -> None:
    """Let the booked time be today's noon: the clock of three servers cannot be turned."""
    noon = timezone.make_aware(datetime.combine(timezone.localdate(), time(12)))
    Slot.objects.filter(pk=reservation.slot_id).update(starts_at=noon, ends_at=noon + timedelta(minutes=30))


@dataclass
class Clerk:
    """The clerk at the tablet."""

    window: Window

    @property
    def page(self) -> Page:
        return self.window.page

    def receive(self, reservation: Reservation) -> None:
        """Find the person in the day's list, and start serving."""
        self.window.go("/staff/counters/")
        with self.page.expect_navigation():
            self.page.locator("#day-list a", has_text=number_text(reservation.number)).click()
        self.window.press("受付する")
        self.window.press("対応を始める")

    def let_sign(self) -> None:
        """The applicant checks the form and writes on the screen."""
        self.window.follow("署名へ進む")
        self.page.wait_for_selector("[data-signature][data-ready]")
        draw(self.page)
        self.page.wait_for_selector("text=3画が書かれています")
        self.window.press("署名を保存して撮影へ")

    def photograph(self, *kinds: DocumentKind) -> None:
        """Take a picture of each kind, and wait until the server has it."""
        self.page.wait_for_selector("[data-capture][data-ready]")
        held = self.page.locator("#pictures .picture")
        for kind in kinds:
            before = held.count()
            step = str(kind) if kind != DocumentKind.IDENTITY else self.choose_licence()
            self.page.locator(f"[data-step='{step}'] [data-open-step]").click()
            picture = {"name": f"{kind}.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
            self.page.set_input_files("#studio-file", picture)  # type: ignore[arg-type]
            self.page.get_by_role("button", name="この写真を使う").click()
            held.nth(before).wait_for()

    def choose_licence(self) -> str:
        """Say which identity document the person brought, unless it was said; its step in the list."""
        if self.page.locator(".choose-documents").count():
            self.page.get_by_label("運転免許証").check()
            self.window.press("この書類を撮影する")
            self.page.wait_for_selector("[data-capture][data-ready]")
        return "identity-drivers_licence"

    def submit(self) -> None:
        """Send the case; where the list asks for more documents, without them."""
        asked = self.page.locator("[data-submit-case][data-confirm]").count() > 0
        if asked:
            self.page.get_by_role("button", name="審査を依頼する").click()
        self.window.press("このまま依頼する" if asked else "審査を依頼する")
        self.page.wait_for_selector("text=審査の順番を待っています")

    def answer(self, result: str) -> str:
        """Wait for the city's answer to appear by itself; what it says."""
        shown = self.page.locator(f"[data-result='{result}']")
        shown.wait_for()
        return shown.inner_text()

    def finish(self, outcome: str) -> None:
        if self.page.get_by_role("button", name="端末処理を始める").count():
            self.window.press("端末処理を始める")
        self.page.get_by_label(outcome).check()
        self.window.press("結果を記録して完了")
        self.page.wait_for_selector("text=この来局は完了しました")


def draw(page: Page) -> None:
    """Three strokes with the mouse."""
    box = page.locator("[data-signature]").bounding_box()
    assert box is not None
    for stroke in range(3):
        x, y = box["x"] + 80 + stroke * 120, box["y"] + 60
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(20):
            page.mouse.move(x + step * 4, y + (step % 7) * 10)
        page.mouse.up()


@dataclass
class Reviewer:
    """The city's reviewer at the desk, the queue open."""

    window: Window

    @property
    def page(self) -> Page:
        return self.window.page

    def open_queue(self) -> None:
        self.window.go("/staff/review/")
        self.window.listening()

    def see_arrive(self, office: Office) -> None:
        """Wait until a case of the office stands in the queue."""
        self.page.locator("#queue .queue__case", has_text=office.name).wait_for()

    def claim(self) -> None:
        """Take the next case, and look at every picture at full size."""
        self.window.press("次を受け持つ")
        thumbs = self.page.locator("[data-thumb]")
        for number in range(thumbs.count()):
            thumbs.nth(number).click()
            self.page.wait_for_function(SHOWN_PICTURE_IS_LOADED)

    def approve(self) -> None:
        for box in self.page.locator("[name='checks']").all():
            box.check()
        self.window.press("承認")

    def ask_for_reshoot(self, reason: str, remarks: str) -> None:
        self.page.get_by_label("撮り直し・不可の理由").select_option(label=reason)
        self.page.get_by_label("窓口への連絡").fill(remarks)
        self.window.press("撮り直し")


SHOWN_PICTURE_IS_LOADED = """() => {
  const shown = document.querySelector("[data-shown]");
  return shown.complete && shown.naturalWidth > 0;
}"""


def confirm_existence(city: Window, reservation: Reservation) -> None:
    """The city officer found the person in the register; the booking was on the list without being looked for."""
    city.page.locator("#checks tr", has_text=number_text(reservation.number)).get_by_role("checkbox").check()
    city.press("まとめて確認済みにする")
    city.page.wait_for_selector("text=1件を確認済みにしました。")


def ask_for_daily_report(manager: Window) -> bytes:
    """The manager asks for today's report, sees it being made without reload, and takes the PDF."""
    manager.go("/staff/reports/")
    today = timezone.localdate()
    for part in ("year", "month", "day"):
        manager.page.fill(f"[name='day_{part}']", str(getattr(today, part)))
    manager.press("作成する")
    take = manager.link("PDFを受け取る")
    take.wait_for()
    with manager.page.expect_download() as download:
        take.click()
    return Path(download.value.path()).read_bytes()
