"""What the start page says of training and patrols."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.waiting import Waiting
from staffing.waiting import at_end_of
from training.missing import people_missing
from training.models import SETTLED, Course, Finding, Patrol, PatrolState, Session, SessionState
from training.planning import last_day, offices_of


def training_due(user: User) -> list[Waiting]:
    """People who have still to attend, and sessions whose attendance nobody recorded."""
    address = reverse("training:courses")
    missing = sum(len(people_missing(course)) for course in Course.objects.all())
    past = Session.objects.filter(state=SessionState.PLANNED, ends_at__lt=timezone.now()).count()
    return [
        Waiting("研修をまだ受けていない人（延べ）", missing, address),
        Waiting("出席を記録していない研修", past, address),
    ]


def own_patrols(user: User) -> list[Waiting]:
    """The person's visits up to the end of this month. One query."""
    end = last_day(timezone.localdate())
    own = Patrol.objects.filter(visitor=user, state=PatrolState.PLANNED, month__lte=end)
    found = own.aggregate(count=Count("pk"), first=Min("at"))
    return [Waiting("自分が巡回する拠点（今月まで）", found["count"], reverse("training:patrols"), found["first"])]


def patrols_open(user: User) -> list[Waiting]:
    """Offices of this month without a planned visit, and findings that are not settled. Three queries."""
    month = timezone.localdate().replace(day=1)
    unplanned = offices_of(month).exclude(patrols__month=month).count()
    findings = Finding.objects.exclude(ticket__state__in=SETTLED).order_by()
    found = findings.aggregate(count=Count("pk"), first=Min("due_on"))
    address = reverse("training:patrols")
    return [
        Waiting(
            "今月の巡回が計画されていない拠点", unplanned, address, at_end_of(last_day(month)) if unplanned else None
        ),
        Waiting("巡回で見つかった改善（未完了）", found["count"], address, at_end_of(found["first"])),
    ]
