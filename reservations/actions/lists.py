"""Taking a list out of the system leaves a trace: it carries names."""

from datetime import date
from typing import Literal

from django.db import models, transaction

from audit.actions import record
from audit.actors import Actor


@transaction.atomic
def list_take_out(*, about: models.Model, day: date, form: Literal["pdf", "xlsx"], rows: int, by: Actor) -> None:
    """Record who took which day's list. `about` is the office, or the person when it covers all offices."""
    record(
        action="reservations.list_taken_out",
        subject=about,
        by=by,
        detail={"day": day.isoformat(), "form": form, "rows": rows},
    )
