"""What one made-up person does: a generator that names the moment of its next step and then takes it."""

import hashlib
import uuid
from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.utils import timezone

from applications.actions import application_sign
from audit.actors import Actor
from config.simulation import counter
from config.simulation.cast import Cast
from config.simulation.people import made_up_person
from config.simulation.pictures import card_picture, signature_strokes
from counters.actions import visit_arrive, visit_finish, visit_leave, visit_miss, visit_serve, visit_walk_in
from counters.models import Outcome, Visit
from postoffices.city import current_city
from postoffices.models import Office, Procedure
from postoffices.photographs import IdentityDocument
from reservations.actions import party_cancel, reservation_book, seat_hold
from reservations.errors import SlotFull
from reservations.fairness.errors import AlreadyBooked, TooManyForContact
from reservations.models import BookingChannel, CancelReason, Reservation, SeatKind, Slot
from review.actions import case_claim, case_decide, case_open, case_submit, image_add, plan_choose
from review.errors import AlreadyClaimed
from review.models import CapturePlan, Case, DocumentKind, FirstLook, ReasonCode, Verdict

Story = Generator[datetime, None, None]


@dataclass(frozen=True, slots=True)
class Chances:
    """Shares of made-up people; no-shows as Berlin saw them (11 to 17 %)."""

    phone: float = 0.2
    family: float = 0.06
    cancels: float = 0.07
    no_show: float = 0.12
    reshoot: float = 0.1
    rejected: float = 0.03
    leaves: float = 0.02


@dataclass(frozen=True, slots=True)
class Booking:
    """When somebody books, and for when and what."""

    at: datetime
    slot: Slot
    procedure: Procedure
    left_to_people: bool = False  # the booking of today at a training office: the demo's clerk receives it


def booked_person(random: Random, cast: Cast, booking: Booking, chances: Chances) -> Story:
    """Book, some for their family too; perhaps cancel, come or stay away."""
    yield booking.at
    people = random.choice((2, 3)) if random.random() < chances.family else 1
    family = _book(random, cast, booking, people=people, by_phone=random.random() < chances.phone)
    if booking.left_to_people:
        return
    if random.random() < chances.cancels:
        yield booking.at + (booking.slot.starts_at - booking.at) * random.uniform(0.1, 0.6)
        party_cancel(reservation=family[0], reason=random.choice([*CancelReason][:3]), by=Actor.citizen())
        return
    if random.random() < chances.no_show:
        yield booking.slot.ends_at
        for reservation in family:
            visit_miss(reservation=_anew(reservation), by=cast.clerk)
        return
    arrival = booking.slot.starts_at + timedelta(minutes=random.uniform(-9, 4))
    yield arrival
    visits = [visit_arrive(reservation=_anew(reservation), by=cast.clerk) for reservation in family]
    for place, visit in enumerate(visits):
        yield from _served(random, cast, visit, arrival + place * timedelta(minutes=30), chances)


def walk_in(random: Random, cast: Cast, office: Office, at: datetime, chances: Chances) -> Story:
    """Come without a booking."""
    yield at
    visit = visit_walk_in(office=office, procedure=random.choice(cast.procedures), by=cast.clerk)
    yield from _served(random, cast, visit, at, chances)


def waiting_for_review(random: Random, cast: Cast, office: Office, at: datetime) -> Story:
    """Come, be photographed, and wait: for the demo's reviewer to decide."""
    yield at
    visit = visit_walk_in(office=office, procedure=random.choice(cast.procedures), by=cast.clerk)
    yield from _photographed(random, cast, visit, at)


def _served(random: Random, cast: Cast, visit: Visit, at: datetime, chances: Chances) -> Story:
    if random.random() < counter.NOT_TODAY_SHARE:
        yield from counter.not_today(random, cast, visit, at)
        return
    at = yield from _photographed(random, cast, visit, at)
    if random.random() < chances.leaves:
        yield at + timedelta(minutes=random.uniform(0.1, 1))
        visit_leave(visit=visit, by=cast.clerk)
        return
    draw = random.random()
    if draw < chances.reshoot:
        at = yield from _decided(random, cast, visit, at, Verdict.RESHOOT)
        at = yield from _sent(random, cast, visit, at, DocumentKind.IDENTITY)
    verdict = Verdict.REJECTED if draw > 1 - chances.rejected else Verdict.APPROVED
    at = yield from _decided(random, cast, visit, at, verdict)
    if verdict == Verdict.APPROVED:
        yield from counter.terminal_work(random, cast, visit, at)
        return
    yield at + timedelta(minutes=random.uniform(4, 12))
    visit_finish(visit=visit, outcome=Outcome.REJECTED, by=cast.clerk)


