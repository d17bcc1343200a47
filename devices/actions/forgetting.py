"""Places of tablets are erased after the days that the profile says."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from devices.models import Device, Place
from postoffices.city import current_city


@transaction.atomic
def places_forget(*, by: Actor) -> int:
    """Returns how many were erased."""
    before = timezone.now() - timedelta(days=current_city().rules.devices.location_days)
    erased = 0
    for device in Device.objects.filter(locations__at__lt=before).distinct():
        rows, _ = Place.objects.filter(device=device, at__lt=before).delete()
        record(action="device.places_forgotten", subject=device, by=by, detail={"places": rows})
        erased += rows
    return erased
