"""What an action refuses. The message is shown to the person as it stands."""


class Refused(Exception):
    """An action declined because of a rule; `message` is a Japanese sentence that says what to do next."""

    message = "この操作はできませんでした。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)
        self.message = message or self.message
