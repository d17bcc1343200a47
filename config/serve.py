"""A whole demo on this machine: `script/server` prepares the machine and then runs `python -m config.serve`."""

import argparse
import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from config import embedded
from config.processes import Ports, Process, Supervisor, commands

BASE_DIR = Path(__file__).resolve().parent.parent
CITIES_DIR = BASE_DIR / "config" / "cities"
START_SECONDS = 60.0
# Long enough for an earlier start that is just ending.
LOCK_SECONDS = 20.0


class Stop(Exception):
    """Someone asked the demo to end: Ctrl-C, SIGTERM, or the terminal was closed."""


def say(text: str) -> None:
    print(text, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/server", description="Serve one city with made-up people.")
    parser.add_argument("--city", default="kitakyushu", help="name of a profile in config/cities (default: kitakyushu)")
    parser.add_argument("--port", type=int, default=8000, help="port of the address to open (default: 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument(
        "--days", type=int, default=14, help="days of city life to make up at first start (default: 14)"
    )
    return parser.parse_args()


def known_city(name: str) -> str:
    """`name`, if a profile of that name exists. Ends the program with the names there are, otherwise."""
    names = sorted(path.stem for path in CITIES_DIR.glob("*.toml"))
    if name not in names:
        sys.exit(f"script/server: there is no city {name!r}; choose one of: {', '.join(names)}")
    return name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refuse_busy_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"script/server: port {port} on {host} cannot be used ({error.strerror}); choose one with --port")


@contextlib.contextmanager
def only_server_of(var: Path) -> Iterator[None]:
    """Hold the city's folder. Ends the program if another start serves it, whose database ours would stop."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "serve.lock").open("w") as lock:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    sys.exit(f"script/server: this city is being served already, from {var}; end that first")
                time.sleep(0.2)
        yield


def environment(var: Path, port: int) -> dict[str, str]:
    """What the demo's processes see: the caller's environment, and where this city keeps its things."""
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MADOGUCHI_VAR": str(var),
        "PROXY_COUNT": "1",
        "PUBLIC_URL": os.environ.get("PUBLIC_URL", f"http://localhost:{port}"),
    }
    return {**os.environ, **own}


def prepare(city: str, days: int, variables: dict[str, str]) -> None:
    """Bring the database up to date. Ends the program if that fails; the reason then stands above."""
    command = [sys.executable, "manage.py", "prepare", city, "--days", str(days), "--papers"]
    if subprocess.run(command, cwd=BASE_DIR, env=variables, check=False).returncode:
        sys.exit("script/server: the database could not be prepared (see above)")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 -- our own http address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_until_up(supervisor: Supervisor, address: str) -> bool:
    """Whether pages and streams both answered in time; says so if not."""
    deadline = time.monotonic() + START_SECONDS
    waiting = [f"{address}/healthz", f"{address}/live/healthz"]
    while time.monotonic() < deadline:
        waiting = [url for url in waiting if not answers(url)]
        if not waiting:
            return True
        if not supervisor.watch():
            return False
        time.sleep(0.2)
    say(f"{' and '.join(waiting)} did not answer within {START_SECONDS:.0f} seconds")
    return False


def raise_stop(number: int, frame: FrameType | None) -> None:
    # Once is enough: a second Ctrl-C must not interrupt the orderly end.
    for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(again, signal.SIG_IGN)
    raise Stop


def run(supervisor: Supervisor, address: str, log: Path, mail: int) -> int:
    """Serve until told to stop. Returns the exit status: 0 if someone asked for the end."""
    supervisor.start()
    if not wait_until_up(supervisor, address):
        say(f"See the logs in {log}")
        return 1
    say(f"\nCitizens: {address}/\nStaff:    {address}/staff/  (the sign-in page lists the demo accounts)")
    say(f"Mail in:  smtp://127.0.0.1:{mail}  (to the desks' addresses of the profile)")
    say(f"Logs:     {log}\nCtrl-C ends everything.")
    while supervisor.watch():
        time.sleep(1)
    return 1


def serve(city: str, chosen: argparse.Namespace, var: Path) -> int:
    """Prepare and run one city from `var` until told to stop. Returns the exit status."""
    variables = environment(var, chosen.port)
    ports = Ports(front=chosen.port, web=free_port(), live=free_port(), mail=free_port())
    log = var / "log"
    lines = commands(ports, var, chosen.host)
    supervisor = Supervisor([Process(name, line, variables, log / f"{name}.log") for name, line in lines.items()], say)
    try:
        prepare(city, chosen.days, variables)
        return run(supervisor, f"http://localhost:{chosen.port}", log, ports.mail)
    except Stop:
        say("\nStopping")
        return 0
    finally:
        supervisor.stop()
        embedded.stop(var / "postgres")


def main() -> int:
    chosen = arguments()
    city = known_city(chosen.city)
    refuse_busy_port(chosen.host, chosen.port)
    var = Path(os.environ.get("MADOGUCHI_VAR", BASE_DIR / "var" / city)).resolve()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, raise_stop)
    try:
        with only_server_of(var):
            return serve(city, chosen, var)
    except Stop:
        return 0


if __name__ == "__main__":
    sys.exit(main())
