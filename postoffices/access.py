"""Which offices a person reaches. A clerk reaches the own office; everybody else who may look, all."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.roles import Role
from postoffices.models import Office

# These roles work for the whole city. Every other role has its own office or none.
CITY_WIDE = frozenset(
    {Role.REVIEWER, Role.CITY_OFFICER, Role.BUREAU, Role.OPERATOR, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}
)


def offices_for(user: User) -> QuerySet[Office]:
    """The offices within the person's scope."""
    if user.role in CITY_WIDE:
        return Office.objects.select_related("ward", "calendar")
    return Office.objects.select_related("ward", "calendar").filter(postings__user=user)


def office_for(user: User, code: str) -> Office:
    """The office with this code. Raises Http404 when there is none or it lies outside the person's scope."""
    return get_object_or_404(offices_for(user), code=code)


def own_office(user: User) -> Office:
    """The office the person is posted to. Raises Http404 for somebody without a posting."""
    office = Office.objects.select_related("ward", "calendar").filter(postings__user=user).first()
    if office is None:
        raise Http404("配属された拠点がありません。")
    return office
