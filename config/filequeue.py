"""The demo's queue: kombu's filesystem transport, made safe for several processes.

kombu opens a file under its final name and writes it afterwards, so another process can read half a message
(or half a table of queues) and its worker falls over. Here a file gets its name when it is complete.
"""

import contextlib
import fcntl
import logging
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

Row = filesystem.exchange_queue_t


class Channel(filesystem.Channel):
    """Files appear by renaming, are claimed by renaming, and what cannot be read is left out."""

    def _put(self, queue: str, payload: object, **kwargs: object) -> None:  # type: ignore[override]  # so does kombu
        """Raises ChannelError when the folder cannot be written."""
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, payload)

    def _get(self, queue: str, timeout: object = None) -> Any:
        """The oldest readable message, which is then gone from the folder. Raises queue.Empty."""
        for path in sorted(Path(self.data_folder_in).iterdir()):
            if path.name.partition(".")[2] != f"{queue}.msg":
                continue
            claimed = path.with_name(path.name + ".taken")
            try:
                path.rename(claimed)
            except FileNotFoundError:  # another worker was quicker
                continue
            content = claimed.read_bytes()
            claimed.unlink()
            try:
                return loads(content.decode())
            except ValueError:
                # Nothing is lost: the work stands in PostgreSQL, and the sweepers find it without this wake-up.
                logger.warning("A message of the queue %s cannot be read and is left out: %s", queue, path.name)
        raise Empty

    def get_table(self, exchange: str) -> list[Row]:
        try:
            return [Row(*row) for row in loads(self._exchange_file(exchange).read_text())]
        except FileNotFoundError:
            return []
        except ValueError:
            logger.warning("The table of the exchange %s cannot be read and is written anew", exchange)
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = Row(routing_key or "", pattern or "", queue or "")
        self._change_table(exchange, lambda rows: rows if row in rows else [row, *rows])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: object, **kwargs: object
    ) -> None:
        virtual.Channel._delete(self, queue, exchange, routing_key, pattern, *args, **kwargs)
        gone = Row(routing_key or "", pattern or "", queue or "")
        self._change_table(exchange, lambda rows: [row for row in rows if row != gone])

    def _change_table(self, exchange: str, change: Callable[[list[Row]], list[Row]]) -> None:
        """Two processes that bind at the same time must not lose each other's row: one after the other."""
        self.control_folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.control_folder / "tables.lock"):
            before = self.get_table(exchange)
            after = change(before)
            if after != before:
                _write_whole(self._exchange_file(exchange), after)


class Transport(filesystem.Transport):
    """Named in the settings as the broker's transport."""

    Channel = Channel


def _write_whole(path: Path, content: object) -> None:
    """Nobody sees the file before all of it is there. Raises ChannelError."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}-{uuid.uuid4().hex}.part")
    try:
        unfinished.write_text(dumps(content))
        unfinished.rename(path)
    except OSError as error:
        raise ChannelError(f"Cannot write {path}") from error


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
