"""What must stay true whatever breaks: no case is lost, none is answered twice, nothing is half done.

Killed processes are real ones, killed with SIGKILL at named points of the actions.
"""

import hashlib
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest
import time_machine
from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from counters.models import Visit, VisitState
from review.actions import case_claim, case_claim_next, case_decide, case_submit, leases_release_expired
from review.errors import LeaseLost
from review.models import Case, CaseImage, CaseState, Decision, PendingUpload, Verdict
from tests.counters.desk import Desk
from tests.people import staff_member
from tests.reservations.town import SYSTEM
from tests.review.test_lease import LATER
from tests.review.test_uploads import Sender
from vault.models import VaultObject

pytestmark = pytest.mark.django_db(transaction=True)

# Decides (or submits) a case in a process of its own, and dies at the point named.
DIES = """
import os, signal, sys
from datetime import datetime
import django, time_machine
django.setup()
from unittest.mock import patch
from accounts.models import User
from audit.actors import Actor
from review.actions import case_decide, case_submit
from review.models import Case, Verdict

what, point, case, user, now = sys.argv[1:]
time_machine.travel(datetime.fromisoformat(now), tick=True).start()  # the desk's morning

def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

by, case = Actor.staff(User.objects.get(pk=user)), Case.objects.get(pk=case)
if point != "after the commit":
    patch(point, die).start()
if what == "decide":
    case_decide(case=case, token=case.lease_token, version=case.version, verdict=Verdict.APPROVED, reason=None, by=by)
else:
    case_submit(case=case, by=by)
die()
"""
BEFORE_COMMIT = [
    ("decide", "review.actions.decide._decision"),  # the case is answered, its decision not written
    ("decide", "review.actions.decide.visit_review_answered"),  # the counter not told
    ("decide", "review.actions.decide.announce"),  # everything written, not committed
    ("submit", "review.actions.capture.visit_await_review"),
    ("submit", "review.actions.capture.announce"),
]


def killed(what: str, point: str, case: Case, user: User) -> int:
    """The signal that ended a process which worked on the case."""
    database = settings.DATABASES["default"]["NAME"]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "MADOGUCHI_DATABASE": str(database),
    }
    command = [sys.executable, "-c", DIES, what, point, str(case.pk), str(user.pk), timezone.now().isoformat()]
    done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    return -done.returncode


def decide(desk: Desk, case: Case) -> None:
    assert case.lease_token is not None
    case_decide(
        case=case, token=case.lease_token, version=case.version, verdict=Verdict.APPROVED, reason=None, by=desk.city
    )


def answers(case: Case) -> tuple[int, int]:
    """Decisions, and events of a decision."""
    told = AuditEvent.objects.filter(action="case.decided", subject_id=str(case.pk)).count()
    return Decision.objects.filter(case=case).count(), told


@pytest.mark.parametrize(("what", "point"), BEFORE_COMMIT)
def test_killed_before_the_commit_nothing_has_happened_and_it_can_be_done_again(
    desk: Desk, what: str, point: str
) -> None:
    case = desk.case()
    desk.picture(case)
    if what == "decide":
        case = case_claim(case=case_submit(case=case, by=desk.by), by=desk.city)
    before = Case.objects.values().get(pk=case.pk)
    killed(what, point, case, desk.reviewer if what == "decide" else desk.clerk)
    assert Case.objects.values().get(pk=case.pk) == before
    assert answers(case) == (0, 0)
    if what == "submit":
        case_submit(case=case, by=desk.by)
        assert case_claim_next(by=desk.city).pk == case.pk
        return
    decide(desk, case)
    assert answers(case) == (1, 1)
    assert Visit.objects.get(pk=case.visit_id).state == VisitState.SERVING


def test_killed_after_the_commit_it_is_done_once(desk: Desk, claimed: Case) -> None:
    killed("decide", "after the commit", claimed, desk.reviewer)
    assert answers(claimed) == (1, 1)
    with pytest.raises(LeaseLost):
        decide(desk, claimed)
    assert answers(claimed) == (1, 1)


def test_a_reviewer_whose_machine_dies_holds_nobody_up(desk: Desk, claimed: Case, second: User) -> None:
    with time_machine.travel(timezone.now() + LATER, tick=True):
        assert leases_release_expired(by=SYSTEM) == 1
        held = case_claim_next(by=Actor.staff(second))
    assert (held.pk, held.claimed_by) == (claimed.pk, second)
    assert answers(claimed) == (0, 0)


