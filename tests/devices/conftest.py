"""A tablet, and the server that manages it."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from devices.models import Device
from tests.devices.asking import UDID
from tests.devices.made import a_tablet
from tests.devices.nanomdm import KEY, SECRET, NanoMdmServer, nanomdm_running


@pytest.fixture
def server(settings: Settings) -> Iterator[NanoMdmServer]:
    with nanomdm_running() as held:
        settings.MDM = {"url": held.url, "key": KEY, "webhook_secret": SECRET}
        yield held


@pytest.fixture
def tablet(db: None) -> Device:
    return a_tablet(udid=UDID)