def _photographed(random: Random, cast: Cast, visit: Visit, at: datetime) -> Generator[datetime, None, datetime]:
    at += timedelta(minutes=random.uniform(1, 6))
    yield at
    counter.called(cast, visit)
    visit = visit_serve(visit=visit, by=cast.clerk)
    at += timedelta(minutes=random.uniform(1, 3))
    yield at
    if visit.application is not None:
        application_sign(application=visit.application, strokes=signature_strokes(random), by=cast.clerk)
    kinds = [DocumentKind.CARD_FRONT, DocumentKind.IDENTITY]
    if visit.reservation_id is None:
        kinds.append(DocumentKind.APPLICATION_FORM)
    return (yield from _sent(random, cast, visit, at, *kinds))


def _sent(
    random: Random, cast: Cast, visit: Visit, at: datetime, *kinds: DocumentKind
) -> Generator[datetime, None, datetime]:
    at += timedelta(minutes=random.uniform(1, 3))
    yield at
    case = case_open(visit=visit, by=cast.clerk)
    for kind in kinds:
        for document in _documents(random, cast, case) if kind == DocumentKind.IDENTITY else (None,):
            _photograph(random, cast, case, kind, document)
    case_submit(case=case, by=cast.clerk)
    return at


def _documents(random: Random, cast: Cast, case: Case) -> list[IdentityDocument]:
    """What the person brought: mostly one document with a photo, now and then two without."""
    rules = current_city().rules.capture
    if (plan := CapturePlan.objects.filter(case=case).first()) is None:
        with_photo = [document.code for document in rules.documents if document.photo]
        without = [document.code for document in rules.documents if not document.photo]
        chosen = random.sample(without, 2) if len(without) > 1 and random.random() < 0.2 else with_photo[:1]
        plan = plan_choose(case=case, documents=chosen, pin_forgotten=False, by=cast.clerk)
    return rules.chosen(plan.documents)


def _photograph(random: Random, cast: Cast, case: Case, kind: DocumentKind, document: IdentityDocument | None) -> None:
    boxes = 2 if document and document.hide else 0
    picture = card_picture((document.code if document else kind.value).upper(), random.randrange(4), boxes)
    image_add(
        case=case,
        image_id=uuid.UUID(int=random.getrandbits(128), version=4),
        kind=kind,
        sha256=hashlib.sha256(picture).hexdigest(),
        upload=picture,
        by=cast.clerk,
        document=document.code if document else "",
        boxes=boxes,
    )


def _decided(
    random: Random, cast: Cast, visit: Visit, at: datetime, verdict: Verdict
) -> Generator[datetime, None, datetime]:
    reason = None
    for reviewer in (cast.reviewer, cast.second_reviewer):
        at += timedelta(seconds=random.uniform(15, 120))
        yield at
        try:
            case = case_claim(case=Case.objects.get(visit=visit), by=reviewer)
        except AlreadyClaimed:
            return at
        at += timedelta(seconds=random.uniform(20, 100))
        yield at
        if case.lease_token is None:
            return at
        reason = reason or _reason(random, verdict)
        answer = case_decide(
            case=case, token=case.lease_token, version=case.version, verdict=verdict, reason=reason, by=reviewer
        )
        if not isinstance(answer, FirstLook):
            return at
    return at


def _reason(random: Random, verdict: Verdict) -> ReasonCode | None:
    if verdict == Verdict.APPROVED:
        return None
    if verdict == Verdict.RESHOOT:
        return random.choice([ReasonCode.BLURRED, ReasonCode.GLARE, ReasonCode.CUT_OFF])
    return random.choice([ReasonCode.EXPIRED_DOCUMENT, ReasonCode.NOT_SAME_PERSON])


def _book(random: Random, cast: Cast, booking: Booking, *, people: int, by_phone: bool) -> list[Reservation]:
    """A booking of each person; of the first alone where no more fit."""
    by, channel = (cast.operator, BookingChannel.PHONE) if by_phone else (Actor.citizen(), BookingChannel.WEB)
    if booking.left_to_people:
        by, channel = Actor.system("simulation"), BookingChannel.WEB
    internal = by_phone and booking.slot.internal_seats > booking.slot.internal_taken
    kind = SeatKind.INTERNAL if internal else SeatKind.PUBLIC
    hold = partial(seat_hold, slot_id=booking.slot.pk, procedure=booking.procedure, seat_kind=kind, by=by)
    try:
        _, token = hold(people=people)
    except SlotFull:
        people = 1
        _, token = hold()
    while True:
        person, *others = [made_up_person(random, cast.place, timezone.localdate()) for _ in range(people)]
        companions = [
            replace(other, address=person.address, phone=person.phone, email=person.email) for other in others
        ]
        try:
            first = reservation_book(token=token, person=person, companions=companions, channel=channel, by=by)
            return list(Reservation.objects.together_with(first))
        except (AlreadyBooked, TooManyForContact):
            continue  # somebody who was drawn before has a booking already: draw anew


def _anew(reservation: Reservation) -> Reservation:
    return Reservation.objects.select_related("slot", "office", "procedure").get(pk=reservation.pk)
