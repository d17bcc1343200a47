"""The tablet's camera reads the citizen's code: a Chromium whose camera shows a film of it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from counters.models import Visit, VisitState
from tests.counters.desk import Desk, make_desk
from tests.fixtures.chromium import QUIET
from tests.fixtures.site import LiveSite
from tests.reservations.town import a_time, make_town
from tests.windows import open_window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = (1180, 820)
FRAME = (640, 480)


@pytest.fixture
def desk(live_site: LiveSite) -> Desk:
    return make_desk(make_town())


def booking_of_today(desk: Desk) -> str:
    """Whatever the hour is: the town's slots are made for the test."""
    return desk.booking(hour=a_time(0).hour).number


def film_of(number: str, film: Path) -> None:
    """A Y4M film of one frame: the citizen's code on white, as a camera sees it."""
    code = segno.make(number, error="m", micro=False)
    picture = film.with_suffix(".png")
    code.save(str(picture), scale=10, border=4)
    frame = Image.new("YCbCr", FRAME, (255, 128, 128))
    shown = Image.open(picture).convert("RGB").convert("YCbCr")
    frame.paste(shown, ((FRAME[0] - shown.width) // 2, (FRAME[1] - shown.height) // 2))
    bright, blue, red = frame.split()
    half = (FRAME[0] // 2, FRAME[1] // 2)
    planes = bright.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
    head = f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F10:1 Ip A1:1 C420\n".encode()
    film.write_bytes(head + (b"FRAME\n" + planes) * 10)


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Browser]]:
    """A Chromium whose camera shows the film at the path, which a test writes before it opens a page."""
    executable = shutil.which("chromium")
    film = tmp_path_factory.mktemp("camera") / "code.y4m"
    media = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, args=[*QUIET, *media, f"--use-file-for-fake-video-capture={film}"]
        )
        yield film, chromium
        chromium.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.mark.requirement("fukuoka-25")
def test_the_camera_reads_the_citizens_code(camera: tuple[Path, Browser], desk: Desk, live_site: LiveSite) -> None:
    film, chromium = camera
    number = booking_of_today(desk)
    film_of(number, film)
    window = open_window(chromium, live_site.url, desk.clerk, TABLET)
    window.go("/staff/counters/")
    window.page.get_by_role("button", name="QRで受付").click()
    window.page.wait_for_selector("text=対応を始める")
    assert Visit.objects.get().state == VisitState.ARRIVED
    assert not window.complaints
