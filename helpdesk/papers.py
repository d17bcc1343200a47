"""The report on a complaint or incident."""

from django.utils import timezone

from helpdesk.desks import category_name, desk_of
from helpdesk.models import Ticket
from postoffices.city import current_city
from writing.papers import pdf


def report_pdf(ticket: Ticket) -> bytes:
    """Facts, course, time line, analysis and measures on A4."""
    context = {
        "ticket": ticket,
        "city": current_city(),
        "desk": desk_of(ticket.desk),
        "category_name": category_name(ticket.desk, ticket.category),
        "steps": ticket.steps.select_related("done_by"),
        "moments": ticket.moments.all(),
        "notes": ticket.notes.select_related("by"),
        "today": timezone.localdate(),
    }
    return pdf("helpdesk/print/report.html", context)
