"""Every route × role × method does what `matrix.py` says."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.roles import ALL_PERMISSIONS, NAVIGATION, ROLE_PERMISSIONS, Role
from tests.people import client_of
from tests.permissions.everyone import a_client, clients_by_role
from tests.permissions.matrix import ADMIN_NAMESPACE, MATRIX, Row
from tests.permissions.routes import Route, all_routes

ROUTES = {route.name: route for route in all_routes() if not route.name.startswith(ADMIN_NAMESPACE)}
KNOWN = sorted(name for name in ROUTES if name in MATRIX)
STAFF = [name for name in KNOWN if not MATRIX[name].public and not MATRIX[name].sign_in]
METHODS = ("get", "post")


def test_every_route_has_a_row() -> None:
    missing = sorted(f"{name}  ({route.address})" for name, route in ROUTES.items() if name not in MATRIX)
    assert not missing, "add rows to tests/permissions/matrix.py for:\n" + "\n".join(missing)


def test_every_row_has_a_route() -> None:
    gone = sorted(set(MATRIX) - set(ROUTES))
    assert not gone, f"tests/permissions/matrix.py has rows without a route: {gone}"


def test_every_view_below_staff_names_its_permission() -> None:
    bare = [
        f"{route.name}  ({route.address})"
        for route in ROUTES.values()
        if route.address.startswith("/staff/")
        and not (route.name in MATRIX and MATRIX[route.name].sign_in)
        and not hasattr(route.view, "required_permission")
    ]
    assert not bare, "decorate with @requires(...) from accounts.access, as the outermost decorator:\n" + "\n".join(
        bare
    )


def test_public_rows_lie_outside_the_staff_addresses() -> None:
    inside = [name for name in KNOWN if MATRIX[name].public and ROUTES[name].address.startswith(("/staff/", "/admin/"))]
    assert not inside, f"citizens' routes below /staff/ or /admin/: {inside}"


@pytest.mark.parametrize("name", STAFF)
def test_the_row_agrees_with_the_permission_of_the_view(name: str) -> None:
    permission = getattr(ROUTES[name].view, "required_permission", None)
    assert permission is not None, f"{name}: the view has no @requires"
    if permission:
        assert permission in ALL_PERMISSIONS, f"{name}: no role holds {permission!r} (accounts/roles.py)"
        holders = {role for role in Role if permission in ROLE_PERMISSIONS[role]}
        row = MATRIX[name]
        assert row.get | row.post == holders, f"{name}: {permission!r} is held by {sorted(holders)}"


def test_the_navigation_leads_to_pages_that_its_reader_may_open() -> None:
    for entry in (entry for group in NAVIGATION for entry in group.entries):
        holders = {role for role in Role if entry.permission in ROLE_PERMISSIONS[role]}
        assert holders <= MATRIX[entry.url_name].get, entry
        assert reverse(entry.url_name)


def is_sent_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].startswith(reverse("accounts:sign_in"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", STAFF)
def test_strangers_are_sent_to_the_sign_in(name: str) -> None:
    url = ROUTES[name].url()
    for method in METHODS:
        response = getattr(a_client(), method)(url)
        if response.status_code == 405 and not getattr(MATRIX[name], method):
            continue
        assert is_sent_to_sign_in(response), f"{method.upper()} {name}: {response.status_code} instead of the sign-in"


@pytest.mark.django_db
@pytest.mark.parametrize("name", STAFF)
def test_exactly_the_roles_of_the_row_pass(name: str) -> None:
    route, row = ROUTES[name], MATRIX[name]
    url = route.url()
    wrong = [
        problem
        for role, client in clients_by_role().items()
        for method in METHODS
        if (problem := _problem(route, row, role, method, client, url)) is not None
    ]
    assert not wrong, "\n".join(wrong)


def _problem(route: Route, row: Row, role: Role, method: str, client: Client, url: str) -> str | None:
    """What is wrong with the answer to this role, or None."""
    response = getattr(client, method)(url)
    allowed: frozenset[Role] = getattr(row, method)
    says = f"{method.upper()} {route.name} as {role}: {response.status_code}"
    if role in allowed:
        refused = response.status_code in (403, 405) or is_sent_to_sign_in(response)
        return f"{says}, but matrix.py lets this role pass" if refused else None
    if response.status_code == 403 or (response.status_code == 405 and not allowed):
        return None
    expected = "403 expected before any object is looked up, or 405 by @require_safe or @require_POST"
    return f"{says}, but matrix.py does not let this role pass ({expected})"


@pytest.mark.django_db
def test_a_door_left_open_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    route, row = ROUTES["accounts:people"], MATRIX["accounts:people"]
    clerk, manager = client_of(Role.CLERK), client_of(Role.MANAGER)
    assert _problem(route, row, Role.CLERK, "get", clerk, route.url()) is None
    monkeypatch.setattr("accounts.models.User.may", lambda user, permission: True)
    assert "does not let this role pass" in str(_problem(route, row, Role.MANAGER, "get", manager, route.url()))


@pytest.mark.django_db
def test_a_door_shut_by_mistake_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    route, row = ROUTES["accounts:people"], MATRIX["accounts:people"]
    monkeypatch.setattr("accounts.models.User.may", lambda user, permission: False)
    administrator = client_of(Role.ADMINISTRATOR)
    assert "lets this role pass" in str(_problem(route, row, Role.ADMINISTRATOR, "get", administrator, route.url()))
