"""Two tablets, or a tablet and the city, at the same moment. Real connections, real locks."""

import hashlib
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from counters.actions import visit_arrive, visit_leave, visit_miss, visit_walk_in
from counters.models import Visit, VisitState
from reservations.models import ReservationState
from review.actions import capture, case_claim, case_decide, case_submit, image_add
from review.errors import LeaseLost, NotCapturing
from review.models import Case, CaseImage, CaseState, DocumentKind, Verdict
from tests.counters.desk import PICTURE, Desk, make_desk
from tests.reservations.test_races import PATIENCE_SECONDS, Rival, in_own_connection, race
from tests.reservations.town import make_town
from vault.actions import picture_store
from vault.models import ObjectKind, VaultObject

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(ten_o_clock: None, transactional_db: None, own_vault: object) -> Desk:
    return make_desk(make_town())


def together(*work: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(work)) as threads:
        results = [threads.submit(in_own_connection, one) for one in work]
        return [result.result(PATIENCE_SECONDS) for result in results]


def test_two_tablets_receive_one_person_once(desk: Desk) -> None:
    reservation = desk.booking()
    first, second = race(
        Rival(lambda: visit_arrive(reservation=reservation, by=desk.by)),
        lambda: visit_arrive(reservation=reservation, by=desk.by),
    )
    assert first.pk == second.result().pk == Visit.objects.get().pk


def test_one_tablet_receives_whom_another_reports_missing(desk: Desk) -> None:
    reservation = desk.booking()
    race(
        Rival(lambda: visit_miss(reservation=reservation, by=desk.by)),
        lambda: visit_arrive(reservation=reservation, by=desk.by),
    )
    reservation.refresh_from_db()
    assert (Visit.objects.get().state, reservation.state) == (VisitState.ARRIVED, ReservationState.VISITED)


def test_a_walk_in_form_sent_twice_at_once_is_one_visit(desk: Desk) -> None:
    key = uuid.uuid4()

    def walk_in() -> Visit:
        return visit_walk_in(office=desk.town.office, procedure=desk.town.renewal, key=key, by=desk.by)

    first, second = race(Rival(walk_in), walk_in)
    assert first.pk == second.result().pk == Visit.objects.get().pk


def test_who_leaves_before_the_decision_is_not_decided_on(desk: Desk) -> None:
    case = case_claim(case=desk.submitted(), by=desk.city)
    _, decided = race(Rival(lambda: visit_leave(visit=case.visit, by=desk.by)), lambda: decide(desk, case))
    assert isinstance(decided.exception(), LeaseLost)
    assert (Case.objects.get().state, Visit.objects.get().state) == (CaseState.WITHDRAWN, VisitState.LEFT)


def test_who_leaves_after_the_decision_keeps_it(desk: Desk) -> None:
    """Both lock the case before the visit: neither waits for the other in a ring."""
    case = case_claim(case=desk.submitted(), by=desk.city)
    _, left = race(Rival(lambda: decide(desk, case)), lambda: visit_leave(visit=case.visit, by=desk.by))
    assert left.exception() is None
    assert (Case.objects.get().state, Visit.objects.get().state) == (CaseState.APPROVED, VisitState.LEFT)


def decide(desk: Desk, case: Case) -> object:
    assert case.lease_token is not None
    return case_decide(
        case=case,
        token=case.lease_token,
        version=case.version,
        verdict=Verdict.APPROVED,
        reason=None,
        remarks="",
        by=desk.city,
    )


# -- one picture, sent again while the first sending is still under way ---------------------------
def send_both(desk: Desk, case: Case, ids: tuple[uuid.UUID, uuid.UUID], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Both have looked whether the picture is known, and found nothing, before either keeps it."""
    both_have_looked = Barrier(2)

    def wait_and_keep(**given: Any) -> Any:
        both_have_looked.wait(PATIENCE_SECONDS)
        return picture_store(**given)

    monkeypatch.setattr(capture, "picture_store", wait_and_keep)
    return together(*[lambda image_id=image_id: add(desk, case, image_id) for image_id in ids])


def add(desk: Desk, case: Case, image_id: uuid.UUID) -> CaseImage:
    said = hashlib.sha256(PICTURE).hexdigest()
    return image_add(case=case, image_id=image_id, kind=DocumentKind.OTHER, sha256=said, upload=PICTURE, by=desk.by)


def pictures_held() -> tuple[int, int]:
    return CaseImage.objects.count(), VaultObject.objects.filter(kind=ObjectKind.IMAGE).count()


def test_one_picture_sent_twice_at_once_is_kept_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = uuid.uuid4()
    first, second = send_both(desk, desk.case(), (image_id, image_id), monkeypatch)
    assert first.pk == second.pk == image_id
    assert pictures_held() == (1, 1)


def test_without_its_number_the_same_race_keeps_it_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary."""
    send_both(desk, desk.case(), (uuid.uuid4(), uuid.uuid4()), monkeypatch)
    assert pictures_held() == (2, 2)


def test_the_twentieth_picture_sent_twice_at_once_is_kept_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "MOST_PICTURES", 1)
    image_id = uuid.uuid4()
    first, second = send_both(desk, desk.case(), (image_id, image_id), monkeypatch)
    assert first.pk == second.pk == image_id
    assert pictures_held() == (1, 1)


def test_no_picture_slips_in_behind_the_submission(desk: Desk) -> None:
    case = desk.case()
    desk.picture(case)
    _, late = race(Rival(lambda: case_submit(case=case, by=desk.by)), lambda: add(desk, case, uuid.uuid4()))
    assert isinstance(late.exception(), NotCapturing)
    assert pictures_held() == (1, 1)
