"""Forms of sign-in and of the staff list."""

import unicodedata
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError

from accounts.in_use import roles_in_use
from accounts.models import ChangeCode, User
from accounts.roles import Role


class SignInForm(forms.Form):
    username = forms.CharField(
        label="ユーザー名",
        max_length=150,
        error_messages={"required": "ユーザー名を入力してください。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
        ),
    )
    password = forms.CharField(
        label="パスワード",
        strip=False,
        max_length=200,
        error_messages={"required": "パスワードを入力してください。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        return unicodedata.normalize("NFKC", self.cleaned_data["username"])


class CodeForm(forms.Form):
    """The code of an authenticator app; wrong codes are told as what was typed, empty ones as missing."""

    code = forms.CharField(
        label="確認コード",
        help_text="認証アプリに表示されている6けたの数字",
        max_length=20,
        error_messages={"required": "確認コードを入力してください。"},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """Six digits; full-width ones, spaces and hyphens between them are taken as they are meant."""
        code = "".join(c for c in unicodedata.normalize("NFKC", self.cleaned_data["code"]) if c not in " -")
        if code and not (len(code) == 6 and code.isdecimal()):
            raise ValidationError("確認コードは6けたの数字で入力してください。")
        return code


class FactorForm(CodeForm):
    """The second factor, one way or the other: a code, or what a security key answered (put in by `key.js`)."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("key") and not data.get("code") and not self.has_error("code"):
            self.add_error("code", "確認コードを入力してください。")
        return data


class KeyForm(forms.Form):
    """A security key to be taken over, and what its owner calls it."""

    name = forms.CharField(
        label="キーの名前",
        max_length=64,
        help_text="あとで見分けるための名前（例：青いキー、窓口のiPad）",
        error_messages={"required": "キーの名前を入力してください。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    key = forms.CharField(
        widget=forms.HiddenInput,
        error_messages={"required": "「キーを登録する」を押し、画面の案内のとおりにキーに触れてください。"},
    )


def _six_digits(typed: str) -> str:
    code = "".join(c for c in unicodedata.normalize("NFKC", typed) if c not in " -")
    if not (len(code) == 6 and code.isdecimal()):
        raise ValidationError("交替コードは6けたの数字で入力してください。")
    return code


class ChangeCodeForm(forms.Form):
    """One's own code for a shared tablet, twice."""

    code = forms.CharField(
        label="交替コード",
        help_text="自分だけが知っている6けたの数字。生年月日や並んだ数字は避けてください。",
        max_length=20,
        error_messages={"required": "交替コードを入力してください。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    again = forms.CharField(
        label="交替コード（確認）",
        max_length=20,
        error_messages={"required": "交替コードをもう一度入力してください。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        code = _six_digits(self.cleaned_data["code"])
        if len({(int(b) - int(a)) % 10 for a, b in pairwise(code)}) == 1:
            raise ValidationError("同じ数字や、順に並んだ数字は使えません。")
        return code

    def clean_again(self) -> str:
        again = _six_digits(self.cleaned_data["again"])
        if "code" in self.cleaned_data and again != self.cleaned_data["code"]:
            raise ValidationError("交替コードが一致しません。もう一度入力してください。")
        return again


class TakeUpForm(forms.Form):
    """Who takes the tablet up, and that person's code."""

    person = forms.ChoiceField(
        label="名前",
        widget=forms.RadioSelect,
        error_messages={"required": "名前を選んでください。", "invalid_choice": "名前を選んでください。"},
    )
    code = forms.CharField(
        label="交替コード",
        max_length=20,
        error_messages={"required": "交替コードを入力してください。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, data: Any = None, *, codes: list[ChangeCode]) -> None:
        super().__init__(data)
        field = self.fields["person"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(held.pk), held.user.display_name) for held in codes]

    def clean_code(self) -> str:
        return _six_digits(self.cleaned_data["code"])


class OwnPasswordForm(forms.Form):
    """The own password, the new one twice. The rules stand in `AUTH_PASSWORD_VALIDATORS`."""

    old_password = forms.CharField(
        label="いまのパスワード",
        strip=False,
        max_length=200,
        error_messages={"required": "いまのパスワードを入力してください。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = forms.CharField(
        label="新しいパスワード",
        strip=False,
        max_length=200,
        help_text="12文字以上。名前に近いものや、よく使われるものは使えません。",
        error_messages={"required": "新しいパスワードを入力してください。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_again = forms.CharField(
        label="新しいパスワード（確認）",
        strip=False,
        max_length=200,
        error_messages={"required": "新しいパスワードをもう一度入力してください。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        if not self.user.check_password(password):
            raise ValidationError("いまのパスワードが正しくありません。")
        return password

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password == self.cleaned_data.get("old_password"):
            raise ValidationError("いまのパスワードと違うものにしてください。")
        validate_password(password, self.user)
        return password

    def clean_new_again(self) -> str:
        again: str = self.cleaned_data["new_again"]
        if again != self.cleaned_data.get("new_password", again):
            raise ValidationError("新しいパスワードと一致しません。")
        return again


class PersonForm(forms.Form):
    """Name, mail address and role of a member of staff."""

    display_name = forms.CharField(
        label="表示名",
        max_length=60,
        help_text="画面と帳票に表示される名前",
        error_messages={"required": "表示名を入力してください。"},
    )
    email = forms.EmailField(
        label="メールアドレス",
        required=False,
        error_messages={"invalid": "メールアドレスの形式で入力してください。"},
    )
    role = forms.ChoiceField(
        label="役割",
        choices=lambda: [(role.value, role.label) for role in roles_in_use()],
        error_messages={"required": "役割を選んでください。", "invalid_choice": "役割を選んでください。"},
    )

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class NewPersonForm(PersonForm):
    username = forms.CharField(
        label="ユーザー名",
        max_length=150,
        validators=[UnicodeUsernameValidator(message="文字、数字、記号（@ . + - _）だけで入力してください。")],
        help_text="ログインに使う名前。あとから変えられません。",
        error_messages={"required": "ユーザー名を入力してください。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ["username", "display_name", "email", "role"]

    def clean_username(self) -> str:
        return unicodedata.normalize("NFKC", self.cleaned_data["username"])
