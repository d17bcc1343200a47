"""The demo's supervisor restarts what falls over, gives up when that does not help, and stops everything."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.processes import RESTARTS, Process, Supervisor
from config.serve import only_server_of

ROOT = Path(__file__).resolve().parents[2]
FOREVER = [sys.executable, "-c", "import time\nwhile True: time.sleep(1)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time\nsignal.signal(15, signal.SIG_IGN)\nprint('deaf', flush=True)\nwhile True: time.sleep(1)",
]
PARENT = "import subprocess, sys, time; print(subprocess.Popen(sys.argv[1:]).pid, flush=True); time.sleep(600)"
BROKEN = [sys.executable, "-c", "raise SystemExit('cannot start')"]

Make = Callable[..., Supervisor]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Make]:
    made: list[Supervisor] = []

    def make(said: list[str], **commands: list[str]) -> Supervisor:
        processes = [Process(name, line, os.environ, tmp_path / f"{name}.log") for name, line in commands.items()]
        made.append(Supervisor(processes, said.append))
        made[-1].start()
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.stop()


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_process_that_falls_over_is_started_again(supervise: Make) -> None:
    said: list[str] = []
    supervisor = supervise(said, web=FOREVER)
    first = supervisor.processes[0].popen
    assert first is not None
    first.kill()
    first.wait()
    assert supervisor.watch()
    second = supervisor.processes[0].popen
    assert second is not None
    assert second.pid != first.pid
    assert second.poll() is None
    assert "web ended" in said[0]


def test_children_of_a_crashed_process_do_not_outlive_its_restart(supervise: Make) -> None:
    supervisor = supervise([], web=[sys.executable, "-c", PARENT, *FOREVER])
    process = supervisor.processes[0]
    wait_for(lambda: process.log.read_text().endswith("\n"))
    child = int(process.log.read_text())
    assert process.popen is not None
    process.popen.kill()
    process.popen.wait()
    assert is_alive(child)
    supervisor.watch()
    wait_for(lambda: not is_alive(child))


def test_process_that_cannot_start_ends_the_demo_and_names_its_log(supervise: Make, tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = supervise(said, web=BROKEN)
    wait_for(lambda: not supervisor.watch())
    assert len(supervisor.processes[0].starts) == RESTARTS + 1
    assert str(tmp_path / "web.log") in said[-1]
    assert "cannot start" in (tmp_path / "web.log").read_text()


def test_stop_ends_every_process_even_a_deaf_one(supervise: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.processes.STOP_SECONDS", 0.5)
    supervisor = supervise([], web=FOREVER, worker=STUBBORN)
    wait_for(lambda: "deaf" in supervisor.processes[1].log.read_text())
    supervisor.stop()
    assert all(process.ended() is not None for process in supervisor.processes)


def serve(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "config.serve", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_busy_port_is_named_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = serve("--port", str(port))
    assert refused.returncode == 1
    assert f"port {port} on 127.0.0.1 cannot be used" in refused.stderr


def test_city_that_is_being_served_is_not_served_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.serve.LOCK_SECONDS", 0.1)
    refusal = pytest.raises(SystemExit, match="being served already")
    with only_server_of(tmp_path), refusal, only_server_of(tmp_path):
        pass
    with only_server_of(tmp_path):
        pass


def test_unknown_city_is_answered_with_the_cities_there_are() -> None:
    refused = serve("--city", "atlantis")
    assert refused.returncode == 1
    assert "'atlantis'" in refused.stderr
    assert "kitakyushu" in refused.stderr
