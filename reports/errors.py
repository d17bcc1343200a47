"""What the actions of this room refuse."""

from audit.errors import Refused


class PeriodNotOver(Refused):
    message = "まだ始まっていない期間の報告書は作れません。日付を確かめてください。"


class BeingMade(Refused):
    message = "この報告書は今作成しています。できあがるまでお待ちください。"


class AlreadySubmitted(Refused):
    message = "この報告書は提出済みのため、作り直せません。"


class ClaimLost(Exception):
    """Another worker has taken the report over; this one must stop without a trace."""
