"""Statements ask what their query asks, without making its SQL each time."""

from datetime import timedelta

import pytest
from django.db import models
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from postoffices.models import Procedure
from reservations.models import Hold, Slot
from reservations.statements import Given, Statement
from tests.reservations.town import Town, a_time, make_slot

pytestmark = pytest.mark.django_db


def test_what_is_given_differs_from_time_to_time(town: Town) -> None:
    early, late = make_slot(town.office, a_time(hour=9)), make_slot(town.office, a_time(hour=10))
    make_slot(town.elsewhere, a_time(hour=9))
    built = 0

    def build() -> "models.QuerySet[Slot, tuple[int, int]]":
        nonlocal built
        built += 1
        slots = Slot.objects.filter(
            office=Given("office", models.BigIntegerField()), starts_at__gte=Given("first", models.DateTimeField())
        )
        return slots.order_by("starts_at").values_list("pk", F("public_seats") - F("public_taken"))

    statement = Statement(build)
    assert statement.rows(office=town.office.pk, first=early.starts_at) == [(early.pk, 1), (late.pk, 1)]
    assert statement.rows(office=town.office.pk, first=late.starts_at) == [(late.pk, 1)]
    assert statement.rows(office=0, first=late.starts_at) == []
    assert built == 1


def test_objects_are_those_of_the_query_with_what_it_selects_beside_them(
    town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    slot = make_slot(town.office)
    Procedure.objects.filter(pk=town.renewal.pk).update(bring=["カード", "通知書"])
    hold = Hold.objects.create(
        token_hash="a" * 64, slot=slot, procedure=town.renewal, expires_at=slot.starts_at - timedelta(days=1)
    )
    token = Given("hash", models.CharField())
    query = Hold.objects.select_related("slot__office__ward", "procedure")
    statement: Statement[Hold] = Statement(lambda: query.filter(token_hash=token))
    with django_assert_num_queries(1):
        found = statement.first(hash="a" * 64)
        assert found == hold
        assert found.slot.office.ward.name == "架空区"
        assert found.procedure.bring == ["カード", "通知書"]  # JSON, which PostgreSQL sends as text
    plain = query.get(pk=hold.pk)
    for held, expected in ((found, plain), (found.slot, plain.slot), (found.slot.office, plain.slot.office)):
        names = [field.attname for field in expected._meta.concrete_fields]
        assert [getattr(held, name) for name in names] == [getattr(expected, name) for name in names]
    assert found._state.adding is False
    assert statement.first(hash="b" * 64) is None


def test_what_is_not_given_is_missed() -> None:
    statement = Statement(lambda: Slot.objects.filter(pk=Given("id", models.BigIntegerField())))
    with pytest.raises(KeyError):
        statement.first()


def test_a_statement_holds_nothing_of_who_asked_before(town: Town) -> None:
    statement = Statement(lambda: Slot.objects.filter(pk=Given("id", models.BigIntegerField())))
    slots = [make_slot(town.office, a_time(hour=hour)) for hour in (9, 10)]
    assert [statement.first(id=slot.pk) for slot in slots] == slots
