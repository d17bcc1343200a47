"""The ledger of lent goods: every change leaves a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from postoffices.models import Office
from staffing.errors import CountsMissing, NotInUse, StocktakeGoesOn, TooMany
from staffing.models import GOOD_MOVES, Good, GoodEvent, GoodState, Provider, Stocktake, StocktakeLine
from writing.dates import long_day_text


@dataclass(frozen=True, slots=True)
class GoodFacts:
    name: str
    number: str
    quantity: int
    unit: str
    provider: Provider
    office: Office | None
    place: str
    note: str


@transaction.atomic
def good_register(*, key: UUID, facts: GoodFacts, by: Actor) -> Good:
    """Something that is to come. The same `key` again gives the first row."""
    if found := Good.objects.filter(key=key).first():
        return found
    good = Good(key=key)
    _write(good, facts)
    _note(good, timezone.localdate(), f"台帳に登録（{good.quantity}{good.unit}）", "staffing.good_registered", by)
    return good


@transaction.atomic
def good_correct(*, good: Good, facts: GoodFacts, by: Actor) -> Good:
    """What was registered wrongly. How many and where they are stays, once they were received."""
    good = _locked(good)
    kept = (
        {}
        if good.state == GoodState.EXPECTED
        else {name: getattr(good, name) for name in ("quantity", "office", "place")}
    )
    _write(good, facts)
    for name, value in kept.items():
        setattr(good, name, value)
    good.save()
    _note(good, timezone.localdate(), "登録内容を訂正", "staffing.good_corrected", by)
    return good


def _write(good: Good, facts: GoodFacts) -> None:
    for name in GoodFacts.__dataclass_fields__:
        setattr(good, name, getattr(facts, name))
    good.save()


@transaction.atomic
def good_receive(*, good: Good, on: date, by: Actor) -> Good:
    """Raises MoveNotAllowed."""
    good = _moved(good, GoodState.IN_USE)
    good.received_on = on
    good.save()
    return _note(good, on, f"受領（{good.quantity}{good.unit}）", "staffing.good_received", by)


@transaction.atomic
def good_put(*, good: Good, quantity: int, office: Office | None, place: str, on: date, by: Actor) -> Good:
    """So many of them stand somewhere else from now on. Raises NotInUse, TooMany."""
    good = _part(_in_use(good), quantity, by)
    good.office, good.place = office, place
    good.save()
    return _note(good, on, f"移動（{quantity}{good.unit}）：{good.where or '場所の記載なし'}", "staffing.good_put", by)


@transaction.atomic
def good_return(*, good: Good, quantity: int, on: date, by: Actor) -> Good:
    """So many of them went back to whom they belong. Raises NotInUse, TooMany."""
    good = _part(_in_use(good), quantity, by)
    refuse_unless_allowed(GOOD_MOVES, good.state, GoodState.RETURNED)
    good.state, good.returned_on = GoodState.RETURNED, on
    good.save()
    return _note(good, on, f"返却（{quantity}{good.unit}）", "staffing.good_returned", by)


@transaction.atomic
def good_lose(*, good: Good, quantity: int, on: date, note: str, by: Actor) -> Good:
    """So many of them cannot be found. Raises NotInUse, TooMany."""
    good = _part(_in_use(good), quantity, by)
    good.state = GoodState.LOST
    good.save()
    return _note(good, on, f"紛失（{quantity}{good.unit}）：{note}", "staffing.good_lost", by)


@transaction.atomic
def good_find(*, good: Good, on: date, by: Actor) -> Good:
    """Raises MoveNotAllowed for what was not lost."""
    good = _moved(good, GoodState.IN_USE)
    good.save()
    return _note(good, on, f"発見（{good.quantity}{good.unit}）", "staffing.good_found", by)


def _in_use(good: Good) -> Good:
    good = _locked(good)
    if good.state != GoodState.IN_USE:
        raise NotInUse
    return good


def _part(good: Good, quantity: int, by: Actor) -> Good:
    """So many of them as a row of their own; the row itself when it is all of them. Raises TooMany."""
    if quantity > good.quantity:
        raise TooMany(f"{good.quantity}{good.unit}までの数を入力してください。")
    if quantity == good.quantity:
        return good
    good.quantity -= quantity
    good.save(update_fields=["quantity"])
    whole = f"{quantity}{good.unit}を別の行に分けた（残り{good.quantity}{good.unit}）"
    GoodEvent.objects.create(good=good, on=timezone.localdate(), what=whole, by_id=by.staff_id)
    return Good.objects.create(
        key=uuid4(), name=good.name, number=good.number, quantity=quantity, unit=good.unit, provider=good.provider,
        state=good.state, office=good.office, place=good.place, received_on=good.received_on, note=good.note,
    )  # fmt: skip


@transaction.atomic
def stocktake_begin(*, by: Actor) -> Stocktake:
    """A line for everything in use. Raises StocktakeGoesOn."""
    try:
        with transaction.atomic():
            made = Stocktake.objects.create(begun_by_id=by.staff_id)
    except IntegrityError as going_on:
        raise StocktakeGoesOn from going_on
    in_use = Good.objects.filter(state=GoodState.IN_USE).for_list()
    lines = [StocktakeLine(stocktake=made, good=good, expected=good.quantity) for good in in_use]
    StocktakeLine.objects.bulk_create(lines)
    record(action="staffing.stocktake_begun", subject=made, by=by, detail={"lines": len(lines)})
    return made


@transaction.atomic
def stocktake_count(*, stocktake: Stocktake, counts: Mapping[int, tuple[int | None, str]], by: Actor) -> Stocktake:
    """What was counted, by the key of the line, with a remark. Raises StocktakeGoesOn after the end."""
    stocktake = _open(stocktake)
    for line in stocktake.lines.filter(pk__in=counts.keys()):
        line.counted, line.note = counts[line.pk]
        line.save(update_fields=["counted", "note"])
    record(action="staffing.stocktake_counted", subject=stocktake, by=by, detail={"lines": len(counts)})
    return stocktake


@transaction.atomic
def stocktake_finish(*, stocktake: Stocktake, by: Actor) -> Stocktake:
    """Raises CountsMissing while something was not counted. The ledger is set right by people, line by line."""
    stocktake = _open(stocktake)
    if stocktake.lines.filter(counted__isnull=True).exists():
        raise CountsMissing
    stocktake.finished_at = timezone.now()
    stocktake.save(update_fields=["finished_at"])
    for line in stocktake.lines.select_related("good"):
        what = f"棚卸し：台帳{line.expected}、実数{line.counted}（{long_day_text(stocktake.begun_at)}開始）"
        GoodEvent.objects.create(good=line.good, on=timezone.localdate(), what=what, by_id=by.staff_id)
    record(action="staffing.stocktake_finished", subject=stocktake, by=by)
    return stocktake


def _open(stocktake: Stocktake) -> Stocktake:
    held = Stocktake.objects.select_for_update().get(pk=stocktake.pk)
    if held.finished_at:
        raise StocktakeGoesOn("この棚卸しは終わっています。新しい棚卸しを始めてください。")
    return held


def _locked(good: Good) -> Good:
    return Good.objects.select_for_update(of=("self",)).select_related("office").get(pk=good.pk)


def _moved(good: Good, state: GoodState) -> Good:
    good = _locked(good)
    refuse_unless_allowed(GOOD_MOVES, good.state, state)
    good.state = state
    return good


def _note(good: Good, on: date, what: str, action: str, by: Actor) -> Good:
    GoodEvent.objects.create(good=good, on=on, what=what, by_id=by.staff_id)
    record(action=action, subject=good, by=by, detail={"quantity": good.quantity})
    return good
