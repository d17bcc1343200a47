"""What the actions of supply refuse."""

from audit.errors import Refused


class SupplyBusy(Refused):
    """People kept booking and cancelling there while the times were to be changed."""

    message = "この日時に予約の操作が続いているため、変更できませんでした。少し待ってから、もう一度お試しください。"


class SupplyChanged(Refused):
    """Between preview and saving, other bookings came to be concerned."""

    message = "確認画面を開いたあとに予約が変わりました。影響する予約をもう一度確認してから、保存してください。"


class HorizonChanged(Refused):
    """Between preview and saving, somebody else set another number of days."""

    message = "確認画面を開いたあとに、予約できる期間が変わりました。内容をもう一度確認してから、保存してください。"


class HorizonSame(Refused):
    """The number of days is the one that holds."""

    message = "いまと同じ日数です。変えるときは、別の日数を入力してください。"


class NothingToLift(Refused):
    """The stop was lifted before."""

    message = "この緊急停止は、すでに解除されています。"


class NoAddress(Refused):
    """None of the chosen bookings has a mail address, or all have been told."""

    message = "案内メールを送れる予約がありません。メールアドレスのない方には、電話でご案内ください。"


class OrphanDone(Refused):
    """The booking was moved or cancelled in the meantime, or its day has come."""

    message = "この予約は、すでに日時の変更か取り消しが済んでいます。"


class HolidayUnknown(Refused):
    """The day is no proposed holiday."""

    message = "この日は祝日の候補にありません。画面を開き直してください。"
