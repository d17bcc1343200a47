"""`manage.py receive_mail --port 8024`: the service that takes the desks' mails from the mail server."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.mails.receiving import receiving


class Command(BaseCommand):
    help = "Take mails to the desks (SMTP) until told to stop. docs/operations.md tells how the mail server sends them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8024, help="port to listen on (default 8024)")

    def handle(self, *args: Any, **options: Any) -> None:
        ends = {signal.SIGTERM, signal.SIGINT}
        # Before the threads begin, so that these signals reach none of them.
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)
        with receiving(options["host"], options["port"]):
            self.stdout.write(f"taking mails at {options['host']}:{options['port']}")
            self.stdout.flush()
            signal.sigwait(ends)
