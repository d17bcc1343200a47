"""What the actions of this room refuse."""

from audit.errors import Refused


class OwnWork(Refused):
    message = "ご自分が作成した版は承認できません。市の別の担当者が承認してください。"


class OpenVersion(Refused):
    message = "承認に向けて進んでいる版があります。その版を編集するか、公開してから新しい版を作ってください。"


class NotEditable(Refused):
    message = "提出したあとの版は書き換えられません。差し戻されるか公開されるまでお待ちください。"


class NobodyOnRoster(Refused):
    message = "本文が名前を求めている役割の人が、職員に登録されていません。"


class NotYours(Refused):
    message = "この文書は、あなたの役割に読了の確認を求めていません。"


class NotNewest(Refused):
    message = "この版は公開中ではありません。最新の版を読んでください。"


class NotPublicity(Refused):
    message = "配布を記録できるのは、市が承認し、公開した広報物と研修資料だけです。"


class FileNotAccepted(Refused):
    message = "受け取れるのは、PDF・Word（docx）・Excel（xlsx）のファイル（20MBまで）です。"


class FileInfected(Refused):
    message = "ウイルスの疑いがあるため、受け取りません。ファイルを作った端末を確かめてください。"
