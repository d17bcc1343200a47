"""What a member of staff may reach: clerks the cases of their office, reviewers those that were sent."""

from uuid import UUID

from django.http import Http404
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from postoffices.access import own_office
from review.models import Case, CaseImage, CaseState, PendingUpload, TabletKey


def case_for_reviewer(user: User, pk: int) -> Case:
    """A case that was sent for review. Raises Http404 for one that is still being photographed."""
    case = (
        Case.objects.filter(pk=pk)
        .exclude(state=CaseState.CAPTURING)
        .select_related(
            "office", "visit__procedure", "visit__reservation", "visit__application__signature", "claimed_by"
        )
        .first()
    )
    if case is None:
        raise Http404
    return case


def image_for(user: User, pk: UUID) -> CaseImage:
    """A picture that is still held: the own office's for clerks, of the case in hand for its reviewer.

    Raises Http404 for any other: nobody looks at papers without having taken the case on.
    """
    found = CaseImage.objects.filter(pk=pk, removed_at__isnull=True, picture__erased_at__isnull=True)
    if user.role == Role.CLERK:
        found = found.filter(case__office=own_office(user))
    else:
        held = {"case__state": CaseState.CLAIMED, "case__claimed_by": user, "case__lease_until__gt": timezone.now()}
        found = found.filter(**held)
    image = found.select_related("picture__bucket", "case__office").first()
    if image is None:
        raise Http404
    return image


def image_of_own_office(user: User, pk: UUID) -> CaseImage:
    """A picture taken at the clerk's own office, taken out again or not. Raises Http404 for any other."""
    own = CaseImage.objects.filter(pk=pk, case__office=own_office(user))
    image = own.select_related("picture__bucket", "case__office").first()
    if image is None:
        raise Http404
    return image


def picture_kept(user: User, pk: UUID) -> CaseImage | None:
    """The picture of this number, if it has arrived at the clerk's own office."""
    return CaseImage.objects.filter(pk=pk, case__office=own_office(user)).first()


def upload_of_own_office(user: User, pk: UUID) -> PendingUpload:
    """A picture on its way from the clerk's own office. Raises Http404 for any other, and for one that is gone."""
    own = PendingUpload.objects.filter(pk=pk, case__office=own_office(user))
    upload = own.select_related("case__office", "case__visit").first()
    if upload is None:
        raise Http404
    return upload


def key_is_anothers(user: User, key: UUID | None) -> bool:
    """Whether a picture was sealed on the tablet with the key of somebody else: that person sends it."""
    return key is not None and TabletKey.objects.filter(pk=key).exclude(user=user).exists()
