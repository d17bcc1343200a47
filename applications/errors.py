"""What the actions of this room refuse."""

from audit.errors import Refused


class BookingNotLive(Refused):
    message = "この予約は取り消されているため、確認の対象ではありません。"


class ReasonMissing(Refused):
    message = "不備の理由を選んでください。"


class SignatureEmpty(Refused):
    message = "署名が書かれていません。枠の中に署名していただいてから、もう一度押してください。"


class SignatureUnreadable(Refused):
    message = "署名のデータを読み取れませんでした。消してから、もう一度署名していただいてください。"


class PaperNotAccepted(Refused):
    message = "紙での署名を受け付ける期間ではありません。タブレットに署名していただいてください。"
