"""The whole main road, in four windows at once: phone, tablet, the reviewer's desktop, the city's and manager's."""

import pytest

from postoffices.models import Office
from review.models import DocumentKind
from tests.road.conftest import OpenWindow
from tests.road.people import Clerk, book, the_day_comes
from tests.road.windows import PHONE, TABLET

pytestmark = pytest.mark.browser


def test_from_the_phone_to_the_daily_report(office: Office, window: OpenWindow) -> None:
    phone, tablet = window(PHONE, scripts=False), window(TABLET)
    booked = book(phone, office)
    the_day_comes(booked)
    clerk = Clerk(tablet)
    tablet.sign_in("clerk-1")
    clerk.receive(booked)
    clerk.let_sign()
    clerk.photograph(DocumentKind.CARD_FRONT, DocumentKind.IDENTITY)
    clerk.submit()
    tablet.listening()
    assert tablet.not_loaded_anew()
