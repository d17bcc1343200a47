"""How each kind of rows is emptied: from which moment its rule counts, and what stands in its fields afterwards.

The rule is the one that the room's classification.py names. A model is planned by itself when it has one moment of
its own making (`auto_now_add`) and fields that can be empty; the others stand here by hand. A test fails for a model
with personal fields for which there is neither.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat

from audit.classification import Classified, Sensitivity
from notifications.models import MessageState

ERASED_NAME = "（消去済み）"
# A booking must have a birth date; nobody whose data is kept was born on this day.
ERASED_DAY = date(1900, 1, 1)
# Kept by rules of their own: the log by its triggers, master data because it is no person's.
NEVER = frozenset({"audit", "master"})
# Rooms that empty these themselves, together with the object in the vault that they belong to.
ELSEWHERE = frozenset({"applications.archiveentry", "applications.archivehold", "applications.assistance"})
# Says who works where; goes with the posting.
NO_FREE_TEXT = frozenset({"postoffices.posting"})

Values = Mapping[str, Any]
logger = logging.getLogger("keeping")


class CannotPlan(Exception):
    """Nobody said how rows of this model are emptied."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows whose `clock` lies before the rule's day lose what they say: deleted, or with `values` in their fields.

    `only` narrows them; `held` finds those that still say something.
    """

    model: type[models.Model]
    rule: str
    clock: Any
    values: Values = field(default_factory=dict)
    only: Q = field(default_factory=Q)
    held: Q = field(default_factory=Q)
    delete: bool = False

    @property
    def label(self) -> str:
        return self.model._meta.label_lower


def _numbered(word: str) -> Concat:
    """A value that stays unique: the row's own key in it."""
    return Concat(Value(word), Cast(F("pk"), models.CharField()))


# By label: what is not plain. `clock` a lookup or an expression.
BY_HAND: dict[str, dict[str, Any]] = {
    "reservations.reservation": {
        "clock": F("slot__starts_at"),
        "values": {
            "number": _numbered("E"),
            "name": ERASED_NAME,
            "reading": "",
            "birth_date": ERASED_DAY,
            "address": "",
            "phone": "",
            "email": "",
            "token_hash": _numbered("erased-"),
            "moved_token_hash": "",
            "person_key": "",
        },
        "held": ~Q(name=ERASED_NAME),
    },
    "reservations.waiter": {"clock": F("registered_at"), "delete": True},
    "notifications.message": {
        "clock": F("queued_at"),
        "values": {
            "recipient": "",
            "title": "",
            "body": "",
            "in_reply_to": "",
            "key": _numbered("erased-"),
            "claim_token": None,
        },
        "held": ~Q(recipient="", title="", body=""),
        # What may still go out says for itself until when.
        "only": ~Q(state__in=[MessageState.QUEUED, MessageState.CLAIMED, MessageState.TRANSMITTING]),
    },
    "applications.existencecheck": {"clock": F("reservation__slot__starts_at")},
    # A form that was signed keeps its applicant for as long as the paper; one that never was, no longer than a booking.
    "applications.applicant": {
        "clock": F("application__drafted_at"),
        "delete": True,
        "rule": "reservation",
        "only": Q(application__state="drafted"),
    },
    "applications.scanuploadpiece": {"clock": F("upload__begun_at"), "delete": True},
    # What was sent back has a reason: the row says so for ever.
    "keeping.handoverlist": {"clock": F("made_at"), "values": {"note": "", "remarks": ERASED_NAME}},
    "counters.visit": {"clock": F("arrived_at")},
    # What is in force, or on its way to the city, is kept for as long as it is.
    "documents.version": {"clock": F("drafted_at"), "only": Q(state="superseded")},
    "review.uploadpiece": {"clock": F("upload__begun_at"), "delete": True},
    "helpdesk.call": {"clock": F("offered_at")},
    # What is still being worked on is needed; a report that was handed in keeps its number.
    "devices.fault": {
        "clock": F("reported_at"),
        "values": {"text": ERASED_NAME, "cause": "", "measures": ""},
        "held": ~Q(text=ERASED_NAME),
        "only": Q(state="closed"),
    },
    "devices.wipe": {"clock": F("requested_at")},
    "devices.place": {"clock": F("at"), "delete": True},
    # The terms are what made the replacement possible: they go as a word, not as nothing.
    "devices.replacement": {
        "clock": F("at"),
        "values": {"terms": ERASED_NAME},
        "held": ~Q(terms__in=["", ERASED_NAME]),
    },
    "review.imageremark": {"clock": F("decision__decided_at")},
    "helpdesk.ticket": {
        "clock": F("closed_at"),
        "values": {
            "title": ERASED_NAME,
            "body": "",
            "contact_name": "",
            "phone": "",
            "email": "",
            "analysis": "",
            "measures": "",
            "grams": [],
        },
        "held": ~Q(title=ERASED_NAME),
        # An inquiry that is still open is needed; its rule counts from its end.
        "only": Q(state="closed"),
    },
    # Whoever still works for the contract is needed; the rule counts from the last day.
    "staffing.worker": {
        "clock": F("left_on"),
        "values": {
            "name": ERASED_NAME,
            "reading": "",
            "employer": "",
            "phone": "",
            "email": "",
            "qualifications": "",
        },
        "held": ~Q(name=ERASED_NAME),
        "only": Q(left_on__isnull=False),
    },
    # It binds those who left: kept as long as they are.
    "staffing.oath": {"clock": F("worker__left_on"), "only": Q(worker__left_on__isnull=False)},
    "training.patrolanswer": {"clock": F("patrol__planned_at")},
    "staffing.meeting": {"clock": F("starts_at")},
    "staffing.agendaitem": {"clock": F("meeting__starts_at")},
    "accounts.user": {
        "clock": Coalesce(F("last_login"), F("date_joined")),
        "values": {"display_name": ERASED_NAME, "first_name": "", "last_name": "", "email": "", "password": "!"},
        "held": ~Q(display_name=ERASED_NAME),
        "only": Q(is_active=False),
    },
}


