"""What the actions of this room refuse."""

from audit.errors import Refused


class WrongLength(Refused):
    message = "研修で決めた長さと合いません。開始と終了の時刻を確かめてください。"


class NotAClosingDay(Refused):
    message = "実機の研修は、実施場所の閉庁日だけに行えます。別の日を選んでください。"


class NotAWorkday(Refused):
    message = "現地の研修は、開庁日だけに行えます。別の日を選んでください。"


class OfficeMissing(Refused):
    message = "現地の研修では、拠点を選んでください。"


class MaterialNotApproved(Refused):
    message = "配れるのは、市が承認して公開された版だけです。文書の承認と公開を待ってください。"


class SessionFull(Refused):
    message = "定員を超えます。人数を減らすか、別の回に登録してください。"


class SessionOver(Refused):
    message = "実施済みか中止の回です。この操作はできません。"


class NotBegun(Refused):
    message = "まだ始まっていません。始まってから記録してください。"


class OutsideMonth(Refused):
    message = "その月のうちの日を選んでください。"


class OfficeClosed(Refused):
    message = "この拠点が開いていない日です。別の日を選んでください。"


class WrongVisit(Refused):
    message = "出た時刻は、着いた時刻より後で、いままでの時刻にしてください。"


class NotVisited(Refused):
    message = "指摘は、実施済みの巡回に記録できます。先に巡回の結果を記録してください。"
