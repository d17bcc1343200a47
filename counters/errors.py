"""What the actions of this room refuse."""

from audit.errors import Refused


class BookingNotForToday(Refused):
    message = "本日の予約ではないため、受付できません。予約日を確かめてください。"


class BookingCancelled(Refused):
    message = "この予約は取り消されています。予約なしの来局として受付してください。"


class BookingNotOver(Refused):
    message = "予約の時間がまだ来ていないため、来局なしにはできません。"


class NotInReview(Refused):
    message = "この来局は審査を待っていません。画面を開き直して、今の状態を確かめてください。"


class ReviewNotApproved(Refused):
    message = "市の審査で承認されていないため、「手続き完了」にはできません。"


class SignatureMissing(Refused):
    message = "申請書に署名がありません。署名をいただいてから進めてください。"
