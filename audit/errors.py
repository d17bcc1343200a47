"""What an action refuses. Staff read the message as it stands; citizens' pages show its translation."""

from django.utils.translation import gettext_noop


class Refused(Exception):
    """An action declined because of a rule; `message` is a Japanese sentence that says what to do next."""

    message = gettext_noop("この操作はできませんでした。")

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)
        self.message = message or self.message
