"""What happens at a made-up counter beside the procedure: fees, help, people sent on, and the drawer at night."""

import uuid
from collections.abc import Generator
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from config.simulation.cast import Cast
from counters.actions import (
    cash_up_close,
    cash_up_see,
    fees_take,
    screen_make,
    support_count,
    visit_call,
    visit_finish,
    visit_serve,
    visit_terminal_begin,
    visit_walk_in,
)
from counters.actions.cash import PIECES
from counters.models import Outcome, Reason, Receipt, ScreenKind, SupportKind, Visit
from counters.things import things_to_bring
from postoffices.city import current_city
from postoffices.models import Office

Steps = Generator[datetime, None, None]

FEE_SHARE = 0.12
EXEMPT_SHARE = 0.2
HELP_SHARE = {SupportKind.INSURANCE: 0.2, SupportKind.ACCOUNT: 0.12}
NOT_TODAY_SHARE = 0.07
SENT_ON_SHARE = 0.5  # of those; papers are missing for the others
CLOSING = time(17, 20)


def key(random: Random) -> uuid.UUID:
    return uuid.UUID(int=random.getrandbits(128), version=4)


def called(cast: Cast, visit: Visit) -> None:
    """Where there are numbered tickets, people are called before they are served."""
    if visit.ticket_number is not None:
        visit_call(visit=visit, to="1", by=cast.clerk)


def not_today(random: Random, cast: Cast, visit: Visit, at: datetime) -> Steps:
    """Some cannot be helped here: sent on with a slip, or papers are missing."""
    yield at + timedelta(minutes=random.uniform(1, 6))
    called(cast, visit)
    visit = visit_serve(visit=visit, by=cast.clerk)
    yield at + timedelta(minutes=random.uniform(7, 12))
    if random.random() < SENT_ON_SHARE:
        reason = random.choice([Reason.PROXY, Reason.CARD_EXPIRES, Reason.CHANGE_NOT_ENTERED])
        places = current_city().rules.counter.referrals
        place = random.choice(places) if places else None
        things = things_to_bring(visit.procedure.bring, reason)
        visit_finish(visit=visit, outcome=Outcome.REFERRED, reason=reason, place=place, things=things, by=cast.clerk)
        return
    reason = random.choice([Reason.NO_CARD, Reason.NO_IDENTITY, Reason.PIN_UNKNOWN])
    visit_finish(visit=visit, outcome=Outcome.MISSING_PAPERS, reason=reason, by=cast.clerk)


def terminal_work(random: Random, cast: Cast, visit: Visit, at: datetime) -> Steps:
    """The work at the city's terminal, a fee now and then, help on the way."""
    yield at + timedelta(seconds=random.uniform(10, 60))
    visit_terminal_begin(visit=visit, by=cast.clerk)
    yield at + timedelta(minutes=random.uniform(4, 12))
    rules = current_city().rules.counter
    fees = rules.fees_of(visit.procedure.code)
    if fees and random.random() < FEE_SHARE:
        exempt = bool(rules.fee_exemptions) and random.random() < EXEMPT_SHARE
        way = random.choice(rules.fee_exemptions).code if exempt else ""
        fees_take(visit=visit, fees={random.choice(fees).code: way}, key=key(random), by=cast.clerk)
    for kind, share in HELP_SHARE.items():
        if random.random() < share:
            support_count(office=visit.office, kind=kind, visit=visit, key=key(random), by=cast.clerk)
    visit_finish(visit=visit, outcome=Outcome.COMPLETED, by=cast.clerk)


def help_alone(random: Random, cast: Cast, office: Office, at: datetime) -> Steps:
    """Somebody comes for help with the portal alone."""
    yield at
    support_count(office=office, kind=random.choice([*SupportKind]), key=key(random), by=cast.clerk)


def drawers(random: Random, cast: Cast, day: date, today: date) -> Steps:
    """After closing time every office that took money counts it; a manager looks on the next day."""
    yield timezone.make_aware(datetime.combine(day, CLOSING))
    closed = []
    for office in Office.objects.filter(pk__in=Receipt.objects.filter(cash_up__isnull=True).values("office")):
        receipts = Receipt.objects.uncounted(office).standing()
        sum_of_day = sum(receipt.total for receipt in receipts) + current_city().rules.counter.cash_float
        missing = 100 if random.random() < 0.1 else 0
        closed.append(
            cash_up_close(
                office=office,
                pieces=in_pieces(sum_of_day - missing),
                difference_reason="釣り銭の渡し間違い（見本）" if missing else "",
                key=key(random),
                by=cast.clerk,
            )
        )
    if day < today - timedelta(days=1):
        yield timezone.make_aware(datetime.combine(day + timedelta(days=1), time(9, 10)))
        for cash_up in closed:
            cash_up_see(cash_up=cash_up, by=cast.manager)


def in_pieces(yen: int) -> dict[int, int]:
    """A sum in the fewest notes and coins."""
    found = {}
    for value in PIECES:
        found[value], yen = divmod(yen, value)
    return found


def left_open(cast: Cast, office: Office, at: datetime) -> Steps:
    """Somebody whose visit nobody ended: the clerk finds it on top of the next day."""
    yield at
    visit = visit_walk_in(office=office, procedure=cast.procedures[0], by=cast.clerk)
    yield at + timedelta(minutes=5)
    called(cast, visit)
    visit_serve(visit=visit, by=cast.clerk)


def screens(cast: Cast, at: datetime) -> Steps:
    """Screens on the walls of the demo's own offices, and one for the whole city."""
    yield at
    for office in cast.training_offices:
        screen_make(office=office, kind=ScreenKind.CALLS, name="待合の呼び出し表示（見本）", by=cast.clerk)
        screen_make(office=office, kind=ScreenKind.LEVELS, name="執務室の画面（見本）", by=cast.clerk)
    screen_make(office=None, kind=ScreenKind.LEVELS, name="サテライトコーナーの壁（見本）", by=cast.manager)
