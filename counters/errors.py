"""What the actions of this room refuse."""

from audit.errors import Refused


class BookingNotForToday(Refused):
    message = "本日の予約ではないため、受付できません。予約日を確かめてください。"


class BookingCancelled(Refused):
    message = "この予約は取り消されています。予約なしの来局として受付してください。"


class BookingNotOver(Refused):
    message = "予約の時間がまだ来ていないため、来局なしにはできません。"


class NobodyToCall(Refused):
    message = "呼び出しを待っている方はいません。"


class NotInReview(Refused):
    message = "この来局は審査を待っていません。画面を開き直して、今の状態を確かめてください。"


class ReviewNotApproved(Refused):
    message = "市の審査で承認されていないため、「手続き完了」にはできません。"


class SignatureMissing(Refused):
    message = "申請書に署名がありません。署名をいただいてから進めてください。"


class ReasonMissing(Refused):
    message = "この結果には理由が必要です。理由を選んでください。"


class ReasonDoesNotFit(Refused):
    message = "この結果には選べない理由です。理由を選び直してください。"


class NotServed(Refused):
    message = "対応中か、本日完了した来局にだけ、手数料を記録できます。"


class FeeUnknown(Refused):
    message = "この手続きの手数料ではありません。画面を開き直して、選び直してください。"


class FeeTakenAlready(Refused):
    message = "この来局では、同じ手数料をすでに記録しています。記録を確かめてください。"


class ReceiptCounted(Refused):
    message = "日締めが済んだ領収書は取り消せません。業務責任者に連絡してください。"


class DifferenceUnexplained(Refused):
    message = "現金と領収書の合計が合いません。数え直すか、差額の理由を入力してください。"


class OwnCashUp(Refused):
    message = "ご自身が締めた日締めは確認できません。ほかの業務責任者に任せてください。"
