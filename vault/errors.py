"""What the vault refuses, in words for the person at the screen."""

from audit.errors import Refused


class NotAJpeg(Refused):
    message = "JPEGの写真として読み取れませんでした。もう一度撮影するか、JPEGの写真を選んでください。"


class PictureTooLarge(Refused):
    message = "写真が大きすぎます。受け取れるのは12MBまで、5000万画素までです。小さい大きさで撮り直してください。"


class PictureBroken(Refused):
    message = "写真のデータが途中で切れているか、壊れています。もう一度撮影して送ってください。"


class ObjectErased(Refused):
    message = "このデータは保存期間が終わったため、消去されています。"


class ObjectDamaged(Refused):
    """Missing, changed or exchanged ciphertext, or a root key that is not the one it was stored under."""

    message = "保管されているデータを確かめられないため、表示できません。システム管理者に連絡してください。"


class UnderLegalHold(Refused):
    message = "消去が保留されているデータです。保留を解いてから消去してください。"


class BucketErased(Refused):
    message = "保存期間がすでに終わっているため、保管できません。保存期間の設定を確かめてください。"


class StorageFull(Refused):
    message = "保存容量がいっぱいのため、保存できません。業務責任者かシステム管理者に連絡してください。"


class ScannerUnavailable(Refused):
    message = "ウイルス検査に接続できません。しばらくしてから、もう一度お試しください。"
