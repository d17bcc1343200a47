"""The demo's queue is written and read by several processes at once, and none of them falls over."""

import json
import subprocess
import sys
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from django.conf import settings
from kombu.connection import Connection
from kombu.transport import filesystem

from config import filequeue
from config.celery import app

LONG = "見本" * 20_000

WRITER = """
import sys
from config import filequeue
from kombu import Connection
folder, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder + "-control"}
channel = Connection("filesystem://localhost", transport=filequeue.Transport, transport_options=options).channel()
for number in range(count):
    channel._queue_bind("madoguchi", f"{name}-{number}", "", "celery")
    channel._put("celery", {"from": name, "number": number, "body": "見本" * 20_000})
"""


def channel_of(transport: type[filesystem.Transport], folder: Path) -> Any:
    folder.mkdir(exist_ok=True)
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": f"{folder}-control",
    }
    return Connection("filesystem://localhost", transport=transport, transport_options=options).channel()


def half_a_message(folder: Path) -> None:
    (folder / "1_half.celery.msg").write_text(json.dumps({"body": LONG})[:1000])


def everything_in(channel: Any) -> list[dict[str, Any]]:
    found = []
    while True:
        try:
            found.append(channel._get("celery"))
        except Empty:
            return found


def test_the_demo_uses_this_queue() -> None:
    assert isinstance(app.connection_for_write().transport, filequeue.Transport)


def test_canary_the_stock_queue_falls_over_half_a_message(tmp_path: Path) -> None:
    channel = channel_of(filesystem.Transport, tmp_path / "queue")
    half_a_message(tmp_path / "queue")
    with pytest.raises(json.JSONDecodeError):
        channel._get("celery")


def test_half_a_message_is_left_out_with_a_word_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    channel = channel_of(filequeue.Transport, tmp_path / "queue")
    half_a_message(tmp_path / "queue")
    channel._put("celery", {"number": 2})
    assert everything_in(channel) == [{"number": 2}]
    assert "1_half.celery.msg" in caplog.text
    assert list((tmp_path / "queue").iterdir()) == []


def test_a_broken_table_of_queues_is_written_anew(tmp_path: Path) -> None:
    channel = channel_of(filequeue.Transport, tmp_path / "queue")
    channel._queue_bind("madoguchi", "one", "", "celery")
    (tmp_path / "queue-control" / "madoguchi.exchange").write_text("[[")
    channel._queue_bind("madoguchi", "two", "", "celery")
    assert [row.routing_key for row in channel.get_table("madoguchi")] == ["two"]


def test_two_writers_and_a_reader_at_once_lose_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder, count = tmp_path / "queue", 100
    channel = channel_of(filequeue.Transport, folder)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(folder), name, str(count)], cwd=settings.BASE_DIR)
        for name in ("one", "two")
    ]
    found = []
    while any(writer.poll() is None for writer in writers):
        found += everything_in(channel)
        channel.get_table("madoguchi")
    found += everything_in(channel)

    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(found) == 2 * count
    assert {(message["from"], message["number"]) for message in found} == {
        (name, number) for name in ("one", "two") for number in range(count)
    }
    assert all(message["body"] == LONG for message in found)
    assert len(channel.get_table("madoguchi")) == 2 * count, "both writers' rows stand in the table"
    assert caplog.text == ""
