"""What the actions on staff and sign-in refuse."""

from accounts.roles import Role
from audit.errors import Refused


class CodeWrong(Refused):
    message = "確認コードが正しくないか、すでに使われています。新しい確認コードが表示されてから入力してください。"


class CodeThrottled(Refused):
    """Too many wrong codes in a row; `seconds` until the next try counts."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"確認コードの誤りが続いたため、受け付けを止めています。{seconds}秒後にもう一度入力してください。"
        )


class SecondFactorExists(Refused):
    message = (
        "この職員にはすでに認証アプリが登録されています。登録し直すには、システム管理者に初期化を依頼してください。"
    )


class KeyRefused(Refused):
    message = "キーを確認できませんでした。もう一度お試しください。"


class KeyTaken(Refused):
    message = "このキーはすでに登録されています。"


class KeyNameTaken(Refused):
    message = "この名前のキーはすでに登録されています。別の名前を付けてください。"


class LastFactor(Refused):
    message = "これを削除するとログインできなくなります。先に、ほかのキーか認証アプリを登録してください。"


class UserNameTaken(Refused):
    message = "このユーザー名はすでに使われています。別のユーザー名を入力してください。"


class RoleNotInUse(Refused):
    def __init__(self, role: Role) -> None:
        super().__init__(f"役割「{role.label}」は、この市では使いません。別の役割を選んでください。")


class OwnAccount(Refused):
    message = "自分の役割の変更や利用停止はできません。別のシステム管理者に依頼してください。"


class ChangeCodeWrong(Refused):
    message = "交替コードが正しくありません。名前と交替コードを確かめて、もう一度入力してください。"


class ChangeCodeSpent(Refused):
    message = "この交替コードは使えなくなりました。「職員ログイン」から、パスワードと確認コードでログインしてください。"


class FullSignInNeeded(Refused):
    message = "交替コードを決められるのは、パスワードと確認コードでログインしたときだけです。"


class DemoOnly(RuntimeError):
    """Something that belongs to the demo was asked for in an installation."""
