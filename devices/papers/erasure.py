"""The certificate of a device's erasure (kitakyushu-34, fukuoka-31)."""

from django.utils import timezone

from devices.models import Erasure
from postoffices.city import current_city
from writing.papers import pdf


def certificate_pdf(erasure: Erasure) -> bytes:
    """消去証明書; before the city's approval it says so."""
    context = {
        "erasure": erasure,
        "device": erasure.device,
        "city": current_city(),
        "contract": current_city().rules.contract,
        "printed_on": timezone.localdate(),
        "approved": erasure.state == "approved",
    }
    return pdf("devices/print/erasure.html", context)
