"""A counter at ten on a Wednesday: its clerk, a clerk of another office, a reviewer, and visits at every stage."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.roles import Role
from applications.actions import application_sign
from applications.signatures import Point
from audit.actors import Actor
from counters.actions import visit_arrive, visit_call, visit_finish, visit_leave, visit_miss, visit_serve, visit_walk_in
from counters.models import Outcome, Reason, Visit, VisitState
from postoffices.models import Posting
from reservations.actions import Person, reservation_book, seat_hold
from reservations.models import Reservation, Slot
from review.actions import case_claim, case_decide, case_open, case_submit, image_add
from review.models import Case, CaseImage, DocumentKind, ReasonCode, Verdict
from tests.people import staff_member
from tests.reservations.town import HANAKO, SYSTEM, Town, a_time, make_slot
from tests.vault.cameras import jpeg

TEN_O_CLOCK = datetime.fromisoformat("2026-11-18T10:00:00+09:00")
STROKES = (tuple(Point(10.0 * step, 20.0 + step % 3, 16 * step, 0.5) for step in range(12)),)
PICTURE = jpeg()


@dataclass(frozen=True)
class Desk:
    """`by` acts as the clerk of the town's first office."""

    town: Town
    clerk: User
    colleague: User  # of the other office
    reviewer: User

    @property
    def by(self) -> Actor:
        return Actor.staff(self.clerk)

    @property
    def city(self) -> Actor:
        return Actor.staff(self.reviewer)

    def booking(self, *, days: int = 0, hour: int = 9, minute: int = 30, person: Person = HANAKO) -> Reservation:
        """A booking of today at 9:30, half an hour ago, unless said otherwise."""
        starts_at = a_time(days=days, hour=hour, minute=minute)
        found = Slot.objects.filter(office=self.town.office, starts_at=starts_at).first()
        slot = found or make_slot(self.town.office, starts_at, seats=3)
        _, token = seat_hold(slot_id=slot.pk, procedure=self.town.renewal, by=SYSTEM)
        return reservation_book(token=token, person=person, by=SYSTEM)

    def walk_in(self) -> Visit:
        return visit_walk_in(office=self.town.office, procedure=self.town.renewal, by=self.by)

    def serving(self) -> Visit:
        """A walk-in at the counter, form not signed."""
        return visit_serve(visit=self.walk_in(), by=self.by)

    def signed(self) -> Visit:
        visit = self.serving()
        assert visit.application is not None
        application_sign(application=visit.application, strokes=STROKES, by=self.by)
        visit.application.refresh_from_db()
        return visit

    def picture(self, case: Case, data: bytes = PICTURE, image_id: uuid.UUID | None = None) -> CaseImage:
        """A picture of the written form: the desk's people come without a booking."""
        return image_add(
            case=case,
            image_id=image_id or uuid.uuid4(),
            kind=DocumentKind.APPLICATION_FORM,
            sha256=hashlib.sha256(data).hexdigest(),
            upload=data,
            by=self.by,
        )

    def case(self) -> Case:
        """A signed walk-in's case without pictures."""
        return case_open(visit=self.signed(), by=self.by)

    def submitted(self) -> Case:
        case = self.case()
        self.picture(case)
        return case_submit(case=case, by=self.by)

    def decide(self, case: Case, verdict: Verdict) -> Case:
        """The city's answer to a submitted case."""
        held = case_claim(case=case, by=self.city)
        assert held.lease_token is not None
        case_decide(
            case=held,
            token=held.lease_token,
            version=held.version,
            verdict=verdict,
            reason=None if verdict == Verdict.APPROVED else ReasonCode.BLURRED,
            remarks="",
            by=self.city,
        )
        return Case.objects.select_related("visit", "office").get(pk=case.pk)

    def answered(self, verdict: Verdict) -> Case:
        return self.decide(self.submitted(), verdict)

    def sent_on(self, visit: Visit) -> Visit:
        """The visit ends: what the person wants is not handled here."""
        return visit_finish(visit=visit, outcome=Outcome.REFERRED, reason=Reason.NOT_HANDLED_HERE, by=self.by)

    def visit_in(self, state: VisitState) -> Visit:
        """A visit in this state, reached through the actions wherever one leads there."""
        visit = self._ways()[state]()
        visit.refresh_from_db()
        assert visit.state == state
        return visit

    def _ways(self) -> dict[VisitState, Callable[[], Visit]]:
        return {
            VisitState.ARRIVED: lambda: visit_arrive(reservation=self.booking(), by=self.by),
            VisitState.CALLED: lambda: visit_call(visit=self.walk_in(), to="1", by=self.by),
            VisitState.SERVING: self.signed,
            VisitState.AWAITING_REVIEW: lambda: self.submitted().visit,
            VisitState.FINISHED: lambda: self.sent_on(self.signed()),
            VisitState.LEFT: lambda: visit_leave(visit=self.walk_in(), by=self.by),
            VisitState.MISSED: lambda: visit_miss(reservation=self.booking(), by=self.by),
        }


def make_desk(town: Town) -> Desk:
    clerk, colleague = staff_member(Role.CLERK, "own"), staff_member(Role.CLERK, "other")
    Posting.objects.create(user=clerk, office=town.office)
    Posting.objects.create(user=colleague, office=town.elsewhere)
    return Desk(town, clerk, colleague, staff_member(Role.REVIEWER))
