"""What the archive refuses."""

from audit.errors import Refused


class AlreadyHeld(Refused):
    message = "この申請書は、すでに消去を保留しています。画面を開き直して、今の状態を確かめてください。"


class NotHeld(Refused):
    message = "この申請書は、消去を保留していません。画面を開き直して、今の状態を確かめてください。"


class CheckUnderWay(Refused):
    message = "封印の確認は、いま進んでいます。終わってから、もう一度始めてください。"
