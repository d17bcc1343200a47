"""Checks of the made-up city: some bookings to come with a defect, at each stage of reaching the applicant."""

from datetime import datetime, time, timedelta
from uuid import uuid4

from django.utils import timezone

from applications.actions import check_defect, defect_resolve
from applications.contacts.actions import defect_call_note
from applications.contacts.records import ContactResult
from applications.models import CheckState, DefectReason, ExistenceCheck
from config.simulation.cast import Cast
from config.simulation.play import waiting_for_the_city
from reservations.models import Reservation, ReservationState

TEN_O_CLOCK = time(10)
FOUND = (
    (DefectReason.ADDRESS_DIFFERS, "番地が記録と違います（見本）。"),
    (DefectReason.NAME_DIFFERS, "名の漢字が記録と違います（見本）。"),
    (DefectReason.NOT_FOUND, ""),
    (DefectReason.BIRTH_DATE_DIFFERS, "日にちが記録と違います（見本）。"),
)


def checks_left(cast: Cast) -> int:
    """What the bureau and the city find to do, unless there is something already. Returns how many defects."""
    if ExistenceCheck.objects.filter(state=CheckState.DEFECT).exists():
        return 0
    coming = Reservation.objects.filter(
        waiting_for_the_city(),
        state=ReservationState.CONFIRMED,
        slot__starts_at__gte=timezone.now() + timedelta(days=2),
    )
    found = [
        check_defect(reservation=booking, reason=reason, note=note, by=cast.officer)
        for booking, (reason, note) in zip(coming.order_by("slot__starts_at", "pk"), FOUND, strict=False)
    ]
    # The first is new; of the others one was not at home, one will call back, one has been put right.
    tomorrow = timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=1), TEN_O_CLOCK))
    for check, result in zip(found[1:3], (ContactResult.NO_ANSWER, ContactResult.PROMISED), strict=False):
        defect_call_note(check=check, result=result, next_at=tomorrow, key=uuid4(), by=cast.bureau)
    for check in found[3:]:
        defect_resolve(check=check, note="電話で確認し、訂正しました（見本）。", by=cast.bureau)
    return len(found)
