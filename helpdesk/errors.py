"""What this room refuses."""

from django.utils.translation import gettext_noop

from audit.errors import Refused


class TakenAlready(Refused):
    """Somebody else took the inquiry a moment earlier."""

    message = "この問い合わせは、ほかの人が先に担当になりました。"


class CallOver(Refused):
    """The call was answered by somebody else, or the caller hung up."""

    message = "この電話は、ほかの人が取ったか、もう切れています。"


class CallNotTaken(Refused):
    message = "まだ取っていない電話です。先に電話を取ってください。"


class PersonalDataRefused(Refused):
    """Something that looks like a person's data at the post offices' desk, which handles none (Fukuoka 4(4)ア)."""

    message = (
        "郵便局ヘルプデスクでは個人情報を扱いません。電話番号・メールアドレス・生年月日・予約番号と思われる部分を"
        "消してください。特定の方についての相談は「市への報告」にして、名前を書かずに送ってください。"
    )


class StepsLeft(Refused):
    message = "決められた手順が残っています。すべて済ませてから解決にしてください。"


class FindingsMissing(Refused):
    message = "「原因・分析」と「対応・再発防止」を書いてから解決にしてください。"


class SameTicket(Refused):
    message = "同じ問い合わせどうしはまとめられません。番号を確かめてください。"


class OtherDesk(Refused):
    message = "窓口の違う問い合わせはまとめられません。"


class OtherKind(Refused):
    """What was reported to the city would end in something that was not."""

    message = (
        "市へ報告した問い合わせは、種別の同じ問い合わせにだけまとめられます。先に種別をそろえるか、関連づけてください。"
    )


class TicketUnknown(Refused):
    message = "その番号の問い合わせは見つかりません。番号を確かめてください。"


class NoAddress(Refused):
    message = "メールアドレスがないので送れません。電話で伝えて、内部メモに書いてください。"


class CallbackOver(Refused):
    message = "この折り返しは、もう終わっています。"


class WindowWrong(Refused):
    message = "かける時間は、これからの時刻で、終わりを始まりより後にしてください。"


class FileTaken(Refused):
    message = "このファイルは取り込み済みです。"


class NotReported(Refused):
    message = "市に報告した問い合わせではありません。"


class EventRefused(Refused):
    """An event of the telephone system that cannot be understood."""

    message = "電話システムのイベントを読み取れません。"


class FileNotAllowed(Refused):
    message = "添付できるのは、JPEGの写真とPDFだけです（10MBまで）。"


class QuestionOver(Refused):
    message = "完了した質問には書き足せません。新しい質問として送ってください。"


class NumberEnclosed(Refused):
    message = "マイナンバーと思われる数字が含まれているため、受け取りません。"


class FileInfected(Refused):
    message = "ウイルスの疑いがあるため、受け取りません。"


class MailSettled(Refused):
    message = "このメールは、もう確認済みです。"


class NothingPublished(Refused):
    message = "公開中の質問と回答がありません。先に公開してください。"


class TooManyInquiries(Refused):
    """Each inquiry sends a mail: a mailbox must not be filled by us."""

    message = gettext_noop(
        "短い時間に多くのお問い合わせが送られたため、しばらく受け付けを止めています。"
        "時間をおいて送るか、お電話ください。"
    )


class FileUnreadable(Refused):
    message = "ファイルを読み取れません。"
