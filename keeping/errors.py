"""What the commands of this room refuse, in sentences for the person at the terminal."""

from audit.errors import Refused


class BackupRefused(Refused):
    message = "バックアップを作れませんでした。"


class RestoreRefused(Refused):
    message = "復元できませんでした。"


class NotExported(Refused):
    message = "まだ書き出されていません。先に manage.py close_contract export を実行してください。"


class SamePerson(Refused):
    message = "二人目の確認は、一人目とは別の人が行います。"


class GrownSince(Refused):
    message = "書き出したあとにデータが増えています。もう一度書き出してから、確認をやり直してください。"


class NotConfirmed(Refused):
    message = "二人の確認がそろっていません。画面「契約終了」で、別々の二人が確認してください。"


class StillHeld(Refused):
    message = "消去を保留している保管物があります。保留を解いてから実行してください。"
