"""What batches of forms refuse."""

from audit.errors import Refused


class NothingToPrint(Refused):
    message = "この日の予約がなくなったため、申請書はありません。"


class ClaimLost(Exception):
    """Another worker has taken the batch over."""
