"""The week of a procedure at an office as the bureau sets it, and taking that back."""

from dataclasses import dataclass
from datetime import date

from django.db import models, transaction

from postoffices.city import forget_city
from postoffices.models import Office, Procedure, ProcedureWeek
from postoffices.supply.days import Rule
from postoffices.supply.procedures import Hours, OfOffice, Week


class WeekKind(models.TextChoices):
    OWN = "own", "曜日と時間を決める"
    ALWAYS = "always", "拠点が開いているあいだ、いつでも受け付ける"
    PROFILE = "profile", "市の設定に戻す"


@dataclass(frozen=True, slots=True)
class WeekEdit:
    """From `first` on, as far as slots are made (`last`): when the procedure is done in the week."""

    kind: WeekKind
    procedure: Procedure
    first: date
    last: date
    week: Week | None = None
    reason: str = ""

    def rule_for(self, _office_id: int, _day: date, rule: Rule | None) -> Rule | None:
        """The office's own days stay (see `days.RuleOf`)."""
        return rule

    def hours_for(self, _office_id: int, held: OfOffice) -> OfOffice:
        """The office's rules of procedures after the edit (see `procedures.HoursOf`)."""
        hours = held.get(self.procedure.code, Hours())
        changed = hours.as_profile() if self.kind == WeekKind.PROFILE else hours.with_week(self.week)
        return held | {self.procedure.code: changed}

    def told(self) -> dict[str, object]:
        """The edit as the log keeps it."""
        return {"kind": f"week_{self.kind}", "procedure": self.procedure.code, "week": self.week}


def week_write(offices: list[Office], edit: WeekEdit) -> None:
    """Store what the edit says for these offices. Part of `reservations.supply.actions.supply_edit`."""
    for office in offices:
        place = {"office": office, "procedure": edit.procedure}
        if edit.kind == WeekKind.PROFILE:
            ProcedureWeek.objects.filter(**place).delete()
        else:
            values = {"weekly": edit.week}
            ProcedureWeek.objects.update_or_create(**place, defaults=values, create_defaults=values)
    transaction.on_commit(forget_city)
