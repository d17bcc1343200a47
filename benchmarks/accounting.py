"""Who used the processors during a load: the citizens themselves, the web processes, PostgreSQL."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Used:
    """Processor seconds of each part, and how long it took; filled when the load is over."""

    elapsed: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)

    def percents(self) -> dict[str, float]:
        """Of one processor."""
        return {part: round(100 * seconds / self.elapsed, 1) for part, seconds in self.seconds.items()}


@contextmanager
def accounted() -> Iterator[Used]:
    """Only processes that live from the beginning to the end are counted."""
    from django.conf import settings

    postmaster = int((settings.VAR_DIR / "postgres" / "postmaster.pid").read_text().split()[0])
    used, before, began = Used(), _seconds(postmaster), time.monotonic()
    yield used
    used.elapsed = time.monotonic() - began
    used.seconds = {part: seconds - before[part] for part, seconds in _seconds(postmaster).items()}


def _seconds(postmaster: int) -> dict[str, float]:
    processes = _processes()
    return {
        "citizens": time.process_time(),
        "web": sum(processes[key][1] for key in _descendants(os.getpid(), processes)),
        "PostgreSQL": sum(processes[key][1] for key in _descendants(postmaster, processes)),
    }


def _processes() -> dict[int, tuple[int, float]]:
    """Each process's parent, and the processor seconds it has used so far."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                # Behind the name, which may hold spaces: state, parent, ...; user and system time stand far behind.
                values = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            found[int(folder.name)] = (int(values[1]), (int(values[11]) + int(values[12])) / TICKS)
    return found


def _descendants(ancestor: int, processes: dict[int, tuple[int, float]]) -> list[int]:
    children = [key for key, (parent, _seconds) in processes.items() if parent == ancestor]
    return [*children, *(key for child in children for key in _descendants(child, processes))]
