"""What this room hands over: oaths, absences nobody covers, meetings and what they agreed on, goods to give back.

What the city was not told of the roster is left out: whoever takes over comes with a roster of their own.
"""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from accounts.unfinished import Item, Stock
from staffing.models import (
    Absence,
    Good,
    GoodState,
    Meeting,
    MeetingState,
    MeetingTask,
    Oath,
    OathState,
    Provider,
    Stocktake,
    TaskState,
    Worker,
    unsworn_workers,
)
from staffing.waiting import at_end_of


def people_unfinished() -> Iterator[Stock]:
    """Workers without an oath, oaths on their way to the city, absences without a substitute."""
    oaths = Oath.objects.order_by("prepared_at", "pk")
    unsworn = unsworn_workers().order_by("joined_on", "pk")
    kind, address = "誓約書", reverse("staffing:oaths")
    for words, rows, item, since in (
        ("誓約書のない従事者", unsworn, _worker, "registered_at"),
        (str(OathState.PREPARED.label), oaths.filter(state=OathState.PREPARED), _oath, "prepared_at"),
        (str(OathState.SIGNED.label), oaths.filter(state=OathState.SIGNED), _oath, "prepared_at"),
    ):
        yield Stock(kind, words, rows, item, since, address, "staffing.view")
    absences = Absence.objects.to_come().filter(substitute__isnull=True)
    address = reverse("staffing:roster")
    yield Stock("欠員", "代わりの人が決まっていない", absences, _absence, "recorded_at", address, "staffing.view")


def meetings_unfinished() -> Iterator[Stock]:
    rows = Meeting.objects.order_by("starts_at", "pk")
    told, now = rows.filter(state=MeetingState.NOTIFIED), timezone.now()
    kind, address = "会議", reverse("staffing:meetings")
    for words, held in (
        ("予定（開催の通知前）", rows.filter(state=MeetingState.PLANNED)),
        (str(MeetingState.NOTIFIED.label), told.filter(starts_at__gte=now)),
        ("出席を記録していない", told.filter(starts_at__lt=now)),
        ("議事録が確定していない", rows.filter(state=MeetingState.HELD)),
    ):
        yield Stock(kind, words, held, _meeting, "planned_at", address, "staffing.meetings")
    tasks = MeetingTask.objects.filter(state=TaskState.OPEN).select_related("owner").order_by("due_on", "pk")
    yield Stock("会議で決めたこと", "これから行う", tasks, _task, "agreed_at", address, "staffing.meetings")


def goods_unfinished() -> Iterator[Stock]:
    """What the city lent and has not got back; the contractor's own goods go with the contractor."""
    lent = Good.objects.for_list().filter(provider=Provider.CITY)
    kind, address = "貸与品", reverse("staffing:goods")
    for state, words in (
        (GoodState.EXPECTED, "受領前"),
        (GoodState.IN_USE, "使用中（市へ返す前）"),
        (GoodState.LOST, "紛失（見つかっていない）"),
    ):
        held = lent.filter(state=state)
        yield Stock(kind, words, held, _good, "registered_at", address, "staffing.view")
    counts = Stocktake.objects.filter(finished_at__isnull=True)
    yield Stock(kind, "進行中の棚卸し", counts, _stocktake, "begun_at", address, "staffing.view")


def _worker(worker: Worker) -> Item:
    return Item(f"従事者 {worker.pk}", since=worker.registered_at, due=at_end_of(worker.joined_on))


def _oath(oath: Oath) -> Item:
    return Item(f"誓約書 {oath.pk}", since=oath.prepared_at, note=f"従事者 {oath.worker_id}")


def _absence(absence: Absence) -> Item:
    note = f"従事者 {absence.worker_id}"
    return Item(f"欠員 {absence.pk}", since=absence.recorded_at, due=at_end_of(absence.first_day), note=note)


def _meeting(meeting: Meeting) -> Item:
    note = f"{meeting.get_kind_display()}　{meeting.title}"
    return Item(f"会議 {meeting.pk}", since=meeting.planned_at, due=meeting.starts_at, note=note)


def _task(task: MeetingTask) -> Item:
    note = f"会議 {task.meeting_id}　担当 {task.owner.display_name}"
    return Item(f"決めたこと {task.pk}", since=task.agreed_at, due=at_end_of(task.due_on), note=note)


def _good(good: Good) -> Item:
    office = good.office.name if good.office else ""
    note = f"{good.name}　{good.quantity}{good.unit}"
    return Item(good.number or f"貸与品 {good.pk}", office, good.registered_at, note=note)


def _stocktake(stocktake: Stocktake) -> Item:
    return Item(f"棚卸し {stocktake.pk}", since=stocktake.begun_at)