def test_the_database_goes_away_in_the_middle_of_an_answer(desk: Desk, claimed: Case) -> None:
    """What a restart does to a request: its connection ends between two statements."""

    def cut(*_args: object, **_kwargs: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [pid] = cursor.fetchone()
        database = settings.DATABASES["default"]
        address = {"dbname": database["NAME"], "user": database["USER"], "host": database["HOST"]}
        with psycopg.connect(**address, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    with patch("review.actions.decide.announce", cut), pytest.raises(OperationalError):
        decide(desk, claimed)
    connection.close()
    assert Case.objects.get(pk=claimed.pk).state == CaseState.CLAIMED
    assert answers(claimed) == (0, 0)
    decide(desk, claimed)
    assert answers(claimed) == (1, 1)


class FullStorage(FileSystemStorage):
    """On a disk without any room: the kernel itself says so."""

    def _save(self, name: str, content: File[bytes]) -> str:
        with Path("/dev/full").open("wb", buffering=0) as disk:
            disk.write(content.read())
        raise AssertionError("there was room")


@pytest.mark.requirement("kitakyushu-23")
def test_a_full_storage_keeps_no_half_picture_and_the_next_try_works(desk: Desk, own: Client) -> None:
    """What has arrived stays, in words that the tablet understands; it is stored when there is room again."""
    sender = Sender(own, desk.signed())
    own.raise_request_exception = False
    sender.begin()
    before = VaultObject.objects.count()
    with patch("vault.contents._storage", return_value=FullStorage()):
        answer = sender.send_from(0)
    assert (answer.status_code, answer.json()["state"]) == (500, "lost")
    assert "写真はこのタブレットに残っています" in answer.json()["message"]
    assert (CaseImage.objects.count(), VaultObject.objects.count()) == (0, before)
    assert PendingUpload.objects.get().received == len(sender.data)
    assert sender.begin().json()["state"] == "stored"
    assert CaseImage.objects.get().sent_sha256 == hashlib.sha256(sender.data).hexdigest()
    assert case_submit(case=Case.objects.get(), by=desk.by).state == CaseState.SUBMITTED


def test_midnight_passes_between_sending_and_the_answer(desk: Desk) -> None:
    case = desk.case()
    desk.picture(case)
    before_midnight = datetime.fromisoformat("2026-11-18T23:58:00+09:00")
    with time_machine.travel(before_midnight, tick=True):
        case = case_submit(case=case, by=desk.by)
        held = case_claim(case=case, by=desk.city)
        assert held.due_at is not None
        assert timezone.localdate(held.due_at) == timezone.localdate() + timedelta(days=1)
    with time_machine.travel(before_midnight + timedelta(minutes=3), tick=True):
        assert leases_release_expired(by=SYSTEM) == 0
        decide(desk, held)
    decision = Decision.objects.get()
    assert decision.decided_at - decision.submitted_at < timedelta(minutes=5)
    assert Visit.objects.get(pk=case.visit_id).review_result == "approved"


def test_a_clock_that_is_set_back_gives_nobody_a_second_answer(desk: Desk, claimed: Case) -> None:
    decide(desk, claimed)
    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=True), pytest.raises(LeaseLost):
        decide(desk, claimed)
    assert answers(claimed) == (1, 1)


def test_the_reviewer_who_is_taken_out_of_the_office_decides_nothing(desk: Desk, claimed: Case) -> None:
    """An account that is switched off between taking and answering: the case comes back by its lease."""
    User.objects.filter(pk=desk.reviewer.pk).update(is_active=False)
    with time_machine.travel(timezone.now() + LATER, tick=True):
        leases_release_expired(by=SYSTEM)
        other = Actor.staff(staff_member(Role.REVIEWER, "third"))
        assert case_claim_next(by=other).pk == claimed.pk


def test_the_points_of_death_exist() -> None:
    """A point that was renamed would make the tests above pass without killing there."""
    for _, point in BEFORE_COMMIT:
        module, name = point.rsplit(".", 1)
        source = Path(settings.BASE_DIR, *module.split(".")).with_suffix(".py").read_text()
        assert f"{name}(" in source
