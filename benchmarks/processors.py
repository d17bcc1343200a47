"""Processor time by who took it: the benchmark's own people, the servers, the database."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """Seconds of processor time so far."""

    own: float
    web: float
    live: float
    database: float

    def since(self, before: "Spent") -> "Spent":
        return Spent(
            self.own - before.own,
            self.web - before.web,
            self.live - before.live,
            self.database - before.database,
        )

    @property
    def all(self) -> float:
        return self.own + self.web + self.live + self.database


def spent(web_port: int, live_port: int) -> Spent:
    own = os.times()
    web = live = database = 0.0
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            seconds = _seconds(process)
        except OSError:
            continue  # gone in the meantime
        if str(web_port).encode() in command:
            web += seconds
        elif str(live_port).encode() in command:
            live += seconds
        elif b"postgres" in command[0]:
            database += seconds
    return Spent(own.user + own.system, web, live, database)


def _seconds(process: Path) -> float:
    """With those of children that have ended, which PostgreSQL has many of."""
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS
