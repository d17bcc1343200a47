"""An installation, with the settings of production, behind a proxy that speaks TLS."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.demo import DEMO_PEOPLE
from applications.signing.demo_certificates import demo_folder
from config.processes import Process, granian
from tests.fixtures.mail import free_port
from tests.fixtures.site import process_environment, wait_for
from tests.setup.test_settings import COMPLETE

HOST = COMPLETE["ALLOWED_HOSTS"]


def get(port: int, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    client.request("GET", path, headers={"Host": HOST, **{name.replace("_", "-"): headers[name] for name in headers}})
    response = client.getresponse()
    body = response.read().decode()
    client.close()
    return response, body


def seal_of_the_city(folder: Path) -> dict[str, str]:
    """Certificate, key and time-stamp service, which an installation needs whose city signs on the screen."""
    made = demo_folder(folder / "seal")
    key, certificate = (made / "seal.pem").read_text().split("-----BEGIN CERTIFICATE-----")
    return {
        "SEAL_CERTIFICATE": f"-----BEGIN CERTIFICATE-----{certificate}{(made / 'root.pem').read_text()}",
        "SEAL_KEY": key,
        "SEAL_TSA_URL": "https://tsa.example.jp/tsr",
    }


@pytest.fixture
def installation(transactional_db: None, tmp_path: Path) -> Iterator[int]:
    """The port of a web server with production's settings on the test database."""
    call_command("load_city", "kitakyushu", verbosity=0)
    database = connection.settings_dict
    port = free_port()
    address = f"postgresql://{database['USER']}@/{database['NAME']}?{urlencode({'host': database['HOST']})}"
    variables = process_environment(**COMPLETE | {"DATABASE_URL": address} | seal_of_the_city(tmp_path))
    web = Process(
        "web",
        granian("wsgi", "config.wsgi:application", port, "--blocking-threads", "4"),
        variables,
        tmp_path / "web.log",
    )
    web.start()
    try:
        wait_for(lambda: "Started worker" in web.log.read_text(), f"the start (see {web.log})")
        yield port
    finally:
        web.ask_to_stop()
        web.wait_or_kill(10)


def test_installation_speaks_tls_only_and_lists_no_accounts(installation: int) -> None:
    health, _ = get(installation, "/healthz")
    assert health.status == 200

    plain, _ = get(installation, "/staff/sign-in/", X_Forwarded_For="10.1.0.7")
    assert (plain.status, plain.headers["Location"]) == (301, f"https://{HOST}/staff/sign-in/")

    sign_in, body = get(installation, "/staff/sign-in/", X_Forwarded_For="10.1.0.7", X_Forwarded_Proto="https")
    assert sign_in.status == 200
    assert "max-age" in sign_in.headers["Strict-Transport-Security"]
    assert "Secure" in sign_in.headers["Set-Cookie"]
    assert not [person.username for person in DEMO_PEOPLE if person.username in body]
    assert not [person.password for person in DEMO_PEOPLE if person.password in body]


def test_installation_shows_staff_pages_to_the_known_networks_only(installation: int) -> None:
    elsewhere, _ = get(installation, "/staff/sign-in/", X_Forwarded_For="203.0.113.5", X_Forwarded_Proto="https")
    assert elsewhere.status in (403, 404)
    forged = "10.1.0.7, 203.0.113.5"
    pretending, _ = get(installation, "/staff/sign-in/", X_Forwarded_For=forged, X_Forwarded_Proto="https")
    assert pretending.status in (403, 404)
    citizen, _ = get(installation, "/", X_Forwarded_For="203.0.113.5", X_Forwarded_Proto="https")
    assert citizen.status == 200


def test_installation_answers_to_its_own_name_only(installation: int) -> None:
    other, _ = get(installation, "/", Host="other.example.jp", X_Forwarded_Proto="https")
    assert other.status == 400
