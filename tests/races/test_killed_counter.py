"""The web process dies while a counter sends pictures and the city answers.

Whatever the point: no case is lost, none is answered twice, and what the counter was told is safe is there.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from audit.models import AuditEvent
from counters.models import Visit, VisitState
from review.actions import case_claim
from review.models import Case, CaseImage, CaseState, Decision, DocumentKind, PendingUpload
from tests.counters.desk import Desk, make_desk
from tests.fixtures.site import LiveSite
from tests.races.dying import killed_at, row, table
from tests.races.hands import Hand, approve, hand_of, submit
from tests.reservations.town import make_town
from tests.vault.cameras import jpeg
from vault.models import ObjectKind, VaultObject

pytestmark = pytest.mark.django_db(transaction=True)

PICTURE = jpeg(1600, 1200, quality=95)
PIECE_BYTES = len(PICTURE) // 4 + 1


@dataclass
class Picture:
    """One picture on its way from the tablet, piece by piece."""

    hand: Hand
    visit: Visit
    id: uuid.UUID

    def begin(self) -> dict[str, Any]:
        """Announce it, or ask where to go on: what the tablet does first and after every break."""
        about = {"kind": str(DocumentKind.APPLICATION_FORM), "boxes": "0", "image_id": str(self.id)}
        about |= {"sha256": hashlib.sha256(PICTURE).hexdigest(), "size": str(len(PICTURE))}
        return said(self.hand.post(f"/staff/review/visits/{self.visit.pk}/uploads/", list(about.items())))

    def send(self, offset: int) -> dict[str, Any]:
        piece = PICTURE[offset : offset + PIECE_BYTES]
        headers = {"Upload-Offset": str(offset), "Upload-Checksum": hashlib.sha256(piece).hexdigest()}
        return said(self.hand.ask("PATCH", f"/staff/review/uploads/{self.id}/", piece, headers))

    def send_all(self, until: int = len(PICTURE)) -> dict[str, Any]:
        answer = self.begin()
        while answer["state"] == "open" and answer["offset"] < until:
            answer = self.send(answer["offset"])
        return answer


@pytest.fixture
def desk(live_site: LiveSite) -> Desk:
    return make_desk(make_town())


@pytest.fixture
def clerk(live_site: LiveSite, desk: Desk) -> Hand:
    return hand_of(live_site, desk.clerk)


def said(answer: tuple[int, str]) -> dict[str, Any]:
    return dict(json.loads(answer[1]))


def kept() -> tuple[int, int]:
    return CaseImage.objects.count(), VaultObject.objects.filter(kind=ObjectKind.IMAGE).count()


def told(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


def states() -> tuple[str, str]:
    case = Case.objects.select_related("visit").get()
    return str(case.state), str(case.visit.state)


@pytest.mark.requirement("kitakyushu-23")
def test_in_the_middle_of_a_pictures_pieces_it_goes_on_where_it_stopped(
    live_site: LiveSite, desk: Desk, clerk: Hand
) -> None:
    picture = Picture(clerk, desk.signed(), uuid.uuid4())
    picture.send_all(until=2 * PIECE_BYTES)
    killed_at(row(PendingUpload.objects.all()), lambda: picture.send(2 * PIECE_BYTES), lambda: live_site.kill("web"))
    assert PendingUpload.objects.get().received == 2 * PIECE_BYTES
    live_site.start("web")
    assert picture.begin()["offset"] == 2 * PIECE_BYTES
    assert picture.send_all()["state"] == "stored"
    assert kept() == (1, 1)
    assert CaseImage.objects.get().sent_sha256 == hashlib.sha256(PICTURE).hexdigest()


def test_after_the_picture_is_stored_and_before_the_answer_it_is_one_picture(
    live_site: LiveSite, desk: Desk, clerk: Hand
) -> None:
    picture = Picture(clerk, desk.signed(), uuid.uuid4())
    picture.send_all(until=3 * PIECE_BYTES)
    killed_at(clerk.answering(), lambda: picture.send(3 * PIECE_BYTES), lambda: live_site.kill("web"))
    assert kept() == (1, 1)
    live_site.start("web")
    assert picture.send_all()["state"] == "stored"
    assert (*kept(), told("case.image_added")) == (1, 1, 1)


def photographed(desk: Desk) -> Case:
    case = desk.case()
    desk.picture(case)
    return case


@pytest.mark.requirement("kitakyushu-23")
def test_in_the_middle_of_sending_the_case_nothing_has_happened(live_site: LiveSite, desk: Desk, clerk: Hand) -> None:
    """It dies where the visit waits for the city already, and nothing is committed."""
    case = photographed(desk)
    before = Case.objects.values().get()
    killed_at(table("audit_auditevent"), lambda: submit(clerk, case), lambda: live_site.kill("web"))
    assert Case.objects.values().get() == before
    assert states() == (CaseState.CAPTURING, VisitState.SERVING)
    live_site.start("web")
    assert submit(clerk, case)[0] == 302
    assert (*states(), told("case.submitted")) == (CaseState.SUBMITTED, VisitState.AWAITING_REVIEW, 1)


def test_after_the_case_is_sent_and_before_the_answer_a_second_tap_changes_nothing(
    live_site: LiveSite, desk: Desk, clerk: Hand
) -> None:
    case = photographed(desk)
    killed_at(clerk.answering(), lambda: submit(clerk, case), lambda: live_site.kill("web"))
    sent = Case.objects.values().get()
    assert states() == (CaseState.SUBMITTED, VisitState.AWAITING_REVIEW)
    live_site.start("web")
    assert submit(clerk, case)[0] == 302
    assert Case.objects.values().get() == sent
    assert told("case.submitted") == 1


# -- the city's answer ------------------------------------------------------------------------------------
@pytest.fixture
def reviewer(live_site: LiveSite, desk: Desk) -> Hand:
    return hand_of(live_site, desk.reviewer)


@pytest.fixture
def claimed(desk: Desk) -> Case:
    return case_claim(case=desk.submitted(), by=desk.city)


@pytest.mark.requirement("kitakyushu-24")
def test_in_the_middle_of_the_citys_answer_nothing_is_answered(
    live_site: LiveSite, claimed: Case, reviewer: Hand
) -> None:
    """It dies where case and decision are written and the counter is being told."""
    visit = row(Visit.objects.filter(pk=claimed.visit_id))
    killed_at(visit, lambda: approve(reviewer, claimed), lambda: live_site.kill("web"))
    assert states() == (CaseState.CLAIMED, VisitState.AWAITING_REVIEW)
    assert (Decision.objects.count(), told("case.decided")) == (0, 0)
    live_site.start("web")
    assert approve(reviewer, claimed)[0] == 302
    assert (*states(), Decision.objects.count(), told("case.decided")) == (CaseState.APPROVED, VisitState.SERVING, 1, 1)


def test_after_the_citys_answer_a_second_one_is_refused(live_site: LiveSite, claimed: Case, reviewer: Hand) -> None:
    killed_at(reviewer.answering(), lambda: approve(reviewer, claimed), lambda: live_site.kill("web"))
    assert (*states(), Decision.objects.count()) == (CaseState.APPROVED, VisitState.SERVING, 1)
    live_site.start("web")
    assert "すでに回答が記録されています" in approve(reviewer, claimed)[1]
    assert (Decision.objects.count(), told("case.decided")) == (1, 1)
