"""What the waiting list refuses."""

from django.utils.translation import gettext_noop

from audit.errors import Refused


class AlreadyWaiting(Refused):
    message = gettext_noop(
        "この連絡先では、同じ手続きの空き待ちをすでに受け付けています。"
        "場所や日を変えるときは、登録のときのメールのリンクから取りやめて、もう一度登録してください。"
    )


class SeatsFree(Refused):
    """Nobody waits for what can be booked."""

    message = gettext_noop(
        "この場所と期間には、いま空きがあります。空いている日時を予約するか、"
        "空きのない期間だけを選んで、もう一度登録してください。"
    )


class OfferOver(Refused):
    """The seat was given back, or taken up already."""

    message = gettext_noop("お取りしておく時間が過ぎたため、この日時は次の方にご案内しました。")


class OfferBooked(Refused):
    """The seat has become a booking already, on whatever road."""

    message = gettext_noop("このご案内の日時は、すでに予約になっています。")


class ConfirmTooLate(Refused):
    """Nobody confirmed the mail address in time."""

    message = gettext_noop("確認の期限が過ぎました。お手数ですが、もう一度登録してください。")


class NotWaiting(Refused):
    message = gettext_noop("この空き待ちは、すでに終わっています。")
