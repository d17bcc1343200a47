"""Lists, certificates, records and patrols on paper."""

from datetime import date

from django.utils import timezone

from postoffices.city import current_city
from training.models import Enrolment, EnrolmentState, Patrol, Session
from writing.papers import Sheet, Value, pdf, workbook


def session_pdf(session: Session) -> bytes:
    """Who is in the session: with room for signatures before it, with the attendance after it."""
    context = {
        "session": session,
        "course": session.course,
        "enrolments": session.enrolments.exclude(state=EnrolmentState.WITHDRAWN),
        "handouts": session.handouts.select_related("version__document"),
        "city": current_city(),
        "today": timezone.localdate(),
        "held": session.state == "held",
    }
    return pdf("training/print/session.html", context)


def certificates_pdf(session: Session) -> bytes:
    """A certificate on a page of its own for everybody who attended."""
    context = {
        "session": session,
        "course": session.course,
        "enrolments": session.enrolments.filter(state=EnrolmentState.ATTENDED),
        "city": current_city(),
    }
    return pdf("training/print/certificates.html", context)


def records_xlsx() -> bytes:
    """Who took what and when (Kitakyushu 12)."""
    held = Enrolment.objects.exclude(state=EnrolmentState.WITHDRAWN).select_related("session__course")
    rows: list[list[Value]] = [
        [
            timezone.localdate(row.session.starts_at), row.session.course.title,
            row.session.course.get_kind_display(), row.session.group, row.name, row.affiliation,
            row.get_state_display(),
        ]
        for row in held.order_by("session__starts_at", "affiliation", "name")
    ]  # fmt: skip
    header = ("日", "研修", "方法", "組", "氏名", "所属", "出欠")
    return workbook([Sheet("受講の記録", header, rows, widths=(12.0, 36.0, 8.0, 14.0, 20.0, 28.0, 10.0))])


def patrol_pdf(patrol: Patrol) -> bytes:
    """The record of one visit."""
    context = {
        "patrol": patrol,
        "answers": patrol.answers.all(),
        "findings": patrol.findings.select_related("ticket"),
        "city": current_city(),
    }
    return pdf("training/print/patrol.html", context)


def patrols_pdf(month: date) -> bytes:
    """The month's visits, planned and done, with what was found."""
    patrols = list(Patrol.objects.filter(month=month).for_list().prefetch_related("findings__ticket"))
    context = {
        "month": month,
        "patrols": patrols,
        "visited": sum(patrol.state == "visited" for patrol in patrols),
        "city": current_city(),
        "today": timezone.localdate(),
    }
    return pdf("training/print/patrols.html", context)
