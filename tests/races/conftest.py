"""A web process of one's own, which a test may kill."""

import http.client
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings

from config.processes import Process, granian
from tests.fixtures.mail import free_port
from tests.fixtures.site import kill, process_environment, wait_for

CSRF = "x" * 32


@dataclass
class Web:
    """The web process of script/server, without the front."""

    process: Process
    port: int

    def start(self) -> None:
        self.process.start()
        wait_for(self._answers, f"the web process's start (see {self.process.log})")

    def kill(self) -> None:
        kill(self.process)

    def stop(self) -> None:
        self.process.ask_to_stop()
        self.process.wait_or_kill(15)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """The status and the address that the answer leads to."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={CSRF}"}
        connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
        try:
            connection.request("POST", path, urlencode(fields | {"csrfmiddlewaretoken": CSRF}), headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.getheader("Location") or ""
        finally:
            connection.close()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


@pytest.fixture
def web(transactional_db: None, tmp_path: Path) -> Iterator[Web]:
    subprocess.run([settings.BASE_DIR / "script" / "collect-static", "--if-changed"], check=True)
    port = free_port()
    line = granian("wsgi", "config.wsgi:application", port, "--blocking-threads", "4")
    running = Web(Process("web", line, process_environment(), tmp_path / "web.log"), port)
    running.start()
    yield running
    running.stop()
