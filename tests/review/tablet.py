"""The clerk's tablet in Chromium, 1180 by 820, with a camera that sees what it is given."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.test import Client
from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page, expect

from accounts.models import User
from counters.models import Visit
from tests.people import sign_in
from tests.vault.cameras import photograph

PATIENCE_MS = 30_000

# The camera's picture is a canvas: tests say what lies before it.
CAMERA = """(picture) => {
  const image = new Image();
  image.src = `data:image/jpeg;base64,${picture}`;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1920, 1080];
  const context = canvas.getContext("2d");
  setInterval(() => {
    context.fillStyle = "#6f767c";
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (image.complete) context.drawImage(image, 288, 115, 1344, 850);
  }, 50);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
}"""


@dataclass
class Tablet:
    context: BrowserContext
    page: Page
    url: str

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def open_visit(self, visit: Visit, way: str = "") -> None:
        self.go(f"/staff/counters/visits/{visit.pk}/{way}")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def says(self, words: str) -> None:
        """Wait for the words in the line about what is safe."""
        expect(self.page.locator("[data-safe]")).to_contain_text(words, timeout=PATIENCE_MS)

    def signed_in_as(self, user: User) -> None:
        session = sign_in(Client(), user).session.session_key
        assert session
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": self.url}])

    # -- pictures
    def ready_to_capture(self, visit: Visit) -> None:
        self.open_visit(visit)
        self.page.wait_for_selector("[data-capture][data-ready]")

    def camera_sees(self, picture: bytes) -> None:
        """What the camera shows on pages that are opened from now on."""
        self.context.add_init_script(f"({CAMERA})({base64.b64encode(picture).decode()!r})")

    def open_step(self, step: str) -> None:
        self.page.locator(f"[data-step='{step}'] [data-open-step]").click()
        self.page.wait_for_selector("[data-studio][open]")

    def choose_file(self, data: bytes) -> None:
        self.page.set_input_files("#studio-file", FilePayload(name="card.jpg", mimeType="image/jpeg", buffer=data))

    def take(self) -> None:
        """Press the shutter once the camera shows something."""
        self.page.wait_for_function("() => document.querySelector('[data-studio-video]').videoWidth > 0")
        self.page.locator("[data-studio-take]").click()
        expect(self.button("この写真を使う")).to_be_visible()

    def use(self) -> None:
        self.button("この写真を使う").click()
        self.page.wait_for_selector("[data-studio]:not([open])", state="attached")

    def shoot(self, step: str = "application_form", data: bytes | None = None) -> None:
        self.open_step(step)
        self.choose_file(data or photograph())
        self.use()

    def hints(self) -> Locator:
        return self.page.locator("[data-studio-hints]")

    def choose_documents(self, *names: str) -> None:
        for name in names:
            self.page.get_by_label(name).check()
        with self.page.expect_navigation():
            self.button("この書類を撮影する").click()
        self.page.wait_for_selector("[data-capture][data-ready]")

    def ask_for_review(self) -> None:
        """Submit; the list's other documents are not at hand."""
        self.button("審査を依頼する").click()
        self.page.locator("dialog.dialog").get_by_role("button", name="このまま依頼する").click()

    def upload_says(self, words: str) -> None:
        expect(self.page.locator("[data-uploads]")).to_contain_text(words, timeout=PATIENCE_MS)

    def shows(self, pictures: int) -> None:
        """Wait until so many pictures are shown as safe, and none is on its way."""
        expect(self.page.locator("#pictures .picture")).to_have_count(pictures, timeout=PATIENCE_MS)
        expect(self.page.locator("[data-uploads] li")).to_have_count(0, timeout=PATIENCE_MS)


@contextmanager
def opened_tablet(browser: Browser, url: str, user: User) -> Iterator[Tablet]:
    """A tablet with this person signed in. Scripts that fail fail the test."""
    context = browser.new_context(viewport={"width": 1180, "height": 820}, locale="ja-JP", has_touch=True)
    context.set_default_timeout(PATIENCE_MS)
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(f"{error}"))
    tablet = Tablet(context, page, url)
    tablet.signed_in_as(user)
    yield tablet
    context.close()
    assert not complaints, complaints
