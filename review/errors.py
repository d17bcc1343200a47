"""What the actions of this room refuse."""

from audit.errors import Refused


class NotCapturing(Refused):
    message = "この審査は撮影できる状態ではありません。画面を開き直して、今の状態を確かめてください。"


class PictureDiffers(Refused):
    message = "同じ番号で別の画像が送られました。もう一度撮影してください。"


class PictureDamaged(Refused):
    message = "画像が途中で壊れました。自動でもう一度送ります。"


class TooManyPictures(Refused):
    message = "1件の審査に送れる画像は20枚までです。不要な画像を消してから撮影してください。"


class PieceDamaged(Refused):
    message = "画像の一部が途中で壊れました。自動でもう一度送ります。"


class PieceElsewhere(Refused):
    """The tablet goes on from another byte than the server: it asks again how much has arrived."""

    message = "続きから送り直します。"


class OtherWorker(Refused):
    message = "別の方がログインしています。写真はこのタブレットに残っています。撮影した方がログインすると送ります。"


class DocumentsMissing(Refused):
    message = "写真付きの書類は1点、写真のない書類は2点を選んでください。"


class DocumentsMissingWithoutPin(Refused):
    message = "暗証番号をお忘れのときは、本人確認書類がもう1点必要です。"


class VisitOver(Refused):
    message = "この来局はすでに終わっています。写真は送れません。"


class PicturesMissing(Refused):
    message = "画像がありません。書類を撮影してから審査を依頼してください。"


class WrittenFormMissing(Refused):
    message = (
        "記入した申請書の写真がありません。予約のない方は、ご本人が記入した申請書も撮影してから審査を依頼してください。"
    )


class NothingToClaim(Refused):
    message = "審査待ちの件はありません。"


class AlreadyClaimed(Refused):
    message = "ほかの審査担当が先に受け持ちました。一覧から別の件を選んでください。"


class OwnPicture(Refused):
    message = "ご自身が撮影した件は審査できません。ほかの審査担当に任せてください。"


class LeaseLost(Refused):
    message = (
        "受け持ちの時間が過ぎたか、ほかの審査担当に移りました。決定は記録されていません。"
        "書いた内容は残っています。一覧からもう一度受け持ってください。"
    )


class AlreadyAnswered(LeaseLost):
    message = "この件には、すでに回答が記録されています。いま押した決定は記録していません。"


class NoLongerWanted(LeaseLost):
    message = "この件は窓口で取り下げられました。いま押した決定は記録していません。"


class ReasonMissing(Refused):
    message = "理由を選んでください。"


class ForeignPicture(Refused):
    message = "この回の写真ではない画像に理由が付いています。画面を開き直して、もう一度選んでください。"


class OwnFirstLook(Refused):
    message = "一人目としてご自身が確認した件です。二人目の確認は、ほかの審査担当に任せてください。"


class MeantForColleague(Refused):
    message = "ほかの審査担当に引き継がれた件です。一覧から別の件を選んでください。"


class CannotTakeOver(Refused):
    message = "その方には任せられません。撮影した方や一人目の審査担当ではない、審査担当を選んでください。"


class NotWaiting(Refused):
    message = "この件は審査の途中ではありません。画面を開き直して、今の状態を確かめてください。"


class NothingAsked(Refused):
    message = "市からの質問はありません。画面を開き直して、今の状態を確かめてください。"
