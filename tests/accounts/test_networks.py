"""Staff pages answer only from known networks, as if nothing were there otherwise."""

import ipaddress

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.middleware import is_staff_network
from accounts.models import User
from accounts.networks import client_address
from accounts.roles import Role
from tests.people import client_of

INSIDE, OUTSIDE = "10.1.2.3", "192.0.2.7"


@pytest.fixture(autouse=True)
def one_network(settings: Settings) -> None:
    settings.STAFF_NETWORKS = [ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("2001:db8::/32")]
    settings.AXES_IPWARE_PROXY_COUNT = 0


@pytest.mark.requirement("kitakyushu-28")
@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/staff/", "/staff/sign-in/", "/admin/", "/live/stream"])
def test_staff_addresses_do_not_exist_outside(address: str) -> None:
    assert Client(REMOTE_ADDR=OUTSIDE).get(address).status_code == 404


@pytest.mark.django_db
def test_staff_addresses_exist_inside() -> None:
    assert Client(REMOTE_ADDR=INSIDE).get("/staff/sign-in/").status_code == 200


@pytest.mark.django_db
def test_signed_in_session_carried_outside_is_worth_nothing() -> None:
    client = client_of(Role.CLERK)
    assert client.get("/staff/", REMOTE_ADDR=INSIDE).status_code == 200
    assert client.get("/staff/", REMOTE_ADDR=OUTSIDE).status_code == 404


@pytest.mark.requirement("kitakyushu-28")
@pytest.mark.django_db
def test_password_cannot_even_be_tried_outside(clerk: User) -> None:
    answer = Client(REMOTE_ADDR=OUTSIDE).post("/staff/sign-in/", {"username": clerk.username, "password": "x"})
    assert answer.status_code == 404


def test_citizens_come_from_everywhere(db: None) -> None:
    assert Client(REMOTE_ADDR=OUTSIDE).get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("address", "known"),
    [("10.1.255.255", True), ("10.2.0.0", False), ("2001:db8::1", True), ("", False), ("localhost", False)],
)
def test_networks_hold_their_addresses_only(address: str, known: bool) -> None:
    assert is_staff_network(address) is known


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "10.1.2.3", OUTSIDE),  # without a proxy the header is the client's own invention
        (1, "10.1.2.3", "10.1.2.3"),
        (1, "10.1.2.3, 192.0.2.9", "192.0.2.9"),  # only the entry that our proxy wrote is believed
        (2, "10.9.9.9, 10.1.2.3, 172.16.0.1", "10.1.2.3"),
        (2, "10.1.2.3", OUTSIDE),  # fewer entries than proxies: somebody came around the first one
    ],
)
def test_only_entries_of_our_own_proxies_are_believed(
    settings: Settings, proxies: int, forwarded: str, seen: str
) -> None:
    settings.AXES_IPWARE_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=OUTSIDE)
    assert client_address(request) == seen


def test_lock_counts_the_address_behind_the_proxy(clerk: User, settings: Settings) -> None:
    settings.AXES_IPWARE_PROXY_COUNT = 1
    wrong = {"username": clerk.username, "password": "wrong"}
    for _ in range(5):
        last = Client().post("/staff/sign-in/", wrong, headers={"X-Forwarded-For": "10.1.0.1"})
    assert last.status_code == 429
    assert Client().post("/staff/sign-in/", wrong, headers={"X-Forwarded-For": "10.1.0.2"}).status_code == 422
