"""Take a mail that came back from standard input, as mail servers hand it to a program."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from notifications.bounces import MOST_BYTES, bounce_take


class Command(BaseCommand):
    help = "Take a delivery status notification (RFC 3464) from standard input and mark its message as bounced."

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends well even when the mail is none of ours: an error would make the mail server send it back again."""
        found = bounce_take(sys.stdin.buffer.read(MOST_BYTES))
        self.stdout.write(f"message {found.pk}: {found.purpose}" if found else "nothing of ours")
