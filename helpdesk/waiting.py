"""What the start page says about the desks: calls to return, inquiries that nobody has, reports to the city."""

from django.db.models import Count, Min, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.waiting import Figure, Waiting
from helpdesk.access import desks_for, tickets_in_scope
from helpdesk.mails.access import mails_for
from helpdesk.models import Call, Callback, CallbackState, CallState, DeskCode, Ticket, TicketChannel, TicketState


def _named(label: str, desk: str, user: User) -> str:
    """With the desk's name for those who see several: each desk has a list of its own."""
    return f"{label}（{DeskCode(desk).label}）" if len(desks_for(user)) > 1 else label


def inquiries_waiting(user: User) -> list[Waiting]:
    """New inquiries of each desk, and one's own that run out of time first. One query."""
    own, new = Q(owner=user) & ~Q(state=TicketState.WAITING), Q(owner__isnull=True)
    found = (
        tickets_in_scope(user)
        .live()
        .order_by()
        .values("desk")
        .annotate(
            new=Count("pk", filter=new),
            new_due=Min("resolve_due", filter=new),
            own=Count("pk", filter=own),
            own_due=Min("resolve_due", filter=own),
        )
    )
    waiting = []
    for row in found:
        address = f"{reverse('helpdesk:tickets')}?desk={row['desk']}"
        new_label, own_label = (
            _named(label, row["desk"], user) for label in ("担当の決まっていない問い合わせ", "自分が担当する問い合わせ")
        )
        waiting.append(Waiting(new_label, row["new"], address, row["new_due"]))
        waiting.append(Waiting(own_label, row["own"], f"{address}&view=mine", row["own_due"]))
    return waiting


def callbacks_waiting(user: User) -> list[Waiting]:
    """People to be called back, until the end of the time they named or of the next try. One query."""
    due = Callback.objects.filter(desk__in=desks_for(user), state=CallbackState.DUE)
    found = due.aggregate(count=Count("pk"), first=Min(Greatest("window_until", "next_at")))
    return [Waiting("折り返しの電話", found["count"], reverse("helpdesk:callbacks"), found["first"])]


def mails_aside(user: User) -> list[Waiting]:
    """Mails to each desk that no rule could place. One query."""
    address = reverse("helpdesk:mails")
    found = mails_for(user).aside().order_by().values("desk").annotate(count=Count("pk"))
    return [
        Waiting(
            _named("確認が必要な受信メール", row["desk"], user),
            row["count"],
            f"{address}?desk={row['desk']}&state=aside",
        )
        for row in found
    ]


def answers_to_office(user: User) -> list[Waiting]:
    """Answers of the helpdesk that nobody of the person's office has read. One query."""
    answered = Ticket.objects.unread_by_office().filter(channel=TicketChannel.FORM, office__postings__user=user)
    return [Waiting("ヘルプデスクからの回答", answered.count(), reverse("helpdesk:office_questions"))]


def reports_to_city(user: User) -> list[Waiting]:
    """What the city was told of by each desk and nobody there has seen. One query."""
    unseen = tickets_in_scope(user).unseen_by_city().order_by().values("desk")
    address = reverse("helpdesk:tickets")
    return [
        Waiting(
            _named("市への至急の報告（未確認）", row["desk"], user),
            row["count"],
            f"{address}?desk={row['desk']}&view=unseen",
            row["first"],
        )
        for row in unseen.annotate(count=Count("pk"), first=Min("reported_at"))
    ]


def todays_calls(user: User) -> list[Figure]:
    """Calls of today at the person's desks. One query."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    found = Call.objects.filter(desk__in=desks_for(user), offered_at__gte=today).aggregate(
        offered=Count("pk"), abandoned=Count("pk", filter=Q(state=CallState.ABANDONED))
    )
    return [Figure("本日の入電", found["offered"]), Figure("放棄呼", found["abandoned"])]
