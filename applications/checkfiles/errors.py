"""What a workbook that comes back is refused for. Always the whole of it: nothing is half taken over."""

from audit.errors import Refused

MOST_NAMED = 50


class FileRefused(Refused):
    """`faults` are sentences, most of them with the number of a line."""

    message = "回答のファイルを受け取れません。"

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults[:MOST_NAMED]
        if len(faults) > MOST_NAMED:
            self.faults.append(f"ほかに{len(faults) - MOST_NAMED}件の問題があります。")
        super().__init__(f"{self.message}どの回答もまだ反映していません。")


class NothingToSend(Refused):
    message = "いまの絞り込みには、確認を待つ予約がありません。絞り込みを変えてから、もう一度押してください。"


class AlreadyTaken(Refused):
    message = "この回答は、すでに取り込まれています。"


class TooManyRows(Refused):
    message = "一度に取り出せるのは5,000件までです。来局日か拠点で絞り込んでください。"
