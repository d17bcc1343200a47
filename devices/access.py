"""What a member of staff may reach: a clerk the own office's devices, whoever looks after devices all of them."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from devices.models import (
    Device,
    DeviceQuerySet,
    Erasure,
    ErasureQuerySet,
    Fault,
    FaultQuerySet,
    Line,
    LineQuerySet,
)
from postoffices.access import own_office
from postoffices.models import Office


def devices_for(user: User) -> DeviceQuerySet:
    """The devices within the person's reach."""
    if user.may("devices.view"):
        return Device.objects.all()
    if user.may("devices.report"):
        return Device.objects.filter(office__postings__user=user)
    return Device.objects.none()


def device_for(user: User, pk: int) -> Device:
    """Raises Http404 outside the person's reach."""
    return get_object_or_404(devices_for(user).select_related("office__ward"), pk=pk)


def lines_for(user: User) -> LineQuerySet:
    return Line.objects.all() if user.may("devices.view") else Line.objects.none()


def line_for(user: User, pk: int) -> Line:
    """Raises Http404 outside the person's reach."""
    return get_object_or_404(lines_for(user), pk=pk)


def faults_for(user: User) -> FaultQuerySet:
    """The faults within the person's reach."""
    if user.may("devices.view"):
        return Fault.objects.all()
    if user.may("devices.report"):
        return Fault.objects.filter(office__postings__user=user)
    return Fault.objects.none()


def fault_for(user: User, pk: int) -> Fault:
    """Raises Http404 outside the person's reach."""
    return get_object_or_404(faults_for(user).select_related("device__office", "office", "reported_by"), pk=pk)


def erasures_for(user: User) -> ErasureQuerySet:
    return Erasure.objects.all() if user.may("devices.view") else Erasure.objects.none()


def erasure_for(user: User, pk: int) -> Erasure:
    """Raises Http404 outside the person's reach."""
    people = ("cleared_by", "confirmed_by", "purged_by", "decided_by")
    return get_object_or_404(erasures_for(user).select_related("device__office", *people), pk=pk)


def places() -> QuerySet[Office]:
    """The places where devices can stand, in the profile's order."""
    return Office.objects.select_related("ward").order_by("position")


def place_for(user: User, code: str) -> Office:
    """A place by its code, for whoever sees all devices. Raises Http404."""
    if not user.may("devices.view"):
        raise Http404
    return get_object_or_404(places(), code=code)


def clerks_office(user: User) -> Office:
    """Raises Http404 for somebody without a posting."""
    return own_office(user)
