"""What the scans refuse, in words for the person at the screen."""

from audit.errors import Refused


class NotAPdf(Refused):
    message = "PDFファイルではありません。スキャナーで作ったPDFを送ってください。ファイルは保管しました。"


class PdfEncrypted(Refused):
    message = "パスワードのかかったPDFです。パスワードを外して、もう一度送ってください。ファイルは保管しました。"


class PdfBroken(Refused):
    message = "PDFが壊れているため読み取れません。もう一度スキャンして送ってください。ファイルは保管しました。"


class TooManyPages(Refused):
    message = "ページが多すぎます。3000ページ以下に分けて送ってください。ファイルは保管しました。"


class Infected(Refused):
    message = "ウイルスの疑いがあるため開きません。送った端末を確かめて、システム管理者に連絡してください。"


class EmptyFile(Refused):
    message = "中身のないファイルです。もう一度スキャンして送ってください。"


class FileTooLarge(Refused):
    message = "ファイルが大きすぎます。1ファイル1ギガバイト以下に分けて送ってください。"


class PieceDamaged(Refused):
    message = "途中でデータが壊れました。自動で送り直します。"


class PieceElsewhere(Refused):
    message = "送信の続きの位置がずれています。自動で合わせます。"


class FileChanged(Refused):
    message = "送っている間にファイルが変わりました。もう一度選んで送ってください。"


class AlreadyReceived(Refused):
    message = "同じファイルをすでに受け取っています。"


class NotForThisApplication(Refused):
    message = "この申請書には割り当てられません。"


class NoPageBefore(Refused):
    message = "前のページがまだ申請書に割り当てられていません。前のページから進めてください。"


class AlreadyDecided(Refused):
    message = "このページは、ほかの方が処理しました。画面を開き直して、今の状態を確かめてください。"


class NothingToSend(Refused):
    message = "この区に送る原本はありません。"


class NotSentYet(Refused):
    message = "まだ発送していない送付です。発送を記録してから、受領を記録してください。"
