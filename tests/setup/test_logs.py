"""No line of a log opens somebody's booking."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from config.logs import WithoutLinks

TOKEN = "InDNsHNCeZEcCAa9Ux58oQ"
PATHS = (
    f"/r/{TOKEN}/cancel/",
    f"/book/hold/{TOKEN}/confirm/",
    f"/wait/entry/{TOKEN}/",
    f"/staff/desk/hold/{TOKEN}",
    f"/display/{TOKEN}/",
)


def line_of(message: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    assert WithoutLinks().filter(record)
    return record.getMessage()


@pytest.mark.requirement("fukuoka-11")
@pytest.mark.parametrize("path", PATHS)
def test_the_secret_part_of_a_link_is_taken_out(path: str) -> None:
    line = line_of("%s: %s", "Not Found", path)
    assert TOKEN not in line
    assert line.startswith("Not Found: /")


def test_other_addresses_stand_as_they_are() -> None:
    assert line_of("Not Found: /book/renewal/moji/?month=2026-12") == "Not Found: /book/renewal/moji/?month=2026-12"
    assert line_of("Not Found: /r/find/") == "Not Found: /r/find/"


def test_what_django_says_of_a_failed_request_goes_through_the_filter(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(WithoutLinks())
    Client().get(f"/r/{TOKEN}/")
    assert "/r/-" in caplog.text
    assert TOKEN not in caplog.text
    logging_settings: Any = settings.LOGGING
    assert all("without_links" in handler["filters"] for handler in logging_settings["handlers"].values())


def test_the_proxys_log_masks_the_same_paths() -> None:
    template = Path(settings.BASE_DIR, "ops/nginx/default.conf.template").read_text()
    masked = re.search(r"~\^/\(\?<opened>([^)]+)\)/", template)
    assert masked is not None
    assert set(masked[1].split("|")) == {path.strip("/").split(f"/{TOKEN}")[0] for path in PATHS}
