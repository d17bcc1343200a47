"""The processes of a demo: how each is started, and a supervisor that keeps them running until told to stop."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

RESTARTS = 3
# A process that falls over more than RESTARTS times within these seconds will not recover by itself.
RESTART_WINDOW_SECONDS = 60.0
STOP_SECONDS = 15.0


@dataclass(frozen=True)
class Ports:
    """Where the servers of one demo listen. Only `front` is meant for people, `mail` takes mails to the desks."""

    front: int
    web: int
    live: int
    mail: int


def granian(interface: str, target: str, port: int, *options: str) -> list[str]:
    """The command line of a granian server on this machine."""
    fixed = ["--interface", interface, "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    return [sys.executable, "-m", "granian", *fixed, *options, target]


def worker_command(*options: str) -> list[str]:
    """The command line of a Celery worker for one machine, where there are no other workers to talk to."""
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]
    return [sys.executable, "-m", "celery", "--app", "config", "worker", "--concurrency", "2", *quiet, *options]


def commands(ports: Ports, var: Path, host: str) -> dict[str, list[str]]:
    """The command line of every process, by the name that its log file carries.

    The worker also wakes the sweepers (beat), whose small state lies under `var`.
    """
    front = ["--host", host, "--port", str(ports.front), "--web", str(ports.web), "--live", str(ports.live)]
    return {
        "web": granian("wsgi", "config.wsgi:application", ports.web, "--blocking-threads", "4"),
        "live": granian("asgi", "live.asgi:application", ports.live),
        "worker": worker_command("--beat", "--schedule", str(var / "beat-schedule")),
        "mail": [sys.executable, "manage.py", "receive_mail", "--port", str(ports.mail)],
        "front": [sys.executable, "-m", "config.front", *front],
    }


@dataclass
class Process:
    """One running command; its output goes to a log file."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    starts: list[float] = field(default_factory=list)
    popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.end_leftovers()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.starts.append(time.monotonic())
        with self.log.open("ab") as log:
            # A session of its own, so that Ctrl-C reaches the supervisor alone, which then stops all in order.
            self.popen = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ended(self) -> int | None:
        """The exit status, or None while it runs."""
        return self.popen.poll() if self.popen else None

    def hopeless(self) -> bool:
        recent = [moment for moment in self.starts if time.monotonic() - moment < RESTART_WINDOW_SECONDS]
        return len(recent) > RESTARTS

    def ask_to_stop(self) -> None:
        if self.popen and self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)

    def wait_or_kill(self, seconds: float) -> None:
        if self.popen is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(seconds)
        self.end_leftovers()
        self.popen.wait()

    def end_leftovers(self) -> None:
        """Kill what is left of the last start: children of a process that crashed would go on holding its port."""
        if self.popen:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.popen.pid, signal.SIGKILL)


@dataclass
class Supervisor:
    """Starts all processes, restarts what falls over, and stops everything when one cannot be kept up."""

    processes: list[Process]
    say: Callable[[str], None]

    def start(self) -> None:
        for process in self.processes:
            process.start()

    def watch(self) -> bool:
        """Restart what has ended. False when a process ends again and again: then nothing is left to try."""
        for process in self.processes:
            status = process.ended()
            if status is None:
                continue
            if process.hopeless():
                self.say(f"{process.name} ended again and again (status {status}). See {process.log}")
                return False
            self.say(f"{process.name} ended (status {status}) and is started again. See {process.log}")
            process.start()
        return True

    def stop(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        for process in reversed(self.processes):
            process.ask_to_stop()
        for process in reversed(self.processes):
            process.wait_or_kill(max(0.1, deadline - time.monotonic()))
