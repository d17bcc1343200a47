"""What handing over and taking over refuse."""

from dataclasses import dataclass, field

from audit.errors import Refused

MOST_FAULTS = 50


class FolderNotEmpty(Refused):
    """Rows of two handovers must never lie side by side."""

    message = "書き出し先のフォルダーが空ではありません。新しいフォルダーを指定してください。"


class CityNotLoaded(Refused):
    """Without a city there is nothing to hand over."""

    message = "市の設定が読み込まれていません。書き出すものがありません。"


class AlreadyInUse(Refused):
    """Bookings of two installations are never mixed."""

    message = (
        "この環境には予約枠、予約、空き待ち、または予約の記録がすでにあります。"
        "migrate だけを済ませた新しいデータベースに取り込んでください。"
    )


class HandoverWrong(Refused):
    """The folder cannot be taken over; `faults` holds what was found."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        more = f"\n  （{MOST_FAULTS}件で確認を打ち切りました）" if len(faults) >= MOST_FAULTS else ""
        found = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"引き継ぎデータに誤りがあります。何も取り込んでいません。\n{found}{more}")


@dataclass(slots=True)
class Faults:
    """Everything wrong, up to MOST_FAULTS. No values of rows stand in it: it is printed, and rows hold names."""

    found: list[str] = field(default_factory=list)

    def add(self, place: str, what: str) -> None:
        """Raises HandoverWrong when there are so many that going on tells nothing new."""
        self.found.append(f"{place}: {what}")
        if len(self.found) >= MOST_FAULTS:
            raise HandoverWrong(self.found)

    def refuse_if_any(self) -> None:
        """Raises HandoverWrong."""
        if self.found:
            raise HandoverWrong(self.found)
