"""The report of a fault for the city (fukuoka-30)."""

from django.utils import timezone

from devices.models import Fault
from postoffices.city import current_city
from writing.papers import pdf


def fault_pdf(fault: Fault) -> bytes:
    """障害対応報告書: what happened, its course, cause and measures."""
    context = {
        "fault": fault,
        "steps": fault.steps.select_related("by"),
        "city": current_city(),
        "printed_on": timezone.localdate(),
    }
    return pdf("devices/print/fault.html", context)
