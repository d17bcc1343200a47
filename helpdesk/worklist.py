"""The list of inquiries: filters in the address, and the search by words."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from helpdesk.access import desk_for, tickets_in_scope
from helpdesk.desks import categories
from helpdesk.grams import asked
from helpdesk.models import LIVE, DeskCode, TicketKind, TicketQuerySet, TicketState

OPEN, MINE, LATE, UNSEEN, ALL = "open", "mine", "late", "unseen", "all"
VIEWS = {OPEN: "未完了", MINE: "自分の担当・見守り", LATE: "期限切れ", UNSEEN: "市の確認待ち", ALL: "すべて"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for; unknown values fall back to everything."""

    desk: DeskCode
    view: str
    state: str
    kind: str
    category: str

    @classmethod
    def of(cls, user: User, asked_for: QueryDict) -> "Chosen":
        """Raises Http404 for a desk that is not the person's."""
        desk = desk_for(user, asked_for.get("desk", ""))
        view, state, kind = (asked_for.get(name, "") for name in ("view", "state", "kind"))
        known = {held.code for held in categories(desk)}
        category = asked_for.get("category", "")
        return cls(
            desk=desk,
            view=view if view in VIEWS else OPEN,
            state=state if state in TicketState.values else "",
            kind=kind if kind in TicketKind.values else "",
            category=category if category in known else "",
        )


def listed(user: User, chosen: Chosen, words: str = "", now: datetime | None = None) -> TicketQuerySet:
    """The inquiries that the address asks for, newest first; late ones by how late they are."""
    tickets = tickets_in_scope(user).filter(desk=chosen.desk)
    if words:
        return _about(tickets, words).for_list()
    if chosen.view == MINE:
        tickets = tickets.filter(
            Q(owner=user) | Q(pk__in=user.watched_tickets.values("pk")), state__in=[*LIVE, TicketState.RESOLVED]
        )
    elif chosen.view == LATE:
        tickets = tickets.live().filter(resolve_due__lt=now or timezone.now()).exclude(state=TicketState.WAITING)
    elif chosen.view == UNSEEN:
        tickets = tickets.unseen_by_city()
    elif chosen.view == OPEN and not chosen.state:
        tickets = tickets.live()
    for name in ("state", "kind", "category"):
        if value := getattr(chosen, name):
            tickets = tickets.filter(**{name: value})
    return tickets.for_list().order_by("resolve_due", "pk") if chosen.view == LATE else tickets.for_list()


def _about(tickets: TicketQuerySet, words: str) -> TicketQuerySet:
    """By number, or those that hold every pair of the words. A single character finds nothing."""
    figures = words.upper().removeprefix("Q-")
    if figures.isascii() and figures.isdigit() and len(figures) < 10:
        return tickets.filter(pk=int(figures))
    pairs = asked(words)
    return tickets.filter(grams__contains=pairs) if pairs else tickets.none()
