"""What the booking actions refuse. Messages are translated where they are shown."""

from django.utils.translation import gettext_noop

from audit.errors import Refused


class SlotFull(Refused):
    """The last seat went to somebody else, perhaps a moment ago."""

    message = gettext_noop(
        "申し訳ありません。この日時は、たった今ほかの方の予約が入りました。別の日時を選んでください。"
    )


class SlotClosed(Refused):
    """The time does not exist, or the office does not take bookings for the procedure then."""

    message = gettext_noop("この日時は受け付けていません。別の日時を選んでください。")


class DeadlinePassed(Refused):
    """Too late for booking, changing or cancelling (the city's `deadlines` rules)."""

    message = gettext_noop("受付の期限を過ぎました。お手数ですが、電話でお問い合わせください。")


class HoldExpired(Refused):
    """The hold was given back; the seat may be somebody else's now."""

    message = gettext_noop("日時をお取りしておく時間が過ぎました。もう一度、日時を選んでください。")


class HoldNotExtendable(Refused):
    """The hold has been extended as often as the city allows."""

    message = gettext_noop("これ以上は時間を延ばせません。お早めに入力を終えるか、もう一度日時を選んでください。")


class StateNotAllowed(Refused):
    """The booking's state does not allow the step (see RESERVATION_MOVES)."""

    message = gettext_noop("この予約は、いまの状態ではこの操作ができません。")


class ProcedureDiffers(Refused):
    """A booking may be moved in time, not to another procedure."""

    message = gettext_noop("予約とは別の手続きの日時です。同じ手続きの日時を選んでください。")


class PeopleDiffer(Refused):
    """The time is kept for another number of people than those who are to come."""

    message = gettext_noop("お取りしている人数と、お越しになる人数が違います。もう一度、日時を選んでください。")


class PersonExchanged(Refused):
    """Name and birth date corrected: that would be somebody else."""

    message = gettext_noop(
        "氏名（フリガナ）と生年月日の両方を直すことはできません。別の方の予約になるためです。"
        "別の方がお越しになるときは、この予約を取り消して、新しく予約を受け付けてください。"
    )


class NoMailAddress(Refused):
    """The person booked without a mail address."""

    message = "メールアドレスの登録がない予約です。予約番号を口頭でお伝えください。"


class NothingToRemind(Refused):
    message = "この予約は取り消しや変更がされたため、電話の案内は必要なくなりました。"
