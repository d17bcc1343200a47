"""A clerk reaches the own office; city-wide roles reach all; a stranger reaches none."""

import pytest
from django.http import Http404

from accounts.roles import Role
from postoffices.access import CITY_WIDE, office_for, offices_for, own_office
from postoffices.models import City, Office, Posting
from tests.people import staff_member


def posted(office_code: str, name: str) -> Posting:
    office = Office.objects.get(code=office_code)
    return Posting.objects.create(user=staff_member(Role.CLERK, name), office=office)


def test_clerk_reaches_the_own_office_only(city: City) -> None:
    here = posted("mihon-higashi", "clerk-here").user
    assert own_office(here).code == "mihon-higashi"
    assert office_for(here, "mihon-higashi").code == "mihon-higashi"
    with pytest.raises(Http404):
        office_for(here, "mihon-nishi")


def test_clerk_of_another_office_is_kept_out(city: City) -> None:
    elsewhere = posted("mihon-nishi", "clerk-elsewhere").user
    with pytest.raises(Http404):
        office_for(elsewhere, "mihon-higashi")


def test_clerk_without_a_posting_is_a_stranger(city: City) -> None:
    stranger = staff_member(Role.CLERK, "stranger")
    assert not offices_for(stranger).exists()
    with pytest.raises(Http404):
        own_office(stranger)


@pytest.mark.parametrize("role", sorted(CITY_WIDE))
def test_city_wide_roles_reach_every_office(city: City, role: Role) -> None:
    assert office_for(staff_member(role), "mihon-nishi").code == "mihon-nishi"


@pytest.mark.parametrize("role", sorted(set(Role) - CITY_WIDE))
def test_other_roles_reach_no_office_they_are_not_posted_to(city: City, role: Role) -> None:
    with pytest.raises(Http404):
        office_for(staff_member(role), "mihon-nishi")


def test_unknown_office_is_not_found(city: City) -> None:
    with pytest.raises(Http404):
        office_for(staff_member(Role.BUREAU), "nowhere")
