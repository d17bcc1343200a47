"""A line that breaks off in the middle of a picture, against the running product."""

import hashlib
import socket
import struct
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.test import Client

from counters.models import Visit
from review.models import CaseImage
from tests.counters.desk import Desk, make_desk
from tests.fixtures.site import LiveSite, wait_for
from tests.people import sign_in
from tests.reservations.town import make_town
from tests.vault.cameras import jpeg
from vault.models import ObjectKind, VaultObject

pytestmark = pytest.mark.django_db(transaction=True)

PICTURE = jpeg(1600, 1200, quality=100)
TOKEN = "a" * 32
BOUNDARY = b"the-line-between-parts"
PATIENCE_SECONDS = 30


@dataclass
class Line:
    """Sends one picture over a socket of its own, whole or in part."""

    url: str
    session: str
    visit: Visit
    image_id: uuid.UUID = field(default_factory=uuid.uuid4)

    def request(self) -> bytes:
        fields = {
            "kind": "identity",
            "image_id": str(self.image_id),
            "sha256": hashlib.sha256(PICTURE).hexdigest(),
        }
        parts = b"".join(
            b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
            % (BOUNDARY, name.encode(), value.encode())
            for name, value in fields.items()
        )
        file = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="card.jpg"\r\n' % BOUNDARY
        body = parts + file + b"Content-Type: image/jpeg\r\n\r\n" + PICTURE + b"\r\n--%s--\r\n" % BOUNDARY
        head = (
            f"POST /staff/review/visits/{self.visit.pk}/images/ HTTP/1.1\r\n"
            f"Host: {urlsplit(self.url).netloc}\r\n"
            f"Cookie: sessionid={self.session}; csrftoken={TOKEN}\r\n"
            f"X-CSRFToken: {TOKEN}\r\n"
            "Accept: application/json\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + body

    def send(self, share: float, *, reset: bool = False) -> bytes:
        """Send this share of the request and end the line; what came back. `reset`: like a pulled plug."""
        address = urlsplit(self.url)
        request = self.request()
        with socket.create_connection((address.hostname, address.port), timeout=PATIENCE_SECONDS) as line:
            line.sendall(request[: int(len(request) * share)])
            if reset:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return b""
            if share < 1:
                line.shutdown(socket.SHUT_WR)
            answer = b""
            try:
                while piece := line.recv(65536):
                    answer += piece
            except ConnectionResetError:
                pass
            return answer


@pytest.fixture
def desk(live_site: LiveSite) -> Desk:
    return make_desk(make_town())


@pytest.fixture
def line(live_site: LiveSite, desk: Desk) -> Line:
    session = sign_in(Client(), desk.clerk).session.session_key
    assert session
    return Line(live_site.url, session, desk.signed())


def pictures_held() -> tuple[int, int]:
    return CaseImage.objects.count(), VaultObject.objects.filter(kind=ObjectKind.IMAGE).count()


def test_a_whole_request_over_this_socket_is_stored(line: Line) -> None:
    """Otherwise the tests below would show nothing."""
    assert b" 201 " in line.send(1.0).split(b"\r\n")[0] + b" "
    assert pictures_held() == (1, 1)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.999])
def test_a_broken_line_leaves_nothing_and_the_next_try_arrives(line: Line, share: float) -> None:
    answer = line.send(share)
    assert b" 201 " not in answer[:40]
    assert pictures_held() == (0, 0)
    assert b" 201 " in line.send(1.0)[:40]
    assert pictures_held() == (1, 1)


def test_a_pulled_plug_leaves_nothing_and_the_next_try_arrives(line: Line) -> None:
    for _ in range(5):
        line.send(0.6, reset=True)
    assert b" 201 " in line.send(1.0)[:40]
    wait_for(lambda: pictures_held() == (1, 1), "one picture, whatever the server did with the torn ones")


def test_an_answer_nobody_waited_for_is_asked_for_again(line: Line) -> None:
    """Everything arrived, but the line went before the answer: the second sending makes no second picture."""
    line.send(1.0, reset=True)
    assert b" 201 " in line.send(1.0)[:40]
    assert pictures_held() == (1, 1)
