"""Help that is counted by itself, and the steps of a visit with their times."""

import uuid

import pytest

from counters.actions import support_count, support_take_back, visit_finish, visit_terminal_begin
from counters.errors import ReasonDoesNotFit, ReviewNotApproved
from counters.models import Outcome, Reason, Referral, SupportKind, SupportWork, Visit
from review.models import Verdict
from tests.counters.desk import Desk
from tests.counters.rules import WARD_OFFICE, set_counter_rules

STANDING = {"taken_back_at__isnull": True}


@pytest.mark.requirement("yatsushiro-06", "kurume-06", "fukutsu-04")
def test_each_kind_is_counted_by_itself_with_and_without_a_visit(desk: Desk) -> None:
    visit = desk.serving()
    for kind in (SupportKind.INSURANCE, SupportKind.ACCOUNT):
        support_count(office=visit.office, kind=kind, visit=visit, key=uuid.uuid4(), by=desk.by)
    support_count(office=visit.office, kind=SupportKind.INSURANCE, key=uuid.uuid4(), by=desk.by)
    counted = SupportWork.objects.filter(**STANDING)
    assert counted.filter(kind=SupportKind.INSURANCE).count() == 2
    assert counted.filter(kind=SupportKind.ACCOUNT).count() == 1


def test_the_same_tap_or_the_same_visit_counts_once(desk: Desk) -> None:
    key, visit = uuid.uuid4(), desk.serving()
    kind = SupportKind.INSURANCE
    first = support_count(office=visit.office, kind=kind, key=key, by=desk.by)
    assert support_count(office=visit.office, kind=kind, key=key, by=desk.by).pk == first.pk
    of_visit = support_count(office=visit.office, kind=kind, visit=visit, key=uuid.uuid4(), by=desk.by)
    again = support_count(office=visit.office, kind=kind, visit=visit, key=uuid.uuid4(), by=desk.by)
    assert again.pk == of_visit.pk
    assert SupportWork.objects.count() == 2


def test_what_was_counted_by_mistake_is_taken_back(desk: Desk) -> None:
    visit = desk.serving()
    done = support_count(office=visit.office, kind=SupportKind.PORTAL, visit=visit, key=uuid.uuid4(), by=desk.by)
    for _ in range(2):
        support_take_back(done=done, by=desk.by)
    assert not SupportWork.objects.filter(**STANDING).exists()
    anew = support_count(office=visit.office, kind=SupportKind.PORTAL, visit=visit, key=uuid.uuid4(), by=desk.by)
    assert anew.pk != done.pk


# -- terminal work and the outcome ----------------------------------------------------------------
def test_every_step_has_its_time_in_order(desk: Desk) -> None:
    visit = desk.answered(Verdict.APPROVED).visit
    visit_terminal_begin(visit=visit, by=desk.by)
    done = visit_finish(visit=visit, outcome=Outcome.COMPLETED, by=desk.by)
    done = Visit.objects.get(pk=done.pk)
    times = [done.arrived_at, done.serving_at, done.submitted_at, done.answered_at, done.terminal_at]
    assert None not in times
    assert times == sorted(times)  # type: ignore[type-var]
    assert done.terminal_done_at == done.finished_at


def test_the_terminal_waits_for_the_approval(desk: Desk) -> None:
    for visit in (desk.signed(), desk.answered(Verdict.REJECTED).visit):
        with pytest.raises(ReviewNotApproved):
            visit_terminal_begin(visit=visit, by=desk.by)


def test_a_second_tap_keeps_the_first_time(desk: Desk) -> None:
    visit = desk.answered(Verdict.APPROVED).visit
    first = visit_terminal_begin(visit=visit, by=desk.by).terminal_at
    assert visit_terminal_begin(visit=visit, by=desk.by).terminal_at == first


def test_a_reason_fits_its_outcome(desk: Desk) -> None:
    visit = desk.serving()
    with pytest.raises(ReasonDoesNotFit):
        visit_finish(visit=visit, outcome=Outcome.MISSING_PAPERS, reason=Reason.PROXY, by=desk.by)
    done = visit_finish(visit=visit, outcome=Outcome.REFERRED, reason=Reason.PROXY, by=desk.by)
    assert (done.outcome, done.reason) == (Outcome.REFERRED, Reason.PROXY)


@pytest.mark.requirement("fukutsu-04", "yatsushiro-05")
def test_who_is_sent_on_gets_a_numbered_slip(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_counter_rules(monkeypatch)
    for number in (1, 2):
        visit_finish(
            visit=desk.serving(),
            outcome=Outcome.REFERRED,
            reason=Reason.PROXY,
            place=WARD_OFFICE,
            things=["委任状"],
            by=desk.by,
        )
        referral = Referral.objects.latest("pk")
        assert (referral.number, referral.place_name, referral.things) == (number, "見本区役所 市民課", ["委任状"])
