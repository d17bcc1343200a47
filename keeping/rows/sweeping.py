"""Erasing what the rules no longer let us keep: some hundred rows a transaction, each with its event."""

import logging
from datetime import date, datetime, timedelta
from importlib import import_module

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from keeping.models import RowErasure
from keeping.rows.plans import Plan, plans
from postoffices.city import current_city
from postoffices.rules import Keep
from reservations.deadlines import start_of

logger = logging.getLogger("keeping")

ROWS_AT_ONCE = 500
# Sign-in attempts carry names and addresses of networks; they serve for weeks, not for years.
ATTEMPTS_KEPT = timedelta(days=31)


def rows_sweep(*, by: Actor, today: date | None = None) -> dict[str, int]:
    """Empty or delete every row whose rule is over; returns how many of each kind. Interrupted, it loses nothing."""
    day = today or timezone.localdate()
    rules = current_city().rules.retention
    swept = {}
    for plan in plans():
        until = last_day_over(rules[plan.rule], day)
        if rows := _sweep(plan, until, by):
            swept[plan.label] = rows
    forget_sessions()
    return swept


def last_day_over(keep: Keep, today: date) -> date:
    """The last day from which nothing is kept any more: what came about on it was kept until before today."""
    months = keep.months if keep.months is not None else (keep.years or 0) * 12
    day = today - timedelta(days=months * 28)
    while keep.until(day) >= today:
        day -= timedelta(days=1)
    return day


def due_rows(plan: Plan, until: date) -> "models.QuerySet[models.Model]":
    """Rows of the plan that came about on `until` or before and still say something."""
    before: datetime = start_of(until + timedelta(days=1))
    rows = plan.model._default_manager.annotate(keeping_clock=plan.clock).filter(plan.only)
    return rows.filter(plan.held, keeping_clock__lt=before).order_by("pk")


def _sweep(plan: Plan, until: date, by: Actor) -> int:
    swept = 0
    while rows := _round(plan, until, by):
        swept += rows
    return swept


@transaction.atomic
def _round(plan: Plan, until: date, by: Actor) -> int:
    """Rows that somebody works with right now are left to the next sweep."""
    due = due_rows(plan, until).select_for_update(of=("self",), skip_locked=True)
    keys = [row.pk for row in due[:ROWS_AT_ONCE]]
    if not keys:
        return 0
    rows = plan.model._default_manager.filter(pk__in=keys)
    if plan.delete:
        rows.delete()
    else:
        rows.update(**plan.values)
    erasure = RowErasure.objects.create(table=plan.label, rule=plan.rule, until=until, rows=len(keys))
    detail = {"table": plan.label, "rule": plan.rule, "until": until.isoformat(), "rows": len(keys)}
    record(action="keeping.rows_erased", subject=erasure, by=by, detail=detail)
    return len(keys)


def forget_sessions() -> None:
    """Sessions that are over, and old attempts to sign in."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    before = timezone.now() - ATTEMPTS_KEPT
    for attempts in (AccessAttempt, AccessFailureLog, AccessLog):
        attempts.objects.filter(attempt_time__lt=before).delete()
