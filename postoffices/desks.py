"""The telephone desks of a profile: number, hours, categories with what to say, and targets."""

from typing import Annotated

from pydantic import Field, StringConstraints

from postoffices.strict import Code, Phone, Strict, Words

WorkingMinutes = Annotated[int, Field(ge=1, le=60 * 8 * 60)]
MailAddress = Annotated[str, StringConstraints(pattern=r"^[a-z0-9._-]+@[a-z0-9.-]+\.[a-z]{2,}$", max_length=120)]
Digit = Annotated[str, StringConstraints(pattern=r"^[1-9]$")]


class DeskWords(Strict):
    """A desk's words in another language; what is left out stands in Japanese."""

    name: Words | None = None
    hours_text: Words | None = None


class Category(Strict):
    """What a call or inquiry is about. `key` is its digit on the call screen, `script` what the operator reads out.

    One that is `retired` is offered no more, but keeps its name in lists and figures.
    """

    code: Code
    key: Digit
    name: Words
    en: Words | None = None
    easy: Words | None = None
    script: list[Words] = []
    retired: bool = False


class Target(Strict):
    """Working minutes until the first answer and until the matter is solved."""

    respond_minutes: WorkingMinutes
    resolve_minutes: WorkingMinutes


class Targets(Strict):
    """By priority. Changing them leaves alone what came in before."""

    urgent: Target = Target(respond_minutes=15, resolve_minutes=120)
    high: Target = Target(respond_minutes=60, resolve_minutes=480)
    normal: Target = Target(respond_minutes=240, resolve_minutes=1440)


class Desk(Strict):
    """A telephone desk; it answers when its calendar is open.

    Without `categories` the ones below hold; `closed_text` is what is said outside the hours. Mails to `mail` become
    inquiries of the desk (docs/operations.md tells how they come in).
    """

    name: Words
    phone: Phone
    hours_text: Words
    calendar: Code
    categories: list[Category] = []
    targets: Targets = Targets()
    closed_text: Words | None = None
    mail: MailAddress | None = None
    en: DeskWords | None = None
    easy: DeskWords | None = None


class Desks(Strict):
    """The citizens' call centre and the post offices' helpdesk, with different numbers (Fukuoka 4(4)ア)."""

    citizen: Desk
    helpdesk: Desk


# Kurume 10(1)② counts by these three, Kitakyushu 5(3) takes the same.
CITIZEN_CATEGORIES = (
    Category(
        code="booking",
        key="1",
        name="予約（受付・変更・取り消し）",
        en="Bookings (new, change, cancel)",
        easy="予約（よやく）の こと",
        script=[
            "ご希望の場所と、日にち、時間帯をお聞かせください。",
            "当日は、マイナンバーカードをお持ちください。",
            "暗証番号とマイナンバー（12桁の番号）は、お電話ではお聞きしません。",
        ],
    ),
    Category(
        code="card",
        key="2",
        name="マイナンバーカード・電子証明書のこと",
        en="My Number Card and digital certificates",
        easy="マイナンバーカードの こと",
        script=[
            "電子証明書の有効期限は、発行の日から5回目のお誕生日までです。",
            "有効期限の3か月前の翌日から、更新の手続きができます。",
            "カードの紛失や盗難は、すぐに一時停止のお手続きをご案内します。",
        ],
    ),
    Category(
        code="other",
        key="3",
        name="その他",
        en="Something else",
        easy="そのほかの こと",
        script=["担当の窓口の電話番号と受付時間をご案内します。お控えいただけますか。"],
    ),
)
# Kitakyushu 5(1)オ, in its order.
OFFICE_CATEGORIES = (
    Category(code="scheme", key="1", name="（ア）マイナンバー・カードの制度"),
    Category(
        code="steps",
        key="2",
        name="（イ）委託業務の手続きの手順",
        script=["お手元の手順書の、該当する章をお開きください。", "いま、画面にはどのように出ていますか。"],
    ),
    Category(
        code="terminal",
        key="3",
        name="（ウ）統合端末・コピー機の操作",
        script=[
            "お客さまのお名前や番号は、おっしゃらないでください。",
            "エラーの番号と、直前の操作をお聞かせください。",
            "直らないときは、市へすぐに報告します。",
        ],
    ),
    Category(
        code="tablet",
        key="4",
        name="（エ）タブレット端末の操作",
        script=["お客さまのお名前や番号は、おっしゃらないでください。", "機器管理シールの番号をお聞かせください。"],
    ),
    Category(
        code="citizens",
        key="5",
        name="（オ）市民への対応",
        script=["特定の方についてのご相談は、市へすぐにおつなぎします。お名前は、おっしゃらないでください。"],
    ),
    Category(code="other", key="6", name="（カ）その他"),
)
