"""Whether rows agree with each other, counted again from the rows themselves."""

from collections.abc import Iterator

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from notifications.models import Message
from reservations.models import WITHOUT_SEAT, FurtherSeat, Hold, Reservation, SeatKind, Slot

ROWS_AT_ONCE = 2000


def kept_by_bookings(kind: SeatKind) -> Combinable:
    further = FurtherSeat.objects.filter(reservation__seat_kind=kind).exclude(reservation__state__in=WITHOUT_SEAT)
    return _per_slot(Reservation.objects.live().filter(seat_kind=kind)) + _per_slot(further)


def kept_by_holds(kind: SeatKind) -> Combinable:
    further = FurtherSeat.objects.filter(hold__seat_kind=kind)
    return _per_slot(Hold.objects.filter(seat_kind=kind)) + _per_slot(further)


def _per_slot(rows: "QuerySet[Reservation] | QuerySet[Hold] | QuerySet[FurtherSeat]") -> Combinable:
    counted = rows.filter(slot=OuterRef("pk")).order_by().values("slot").annotate(kept=Count("pk")).values("kept")
    return Coalesce(Subquery(counted), 0)


def wrong_counters() -> QuerySet[Slot]:
    """Slots whose counters differ from holds plus live bookings (annotated `public_kept`, `internal_kept`)."""
    kept = {f"{kind}_kept": kept_by_bookings(kind) + kept_by_holds(kind) for kind in SeatKind}
    return (
        Slot.objects.annotate(**kept)
        .exclude(public_taken=F("public_kept"), internal_taken=F("internal_kept"))
        .select_related("office")
        .order_by("pk")
    )


def disagreements() -> Iterator[tuple[str, str]]:
    """Where and what, for every row that contradicts another. None of it holds anything personal but an id."""
    for slot in wrong_counters().iterator(chunk_size=ROWS_AT_ONCE):
        where = f"予約枠 id={slot.pk}（{slot.office.code} {timezone.localtime(slot.starts_at):%Y-%m-%d %H:%M}）"
        for kind in SeatKind:
            counter, kept = getattr(slot, f"{kind}_taken"), getattr(slot, f"{kind}_kept")
            if counter != kept:
                yield where, f"{kind.label}の使用数は{counter}ですが、席を使う予約は{kept}件です。"
    elsewhere = Reservation.objects.exclude(office=F("slot__office")).order_by("pk").values_list("pk", flat=True)
    for pk in elsewhere.iterator(chunk_size=ROWS_AT_ONCE):
        yield f"予約 id={pk}", "予約の拠点と予約枠の拠点が違います。"
    several = Reservation.objects.filter(
        Q(units__gt=1) | Exists(FurtherSeat.objects.filter(reservation=OuterRef("pk")))
    )
    unlike = several.annotate(seats=Count("further_seats") + 1).exclude(seats=F("units"))
    for pk in unlike.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=ROWS_AT_ONCE):
        yield f"予約 id={pk}", "使う予約枠の数と、席の記録の数が違います。"
    told = Reservation.objects.annotate(told=Cast("pk", CharField()))
    booking = told.filter(told=OuterRef("subject_id"))
    about_bookings = Message.objects.filter(subject_type=Reservation._meta.label_lower)
    for pk in about_bookings.exclude(Exists(booking)).order_by("pk").values_list("pk", flat=True):
        yield f"通知 id={pk}", "対象の予約がありません。"
