"""Taking a list out of the system leaves a trace: it carries names."""

from datetime import date
from typing import Literal

from django.db import models, transaction

from audit.actions import record
from audit.actors import Actor

ListForm = Literal["pdf", "xlsx", "csv"]


@transaction.atomic
def list_take_out(*, about: models.Model, first: date, last: date, form: ListForm, rows: int, by: Actor) -> None:
    """Record who took the list of which days. `about` is the office, or the person when it covers all offices."""
    record(
        action="reservations.list_taken_out",
        subject=about,
        by=by,
        detail={"day": first.isoformat(), "until": last.isoformat(), "form": form, "rows": rows},
    )
