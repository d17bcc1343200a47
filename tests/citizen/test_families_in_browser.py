"""A family of three on a phone, with Chromium: with scripts and without, closely looked at."""

from collections.abc import Callable

import pytest

from reservations.models import Reservation
from tests.citizen.test_accessibility import Reader, reader_of
from tests.citizen.test_families import FAMILY
from tests.reservations.town import Town, a_time, make_town, slots_in_a_row

__all__ = ["reader_of"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> Town:
    """Two seats at 10:00, two at 10:30: three people follow one another."""
    town = make_town()
    slots_in_a_row(town.office, 2, 2, first=a_time(hour=10))
    slots_in_a_row(town.office, 4, first=a_time(days=8, hour=10))
    return town


@pytest.mark.parametrize("scripts", [True, False])
def test_a_family_of_three_books_changes_and_takes_one_out(
    town: Town, reader_of: Callable[..., Reader], scripts: bool
) -> None:
    reader = reader_of(390, scripts)
    # axe itself is a script: without scripts only the road is walked.
    look = reader.look if scripts else lambda called: None
    reader.look = look  # type: ignore[method-assign]
    reader.go("/book/renewal/places/")
    reader.press(reader.link("3人"), "places for three")
    reader.press(reader.link("見本郵便局"), "month for three")
    reader.press(reader.page.locator("button[name=slot]").first, "form for three")
    assert "10:00から順番に" in reader.page.inner_text("main")
    reader.fill(**FAMILY)
    reader.press(reader.button("確認へ進む"), "confirmation for three")
    reader.press(reader.button("予約する"), "booked for three")
    assert reader.page.locator(".arrival-code").count() == 3
    reader.press(reader.link("日時を変更する"), "change for three")
    reader.press(reader.page.locator("button[name=slot]").last, "change confirmed for three")
    assert "3人とも" in reader.page.inner_text("main")
    reader.press(reader.button("変更する"), "changed for three")
    reader.press(reader.link("予約を取り消す"), "cancel for three")
    for label in ("1人目", "2人目"):
        reader.page.get_by_label(label).uncheck()
    reader.page.get_by_label("都合が悪くなった").check()
    reader.press(reader.button("この予約を取り消す"), "one cancelled")
    states = list(Reservation.objects.order_by("place").values_list("state", flat=True))
    assert states == ["confirmed", "confirmed", "cancelled"]
    assert "取り消し済み" in reader.page.inner_text("main")
    assert not reader.complaints, "\n\n".join(reader.complaints)
