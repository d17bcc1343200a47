"""Papers of the counter: receipt, cash-up, referral slip."""

from django.utils import timezone

from counters.closing import closing_of
from counters.models import CashUp, Receipt, Referral
from postoffices.city import current_city
from writing.papers import pdf


def receipt_pdf(receipt: Receipt) -> bytes:
    """The receipt; a copy from the second print on, and void when it was taken back."""
    context = {"receipt": receipt, "charges": receipt.charges.all(), "city": current_city()}
    return pdf("counters/print/receipt.html", context)


def cash_up_pdf(cash_up: CashUp) -> bytes:
    context = closing_of(cash_up) | {"city": current_city(), "printed_on": timezone.localdate()}
    return pdf("counters/print/cash_up.html", context)


def referral_pdf(referral: Referral) -> bytes:
    return pdf("counters/print/referral.html", {"referral": referral, "visit": referral.visit, "city": current_city()})
