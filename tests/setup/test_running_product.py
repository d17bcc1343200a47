"""The processes of script/server start, work on one database, and stop."""

import urllib.error
import urllib.request

import pytest
from celery import current_app
from django.core.mail import EmailMessage, get_connection
from django.core.management import call_command
from playwright.sync_api import Browser

from tests.fixtures.mail import MailServer
from tests.fixtures.site import LiveSite, Worker, wait_for


def test_pages_answer_at_the_one_address(live_site: LiveSite) -> None:
    with urllib.request.urlopen(f"{live_site.url}/healthz") as response:
        assert response.read() == b"ok\n"


def test_streams_answer_at_the_same_address(live_site: LiveSite) -> None:
    with urllib.request.urlopen(f"{live_site.url}/live/healthz") as response:
        assert response.status == 200


def test_stream_is_refused_to_a_stranger(live_site: LiveSite) -> None:
    with pytest.raises(urllib.error.HTTPError, match=r"40[13]") as refused:
        urllib.request.urlopen(f"{live_site.url}/live/stream")
    refused.value.close()


@pytest.mark.browser
def test_chromium_opens_the_first_page_without_a_complaint(live_site: LiveSite, browser: Browser) -> None:
    call_command("load_city", "kitakyushu", verbosity=0)
    page = browser.new_page(locale="ja-JP")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(live_site.url)
    assert answer is not None
    assert answer.status == 200
    assert not complaints
    page.close()


def test_worker_hears_a_wake_up_from_another_process(worker: Worker) -> None:
    current_app.send_task("audit.tasks.seal")
    wait_for(lambda: "audit.tasks.seal" in worker.log() and "succeeded" in worker.log(), "the task")


def test_worker_starts_again_after_a_crash(worker: Worker) -> None:
    worker.kill()
    worker.start()
    wait_for(lambda: worker.process.ended() is None, "the worker's second start")


def test_mail_server_keeps_what_arrives_and_refuses_when_told(smtp: MailServer) -> None:
    connection = get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=smtp.port)
    mail = EmailMessage("件名", "本文", "madoguchi@example.jp", ["hanako@example.jp"], connection=connection)
    assert mail.send() == 1
    assert smtp.received[0]["Subject"] == "件名"
    smtp.answer = "451 later"
    with pytest.raises(OSError, match="451"):
        mail.send()
    assert len(smtp.received) == 1
