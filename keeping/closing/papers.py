"""The certificate of erasure: what was erased, how, by whose word, and what a look afterwards found."""

from django.utils import timezone

from audit.models import AuditSeal
from keeping.closing.inventory import in_order
from keeping.closing.records import ContractClosing
from postoffices.city import current_city
from writing.papers import pdf


def certificate_pdf(closing: ContractClosing) -> bytes:
    """For an erased closing."""
    newest = AuditSeal.objects.newest()
    context = {
        "closing": closing,
        "city": current_city(),
        "contract": current_city().rules.contract,
        "made_on": timezone.localdate(),
        "inventory": in_order(closing.inventory),
        "exports": closing.exports.items(),
        "proof": closing.result["proof"].items(),
        "key_file": closing.result["key_file"],
        "proved": not any(closing.result["proof"].values()),
        "root": newest.root if newest else "",
    }
    return pdf("keeping/print/certificate.html", context)
