"""What a member of staff may reach in this room: a clerk, the visits of the own office."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import Resolver404, resolve

from accounts.models import User
from counters.actions.screens import screen_token_hash
from counters.models import OVER, CashUp, Receipt, Referral, SupportWork, Visit, WallScreen
from postoffices.access import offices_for, own_office


def visit_for(user: User, pk: int) -> Visit:
    """A visit of the clerk's own office. Raises Http404 for any other."""
    visit = (
        Visit.objects.filter(pk=pk, office=own_office(user))
        .select_related("office", "procedure", "reservation__slot", "application__signature", "application__applicant")
        .first()
    )
    if visit is None:
        raise Http404
    return visit


def visit_at(user: User, path: str) -> Visit | None:
    """The visit whose page lies at `path`, while it is open; None for any other page and outside the own office."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    own = Visit.objects.filter(office=own_office(user)).exclude(state__in=OVER)
    return own.filter(pk=found.kwargs["pk"]).first() if found.view_name == "counters:visit" else None


def receipt_for(user: User, pk: int) -> Receipt:
    """A receipt of the clerk's own office. Raises Http404 for any other."""
    own = Receipt.objects.filter(office=own_office(user))
    return get_object_or_404(own.select_related("office", "visit__procedure", "issued_by", "voided_by"), pk=pk)


def referral_for(user: User, visit_pk: int) -> Referral:
    """The slip of a visit of the clerk's own office. Raises Http404."""
    return get_object_or_404(Referral.objects.select_related("visit"), visit=visit_for(user, visit_pk))


def cash_ups_for(user: User) -> QuerySet[CashUp]:
    """The cash-ups within the person's scope, the latest first."""
    offices = offices_for(user).order_by().values("pk")
    return CashUp.objects.filter(office__in=offices).select_related("office", "closed_by", "seen_by")


def cash_up_for(user: User, pk: int) -> CashUp:
    """Raises Http404 outside the person's scope."""
    return get_object_or_404(cash_ups_for(user).select_related("office__calendar"), pk=pk)


def support_for(user: User, pk: int) -> SupportWork:
    """Help counted at the clerk's own office. Raises Http404 for any other."""
    return get_object_or_404(SupportWork, pk=pk, office=own_office(user))


def screens_for(user: User) -> QuerySet[WallScreen]:
    """Open screens of the offices within the person's scope; those of the whole city for who oversees it."""
    offices = offices_for(user).order_by().values("pk")
    reached = WallScreen.objects.filter(office__in=offices)
    if user.may("counters.oversee"):
        reached |= WallScreen.objects.filter(office__isnull=True)
    return reached.filter(closed_at__isnull=True).select_related("office").order_by("office__position", "name")


def screen_for(user: User, pk: int) -> WallScreen:
    """Raises Http404 outside the person's scope."""
    return get_object_or_404(screens_for(user), pk=pk)


def screen_by_token(token: str) -> WallScreen:
    """The screen behind a link, while it is open. Raises Http404."""
    open_ones = WallScreen.objects.filter(closed_at__isnull=True).select_related("office")
    return get_object_or_404(open_ones, token_hash=screen_token_hash(token))
