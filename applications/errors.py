"""What the actions of this room refuse."""

from audit.errors import Refused


class BookingNotLive(Refused):
    message = "この予約は取り消されているため、確認の対象ではありません。"


class ReasonMissing(Refused):
    message = "不備の理由を選んでください。"


class TooFewTries(Refused):
    message = "連絡の記録が足りません。電話かメールで連絡して、記録してください。"


class NoDefect(Refused):
    message = "この予約の不備は、すでに対応が進んでいます。画面を開き直して、今の状態を確かめてください。"


class NoMailAddress(Refused):
    message = "メールアドレスがないため、メールを送れません。電話で連絡してください。"


class TextNotApproved(Refused):
    message = "この文面は、まだ市の承認を得ていません。ほかの文面を選んでください。"


class SignatureEmpty(Refused):
    message = "署名が書かれていません。枠の中に署名していただいてから、もう一度押してください。"


class SignatureUnreadable(Refused):
    message = "署名のデータを読み取れませんでした。消してから、もう一度署名していただいてください。"


class PaperNotAccepted(Refused):
    message = "紙での署名を受け付ける期間ではありません。タブレットに署名していただいてください。"


class SealUnavailable(Refused):
    """No certificate is set up, or the time-stamp service does not answer."""

    message = "申請書を封印できませんでした。時刻認証に接続できないか、証明書が設定されていません。自動でやり直します。"


class NotElectronic(Refused):
    message = "この市では、画面への署名を受け付けていません。"


class AssistanceNotAccepted(Refused):
    message = "この市では、署名に代わる記録を受け付けていません。"
