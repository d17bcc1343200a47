"""Browser windows of the people on the road. Whatever a staff window shows without reload came by push: no polls."""

from dataclasses import dataclass, field

from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from accounts.demo import PEOPLE_BY_USERNAME, next_code

Size = tuple[int, int]
PHONE: Size = (390, 844)
TABLET: Size = (1180, 820)
DESKTOP: Size = (1440, 900)

PATIENCE_MS = 20_000
# Takes "every 10s" out of each hx-trigger before htmx reads it, and counts how often there was one.
WITHOUT_POLLS = """
window.pollsTakenOut = 0;
document.addEventListener("htmx:beforeProcessNode", (event) => {
  const trigger = event.target.getAttribute?.("hx-trigger");
  if (!trigger?.includes("every ")) return;
  event.target.setAttribute("hx-trigger", trigger.split(",").filter((part) => !part.includes("every ")).join(","));
  window.pollsTakenOut += 1;
});
"""


@dataclass
class Window:
    """One person's browser. `complaints` are what the browser found wrong: scripts that fail, broken policy."""

    context: BrowserContext
    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name)

    def press(self, name: str) -> None:
        """Press the button and be on the page it leads to."""
        with self.page.expect_navigation():
            self.button(name).last.click()

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.link(name).first.click()

    def title(self) -> str:
        return self.page.locator("h1").first.inner_text()

    def sign_in(self, username: str) -> None:
        """Past both steps, with the code that the person's authenticator shows now."""
        person = PEOPLE_BY_USERNAME[username]
        self.go("/staff/sign-in/")
        self.page.fill("#id_username", person.username)
        self.page.fill("#id_password", person.password)
        self.press("次へ進む")
        device = TOTPDevice.objects.get(user__username=username)
        self.page.fill("#id_code", next_code(device)[0])
        self.press("ログインする")
        self.page.wait_for_url("**/staff/")

    def listening(self) -> None:
        """Wait until the stream is open; from here on nothing is loaded anew by the page itself."""
        self.page.wait_for_selector("[data-live-state='open']", state="attached")
        self.page.evaluate("window.sameDocument = true")

    def not_loaded_anew(self) -> bool:
        """Whether the page is still the one that `listening` saw, and asks the server for nothing by the clock."""
        return bool(self.page.evaluate("window.sameDocument === true && window.pollsTakenOut > 0"))


def open_window(browser: Browser, url: str, size: Size, *, scripts: bool = True) -> Window:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        java_script_enabled=scripts,
        has_touch=size == TABLET,
    )
    context.set_default_timeout(PATIENCE_MS)
    if scripts:
        context.add_init_script(WITHOUT_POLLS)
    window = Window(context, context.new_page(), url)
    window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
    window.page.on(
        "console", lambda said: window.complaints.append(said.text) if "Content Security" in said.text else None
    )
    return window
