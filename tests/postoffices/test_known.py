"""What a process keeps for a moment, so that not every page asks for it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from postoffices import known
from postoffices.models import Holiday, Office
from tests.reservations.town import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the product does, only longer."""
    monkeypatch.setattr(known, "KEPT_SECONDS", 3600.0)


def test_asking_again_needs_no_query(
    town: Town, keeps: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    known.bookable_places(town.renewal), known.known_procedures(), known.known_holidays()
    with django_assert_num_queries(0):
        assert known.bookable_places(town.renewal) == [town.office, town.elsewhere]
        assert known.known_procedure("renewal") == town.renewal
        assert known.known_procedure("unknown") is None
        assert known.known_office(town.office.pk) == town.office
        assert known.known_office(town.office.pk).ward.name == "架空区"  # type: ignore[union-attr]
        assert known.known_holidays() == {}


def test_what_changes_is_seen_after_a_moment(town: Town, keeps: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert known.known_holidays() == {}
    Holiday.objects.create(day=date(2026, 11, 23), name="勤労感謝の日")
    assert known.known_holidays() == {}
    monkeypatch.setattr(known, "KEPT_SECONDS", 0.0)
    assert known.known_holidays() == {date(2026, 11, 23): "勤労感謝の日"}


def test_places_that_take_no_bookings_or_have_ended_are_left_out(town: Town) -> None:
    today = timezone.localdate()
    Office.objects.filter(pk=town.office.pk).update(closes_on=today)
    assert known.bookable_places(town.renewal) == [town.office, town.elsewhere]
    Office.objects.filter(pk=town.office.pk).update(closes_on=today - timedelta(days=1))
    assert known.bookable_places(town.renewal) == [town.elsewhere]
    Office.objects.filter(pk=town.elsewhere.pk).update(takes_bookings=False)
    assert known.bookable_places(town.renewal) == []
    assert known.bookable_places(town.other) == []
