"""A signed-in window of a member of staff in Chromium, looked at closely."""

from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User
from tests.looking import complaints
from tests.people import sign_in

DESKTOP = (1440, 900)


@dataclass
class Window:
    """One person's page; `complaints` gathers what axe finds and what is wider than the screen."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.look(path)

    def look(self, called: str) -> None:
        self.complaints += complaints(self.page, called)

    def focused(self, attribute: str) -> str | None:
        """An attribute of what has the focus."""
        value: str | None = self.page.evaluate("name => document.activeElement.getAttribute(name)", attribute)
        return value

    def announce(self, kind: str) -> None:
        """What a push of the server does in the page."""
        self.page.evaluate("kind => document.body.dispatchEvent(new CustomEvent(`live:${kind}`))", kind)


def open_window(browser: Browser, url: str, user: User, size: tuple[int, int] = DESKTOP) -> Window:
    """A window in which `user` has signed in."""
    client = sign_in(Client(), user)
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": url}])
    return Window(context.new_page(), url)
