"""What the start page says about the desks: calls to return, inquiries that nobody has, reports to the city."""

from django.db.models import Count, Min, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.waiting import Figure, Waiting
from helpdesk.access import desks_for, tickets_in_scope
from helpdesk.mails.access import mails_for
from helpdesk.models import Call, Callback, CallbackState, CallState, Ticket, TicketChannel, TicketState


def inquiries_waiting(user: User) -> list[Waiting]:
    """New inquiries, and one's own that run out of time first. One query."""
    live = tickets_in_scope(user).live()
    found = live.aggregate(
        new=Count("pk", filter=Q(owner__isnull=True)),
        new_due=Min("resolve_due", filter=Q(owner__isnull=True)),
        own=Count("pk", filter=Q(owner=user) & ~Q(state=TicketState.WAITING)),
        own_due=Min("resolve_due", filter=Q(owner=user) & ~Q(state=TicketState.WAITING)),
    )
    address = reverse("helpdesk:tickets")
    return [
        Waiting("担当の決まっていない問い合わせ", found["new"], address, found["new_due"]),
        Waiting("自分が担当する問い合わせ", found["own"], f"{address}?view=mine", found["own_due"]),
    ]


def callbacks_waiting(user: User) -> list[Waiting]:
    """People to be called back, until the end of the time they named or of the next try. One query."""
    due = Callback.objects.filter(desk__in=desks_for(user), state=CallbackState.DUE)
    found = due.aggregate(count=Count("pk"), first=Min(Greatest("window_until", "next_at")))
    return [Waiting("折り返しの電話", found["count"], reverse("helpdesk:callbacks"), found["first"])]


def mails_aside(user: User) -> list[Waiting]:
    """Mails that no rule could place. One query."""
    address = f"{reverse('helpdesk:mails')}?state=aside"
    return [Waiting("確認が必要な受信メール", mails_for(user).aside().count(), address)]


def answers_to_office(user: User) -> list[Waiting]:
    """Answers of the helpdesk that nobody of the person's office has read. One query."""
    answered = Ticket.objects.unread_by_office().filter(channel=TicketChannel.FORM, office__postings__user=user)
    return [Waiting("ヘルプデスクからの回答", answered.count(), reverse("helpdesk:office_questions"))]


def reports_to_city(user: User) -> list[Waiting]:
    """What the city was told of and nobody there has seen. One query."""
    unseen = tickets_in_scope(user).filter(seen_at__isnull=True, reported_at__isnull=False)
    found = unseen.aggregate(count=Count("pk"), first=Min("reported_at"))
    return [
        Waiting("市への至急の報告（未確認）", found["count"], f"{reverse('helpdesk:tickets')}?view=all", found["first"])
    ]


def todays_calls(user: User) -> list[Figure]:
    """Calls of today at the person's desks. One query."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    found = Call.objects.filter(desk__in=desks_for(user), offered_at__gte=today).aggregate(
        offered=Count("pk"), abandoned=Count("pk", filter=Q(state=CallState.ABANDONED))
    )
    return [Figure("本日の入電", found["offered"]), Figure("放棄呼", found["abandoned"])]
