"""Pictures on their way to the city: what is kept, what is refused, and what a second tap changes (nothing)."""

import hashlib
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from applications.actions import application_sign
from audit.models import AuditEvent
from audit.moves import MoveNotAllowed
from counters.actions import visit_arrive, visit_serve
from counters.errors import SignatureMissing
from counters.models import ReviewResult, Visit, VisitState
from review.actions import case_claim, case_give_up, case_open, case_submit, case_withdraw, image_add, image_remove
from review.errors import (
    NotCapturing,
    PictureDamaged,
    PictureDiffers,
    PicturesMissing,
    TooManyPictures,
    WrittenFormMissing,
)
from review.models import Case, CaseImage, CaseState, DocumentKind, Verdict
from tests.counters.desk import PICTURE, STROKES, Desk
from tests.vault.cameras import jpeg
from vault.models import VaultObject

SENT = [CaseState.SUBMITTED, CaseState.CLAIMED, CaseState.APPROVED, CaseState.REJECTED, CaseState.WITHDRAWN]


def events(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


def case_in(desk: Desk, state: CaseState) -> Case:
    """A case in this state, with one picture, reached through the actions."""
    if state in (CaseState.APPROVED, CaseState.RESHOOT, CaseState.REJECTED):
        return desk.answered(Verdict(state.value))
    if state == CaseState.CAPTURING:
        case = desk.case()
        desk.picture(case)
        return case
    case = desk.submitted()
    if state == CaseState.CLAIMED:
        return case_claim(case=case, by=desk.city)
    if state == CaseState.WITHDRAWN:
        return case_withdraw(case=case, by=desk.by)
    return case


# -- opening --------------------------------------------------------------------------------------
def test_a_visit_has_one_case_however_often_it_is_opened(desk: Desk) -> None:
    visit = desk.signed()
    first, second = (case_open(visit=visit, by=desk.by) for _ in range(2))
    assert first.pk == second.pk
    assert (first.office, first.captured_by, first.state) == (desk.town.office, desk.clerk, CaseState.CAPTURING)
    assert events("case.opened") == 1


@pytest.mark.parametrize("state", [VisitState.ARRIVED, VisitState.CALLED, VisitState.FINISHED, VisitState.LEFT])
def test_no_case_is_opened_for_somebody_who_is_not_at_the_counter(desk: Desk, state: VisitState) -> None:
    with pytest.raises(NotCapturing):
        case_open(visit=desk.visit_in(state), by=desk.by)
    assert not Case.objects.exists()


# -- pictures -------------------------------------------------------------------------------------
def test_a_picture_is_kept_with_what_the_tablet_said(desk: Desk) -> None:
    case = desk.case()
    image = desk.picture(case, image_id=uuid.UUID(int=7))
    assert (image.pk, image.case, image.attempt) == (uuid.UUID(int=7), case, 1)
    assert image.sent_sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert image.picture.media_type == "image/jpeg"
    assert events("case.image_added") == 1


def test_the_same_picture_sent_twice_is_one_picture(desk: Desk) -> None:
    case, image_id = desk.case(), uuid.uuid4()
    first, second = (desk.picture(case, image_id=image_id) for _ in range(2))
    assert first.pk == second.pk
    assert CaseImage.objects.count() == events("case.image_added") == 1


def test_a_picture_that_comes_again_after_submitting_is_known(desk: Desk) -> None:
    """The answer got lost on the way: the tablet asks again, and hears that all is well."""
    case, image_id = desk.case(), uuid.uuid4()
    desk.picture(case, image_id=image_id)
    case_submit(case=case, by=desk.by)
    assert desk.picture(case, image_id=image_id).pk == image_id


def test_other_content_under_a_known_number_is_refused(desk: Desk) -> None:
    case, image_id = desk.case(), uuid.uuid4()
    desk.picture(case, image_id=image_id)
    with pytest.raises(PictureDiffers):
        desk.picture(case, jpeg(100, 100), image_id=image_id)
    with pytest.raises(PictureDiffers):
        desk.picture(desk.case(), image_id=image_id)
    assert CaseImage.objects.get().sent_sha256 == hashlib.sha256(PICTURE).hexdigest()


def test_a_picture_that_changed_on_the_way_is_refused(desk: Desk) -> None:
    case = desk.case()
    with pytest.raises(PictureDamaged):
        image_add(
            case=case, image_id=uuid.uuid4(), kind=DocumentKind.OTHER, sha256="0" * 64, upload=PICTURE, by=desk.by
        )
    assert not CaseImage.objects.exists()


@pytest.mark.parametrize("state", SENT)
def test_pictures_are_taken_only_while_capturing(desk: Desk, state: CaseState) -> None:
    case = case_in(desk, state)
    kept = VaultObject.objects.count()
    with pytest.raises(NotCapturing):
        desk.picture(case)
    with pytest.raises(NotCapturing):
        image_remove(image=CaseImage.objects.get(), by=desk.by)
    assert (CaseImage.objects.count(), VaultObject.objects.count()) == (1, kept)


def test_the_twenty_first_picture_is_refused(desk: Desk) -> None:
    case = desk.case()
    small = jpeg(16, 16)
    images = [desk.picture(case, small) for _ in range(20)]
    with pytest.raises(TooManyPictures):
        desk.picture(case, small)
    image_remove(image=images[0], by=desk.by)
    desk.picture(case, small)
    assert CaseImage.objects.filter(removed_at__isnull=True).count() == 20


def test_a_reshoot_starts_counting_anew(desk: Desk) -> None:
    case = desk.answered(Verdict.RESHOOT)
    assert desk.picture(case).attempt == 2


def test_a_picture_taken_out_is_erased_by_its_key(desk: Desk) -> None:
    case = desk.case()
    image = desk.picture(case)
    for _ in range(2):
        image_remove(image=image, by=desk.by)
    image.refresh_from_db()
    image.picture.refresh_from_db()
    assert image.removed_at is not None
    assert image.picture.erased_at is not None
    assert image.picture.wrapped_key is None
    assert events("case.image_removed") == 1


def test_pictures_of_an_earlier_round_stay(desk: Desk) -> None:
    case = desk.answered(Verdict.RESHOOT)
    image_remove(image=case.images.get(), by=desk.by)
    assert case.images.get().removed_at is None


# -- submitting -----------------------------------------------------------------------------------
def test_submitting_starts_the_citys_clock(desk: Desk) -> None:
    case = desk.submitted()
    assert case.state == CaseState.SUBMITTED
    assert case.submitted_at is not None
    assert case.due_at is not None
    assert case.due_at > case.submitted_at
    assert Visit.objects.get().state == VisitState.AWAITING_REVIEW


@pytest.mark.parametrize("state", [CaseState.SUBMITTED, CaseState.CLAIMED])
def test_a_second_tap_on_submit_changes_nothing(desk: Desk, state: CaseState) -> None:
    case = case_in(desk, state)
    before = Case.objects.values().get()
    case_submit(case=case, by=desk.by)
    assert Case.objects.values().get() == before
    assert events("case.submitted") == 1


@pytest.mark.parametrize("state", [CaseState.APPROVED, CaseState.REJECTED, CaseState.WITHDRAWN])
def test_a_case_that_is_over_is_not_submitted_again(desk: Desk, state: CaseState) -> None:
    with pytest.raises(MoveNotAllowed):
        case_submit(case=case_in(desk, state), by=desk.by)


def test_a_case_without_pictures_is_not_submitted(desk: Desk) -> None:
    case = desk.case()
    with pytest.raises(PicturesMissing):
        case_submit(case=case, by=desk.by)
    image_remove(image=desk.picture(case), by=desk.by)
    with pytest.raises(PicturesMissing):
        case_submit(case=case, by=desk.by)


def booked_case(desk: Desk) -> Case:
    """A signed case of somebody with a booking, without pictures."""
    visit = visit_serve(visit=visit_arrive(reservation=desk.booking(), by=desk.by), by=desk.by)
    assert visit.application is not None
    application_sign(application=visit.application, strokes=STROKES, by=desk.by)
    return case_open(visit=visit, by=desk.by)


def card_of(desk: Desk, case: Case) -> CaseImage:
    kind, said = DocumentKind.CARD_FRONT, hashlib.sha256(PICTURE).hexdigest()
    return image_add(case=case, image_id=uuid.uuid4(), kind=kind, sha256=said, upload=PICTURE, by=desk.by)


def test_a_walk_in_is_not_submitted_without_the_written_form(desk: Desk) -> None:
    """The reviewer would have nothing to compare the card with."""
    case = desk.case()
    card_of(desk, case)
    with pytest.raises(WrittenFormMissing):
        case_submit(case=case, by=desk.by)
    image_remove(image=desk.picture(case), by=desk.by)
    with pytest.raises(WrittenFormMissing):
        case_submit(case=case, by=desk.by)
    desk.picture(case)
    assert case_submit(case=case, by=desk.by).state == CaseState.SUBMITTED


def test_a_booked_person_needs_no_picture_of_the_form(desk: Desk) -> None:
    case = booked_case(desk)
    card_of(desk, case)
    assert case_submit(case=case, by=desk.by).state == CaseState.SUBMITTED


def test_the_form_photographed_before_counts_when_only_the_card_is_taken_again(desk: Desk) -> None:
    case = desk.answered(Verdict.RESHOOT)
    card_of(desk, case)
    assert case_submit(case=case, by=desk.by).state == CaseState.SUBMITTED


def test_a_reshoot_needs_new_pictures(desk: Desk) -> None:
    case = desk.answered(Verdict.RESHOOT)
    with pytest.raises(PicturesMissing):
        case_submit(case=case, by=desk.by)
    desk.picture(case)
    again = case_submit(case=case, by=desk.by)
    assert (again.state, again.attempt) == (CaseState.SUBMITTED, 2)
    assert Visit.objects.get().review_result == ReviewResult.NONE


def test_a_case_without_a_signature_is_not_submitted(desk: Desk) -> None:
    case = case_open(visit=desk.serving(), by=desk.by)
    desk.picture(case)
    with pytest.raises(SignatureMissing):
        case_submit(case=case, by=desk.by)
    case.refresh_from_db()
    assert case.state == CaseState.CAPTURING


# -- withdrawing ----------------------------------------------------------------------------------
@pytest.mark.parametrize("state", CaseState)
def test_the_end_of_a_visit_withdraws_what_is_open(desk: Desk, state: CaseState) -> None:
    case = case_in(desk, state)
    case_give_up(case.visit, desk.by)
    case.refresh_from_db()
    over = state in (CaseState.APPROVED, CaseState.REJECTED)
    assert case.state == (state if over else CaseState.WITHDRAWN)
    assert case.lease_token is None


@pytest.mark.parametrize("state", [CaseState.APPROVED, CaseState.REJECTED, CaseState.WITHDRAWN])
def test_what_is_over_cannot_be_withdrawn(desk: Desk, state: CaseState) -> None:
    with pytest.raises(MoveNotAllowed):
        case_withdraw(case=case_in(desk, state), by=desk.by)


# -- the audit log --------------------------------------------------------------------------------
def _open(desk: Desk) -> Callable[[], object]:
    visit = desk.signed()
    return lambda: case_open(visit=visit, by=desk.by)


def _add(desk: Desk) -> Callable[[], object]:
    case = desk.case()
    return lambda: desk.picture(case)


def _remove(desk: Desk) -> Callable[[], object]:
    image = desk.picture(desk.case())
    return lambda: image_remove(image=image, by=desk.by)


def _submit(desk: Desk) -> Callable[[], object]:
    case = case_in(desk, CaseState.CAPTURING)
    return lambda: case_submit(case=case, by=desk.by)


def _withdraw(desk: Desk) -> Callable[[], object]:
    case = desk.submitted()
    return lambda: case_withdraw(case=case, by=desk.by)


EVERY_ACTION = {"open": _open, "add": _add, "remove": _remove, "submit": _submit, "withdraw": _withdraw}


@pytest.mark.parametrize("name", EVERY_ACTION)
def test_without_its_audit_event_nothing_is_saved(
    desk: Desk, audit_cannot_be_written: Callable[[], AbstractContextManager[None]], name: str
) -> None:
    act = EVERY_ACTION[name](desk)
    before = everything()
    with audit_cannot_be_written():
        act()
    assert everything() == before


def everything() -> list[object]:
    return [list(model._default_manager.order_by("pk").values()) for model in (Visit, Case, CaseImage, VaultObject)]
