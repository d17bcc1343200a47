"""What the actions of this room refuse."""

from audit.errors import Refused


class ManagerTaken(Refused):
    message = (
        "同じ期間に、この役割の人がすでに登録されています。"
        "いまの人の担当の最終日を決めてから、その翌日以後を初日にしてください。"
    )


class ManagerNotPermanent(Refused):
    message = "この契約では、この役割は正社員（直接雇用）に限られます。雇用の形を確かめてください。"


class AssignedAlready(Refused):
    message = "同じ役割・拠点・初日の担当が、すでに登録されています。"


class HasLeft(Refused):
    message = "従事を終えた人です。終わりの日より後の担当は登録できません。"


class BeforeJoining(Refused):
    message = "従事を始める日より前の日は指定できません。"


class AccountTaken(Refused):
    message = "このログイン名の職員は、すでに別の従事者に結び付いています。"


class EndsBeforeItBegins(Refused):
    message = "最終日は、初日以後の日にしてください。"


class NotAbsent(Refused):
    message = "代わりの人は、休む人とは別の、いま従事している人から選んでください。"


class NothingToSubmit(Refused):
    message = "前回の提出から変わったところがありません。"


class CallsInACircle(Refused):
    message = "電話をかけてくる人をたどると、この人に戻ります。別の人を選んでください。"


class NotSignedYet(Refused):
    message = "署名日は、今日までの日にしてください。"


class WaitsForSignature(Refused):
    message = "この人には、署名を待つ誓約書がすでにあります。その誓約書に署名してもらってください。"


class FileNotAccepted(Refused):
    message = "受け取れるのはPDFファイル（20MBまで）です。スキャンをPDFにして、もう一度選んでください。"


class MeetingClosed(Refused):
    message = "会議のいまの状態では、この操作はできません。画面を開き直して、状態を確かめてください。"


class NotOverYet(Refused):
    message = "まだ始まっていません。始まってから記録してください。"


class NotInUse(Refused):
    message = "使用中の品だけに記録できます。画面を開き直して、状態を確かめてください。"


class TooMany(Refused):
    message = "台帳にある数より多い数は記録できません。"


class StocktakeGoesOn(Refused):
    message = "進行中の棚卸しがあります。終えてから、次の棚卸しを始めてください。"


class CountsMissing(Refused):
    message = "まだ数えていない品があります。すべての行に数を入力してから終えてください。"
