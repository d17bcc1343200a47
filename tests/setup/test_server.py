"""The whole of script/server, from an empty folder to Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.mail import free_port

ROOT = Path(__file__).resolve().parents[2]


def processes_naming(text: str) -> list[str]:
    """Command lines of this machine's running processes that contain `text`."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it ended in between
        if text in line:
            lines.append(line)
    return lines


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    port, said = free_port(), tmp_path / "said"
    command = [sys.executable, "-m", "config.serve", "--city", "fukuoka", "--port", str(port), "--days", "1"]
    variables = {name: value for name, value in os.environ.items() if name not in ("MADOGUCHI_QUEUE", "VAULT_DIR")}
    variables |= {"MADOGUCHI_VAR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "config.settings"}
    with said.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=out, stderr=out, start_new_session=True)
    yield process, port, said
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def test_server_starts_from_nothing_and_ctrl_c_ends_everything(
    server: tuple[subprocess.Popen[bytes], int, Path], tmp_path: Path
) -> None:
    process, port, said = server
    while "Ctrl-C ends everything" not in said.read_text():
        assert process.poll() is None, said.read_text()
        time.sleep(0.2)
    assert f"http://localhost:{port}/" in said.read_text()
    assert "mihon-reviewer-demo" in said.read_text()
    with urllib.request.urlopen(f"http://localhost:{port}/staff/sign-in/") as page:
        assert "mihon-reviewer-demo" in page.read().decode()
    assert processes_naming(str(tmp_path / "var"))

    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    # The embedded PostgreSQL and the worker's beat carry the folder's name in their command lines.
    assert not processes_naming(str(tmp_path / "var"))
