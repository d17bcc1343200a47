"""What the actions of this room refuse."""

from audit.errors import Refused


class SealNumberTaken(Refused):
    message = "この管理番号か製造番号は、ほかの機器に使われています。"


class OfficeNeeded(Refused):
    message = "設置する拠点を選んでください。"


class SameOffice(Refused):
    message = "すでにその拠点に設置されています。"


class NotByHand(Refused):
    message = "この状態には、交換または消去の手続きで変わります。"


class LineNumberTaken(Refused):
    message = "この電話番号かSIMの番号は、ほかの回線に使われています。"


class TabletHasLine(Refused):
    message = "このタブレットには、利用中の回線があります。先にその回線を外してください。"


class TabletNeeded(Refused):
    message = "回線を使い始めるには、入れるタブレットを選んでください。"


class NotATablet(Refused):
    message = "回線を結び付けられるのは、タブレット端末だけです。"


class OtherOffice(Refused):
    message = "その機器は、この拠点の機器ではありません。"


class EventRefused(Refused):
    message = "遠隔管理の通知を読み取れませんでした。"


class MdmNotSetUp(Refused):
    message = "遠隔管理（MDM）が設定されていません。システム管理者に連絡してください。"


class NotManaged(Refused):
    message = "このタブレットには端末識別子（UDID）が登録されていません。「登録内容を直す」から入力してください。"


class NotInLostMode(Refused):
    message = "位置は、紛失モードのときにだけ取得できます。先に紛失モードにしてください。"


class OpenCommands(Refused):
    message = "実行中の命令があるあいだは、端末識別子（UDID）を変えられません。命令が終わるのを待ってください。"


class WipeByTwo(Refused):
    message = "初期化は、依頼した人とは別の人が確認します。"


class WipeAskedFor(Refused):
    message = "この機器には、終わっていない初期化の依頼があります。"


class WipeOver(Refused):
    message = "この依頼は、すでに確認されたか取りやめになっています。"


class OnlyByTwo(Refused):
    message = "初期化は、二人の確認がそろったときにだけ送られます。"


class KittingIncomplete(Refused):
    message = "まだ確認していないことがあります。"


class NothingToReplace(Refused):
    message = "交換できるのは、故障か紛失になっている機器です。"


class SuccessorNotReady(Refused):
    message = "交換に使えるのは、同じ種類で「設定済み」の機器だけです。"


class ConsultationNeeded(Refused):
    message = "市と協議し、その結果を入力してください。"


class ErasureUnderWay(Refused):
    message = "この機器には、終わっていない消去の記録があります。"


class NotOwnErasure(Refused):
    message = "消去の作業をした人は、確認や承認ができません。市の別の担当者が行ってください。"


class PurgeNeeded(Refused):
    message = "一次消去がClearのときは、Purgeを省略できません。消去の方法を選んでください。"


class NotEnough(Refused):
    message = "在庫より多くは出せません。"


class NotOrdered(Refused):
    message = "発注した数より多く入荷しています。先に発注を記録してください。"