def plans() -> Iterator[Plan]:
    """Every plan of every room. A model that nobody planned is named in the log and holds up no other."""
    for model in planned_models():
        try:
            yield plan_of(model)
        except CannotPlan as error:
            logger.error("%s", error)


# What rooms empty together with an object in the vault, emptied without it when everything goes.
AT_THE_END: dict[str, dict[str, Any]] = {
    "applications.archiveentry": {"clock": F("signed_on")},
    "applications.archivehold": {},
    "applications.assistance": {"clock": F("application__drafted_at"), "delete": True},
}


def closing_plans() -> Iterator[Plan]:
    """Every kind of rows that says something of citizens, whatever their age. Accounts stay: they watch over it."""
    for model in our_models():
        table, label = _classified(model), model._meta.label_lower
        if table is None or table.retention in NEVER | {"staff", "document"} or not _personal(table):
            continue
        told = BY_HAND.get(label) or AT_THE_END.get(label, {})
        yield _plan(model, table, told)


def planned_models() -> Iterator[type[models.Model]]:
    """The models whose rows are emptied by rule."""
    for model in our_models():
        table, label = _classified(model), model._meta.label_lower
        if table and table.retention not in NEVER and label not in ELSEWHERE | NO_FREE_TEXT and _personal(table):
            yield model


def plan_of(model: type[models.Model]) -> Plan:
    """Raises CannotPlan."""
    table = _classified(model)
    if table is None:
        raise CannotPlan(f"{model._meta.label} is not classified")
    return _plan(model, table, BY_HAND.get(model._meta.label_lower, {}))


def our_models() -> Iterator[type[models.Model]]:
    for room in apps.get_app_configs():
        if Path(room.path).parent == Path(settings.BASE_DIR):
            yield from room.get_models()


def _classified(model: type[models.Model]) -> Classified | None:
    fields: dict[str, Classified] = import_module(f"{model._meta.app_label}.classification").FIELDS
    return fields.get(model.__name__)


def _personal(table: Classified) -> list[str]:
    return table.of(Sensitivity.PERSONAL)


def _plan(model: type[models.Model], table: Classified, told: dict[str, Any]) -> Plan:
    rule, delete = told.get("rule", table.retention), told.get("delete", False)
    values = {} if delete else told.get("values") or {name: _empty(model, name) for name in _personal(table)}
    still = Q()
    for name, value in values.items():
        still |= ~Q(**{name: value})
    clock = told.get("clock") or F(_own_moment(model))
    only, held = told.get("only", Q()), told.get("held", still)
    return Plan(model, rule, clock, values=values, only=only, held=held, delete=delete)


def _empty(model: type[models.Model], name: str) -> Any:
    column = model._meta.get_field(name)
    if getattr(column, "unique", False):
        raise CannotPlan(f"{model._meta.label}.{name} is unique: say in keeping/rows/plans.py what stands there later")
    if column.null:
        return None
    if isinstance(column, models.CharField | models.TextField):
        return ""
    if isinstance(column, ArrayField):
        return []
    if isinstance(column, models.JSONField):
        return column.get_default() or []
    raise CannotPlan(
        f"{model._meta.label}.{name} cannot be empty: say in keeping/rows/plans.py what stands there later"
    )


def _own_moment(model: type[models.Model]) -> str:
    moments = [column.name for column in model._meta.concrete_fields if getattr(column, "auto_now_add", False)]
    if len(moments) != 1:
        raise CannotPlan(f"{model._meta.label}: say in keeping/rows/plans.py from which moment its rule counts")
    return moments[0]
