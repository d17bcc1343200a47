"""A security key in a real browser: registered at the first sign-in, used at the next one."""

import pytest
from playwright.sync_api import Browser, Page

from accounts.models import SecurityKey, User
from accounts.roles import Role
from tests.fixtures.site import LiveSite
from tests.people import PASSWORD, staff_member

pytestmark = pytest.mark.browser


def with_key(browser: Browser) -> Page:
    """A page to whose browser a key is plugged in that is always touched at once."""
    page = browser.new_context(locale="ja-JP").new_page()
    plugged = page.context.new_cdp_session(page)
    plugged.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    plugged.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def give_password(page: Page, site: LiveSite, user: User) -> None:
    page.goto(f"{site.url}/staff/sign-in/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", PASSWORD)
    page.click("text=次へ進む")


@pytest.mark.requirement("fukuoka-19")
def test_a_key_is_registered_and_opens_the_next_session(live_site: LiveSite, browser: Browser) -> None:
    user = staff_member(Role.REVIEWER, "mihon-newcomer")
    page = with_key(browser)
    give_password(page, live_site, user)
    page.wait_for_url("**/sign-in/enrol/")
    page.fill("#id_name", "青いキー")
    page.click("text=キーを登録する")
    page.wait_for_url("**/staff/")
    page.click("text=ログアウト")
    give_password(page, live_site, user)
    page.wait_for_url("**/sign-in/code/")
    page.click("text=キーで確認する")
    page.wait_for_url("**/staff/")
    assert SecurityKey.objects.get(user=user).sign_count > 0

    stranger = browser.new_context(locale="ja-JP").new_page()
    give_password(stranger, live_site, user)
    never = "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    stranger.evaluate(f"() => {{ {never}; }}")
    stranger.click("text=キーで確認する")
    stranger.wait_for_selector("text=確認できませんでした。キーを確かめて、もう一度ボタンを押してください。")
