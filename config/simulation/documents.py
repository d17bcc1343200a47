"""Documents of the made-up city: published, revised, and one that waits for the city."""

from uuid import NAMESPACE_URL, uuid5

from accounts.roles import Role
from config.simulation.cast import Cast
from documents.actions import (
    Content,
    document_create,
    version_approve,
    version_begin,
    version_publish,
    version_return,
    version_submit,
)
from documents.models import Document, DocumentKind, Version
from writing.papers import Sheet, Value, pdf_from_html, workbook

MANUAL = """## この手引きの目的

{{市名}}のマイナンバーカード電子証明書の更新を、郵便局の窓口で受け付けるときの手順です。
業務責任者は {{業務責任者}}、事務局は {{事務局}}、市の担当者は {{市担当者}} です。

## 受付

1. 予約番号か二次元コードで、来局した方の予約を確かめます。
2. 「受付する」を押します。
3. 必要なものがそろっているかを確かめます。

## 撮影と審査

| 撮影するもの | 気をつけること |
|---|---|
| マイナンバーカードの表面 | 裏面は撮影しません。 |
| 本人確認書類 | 保険証の記号・番号は黒く塗ってから送ります。 |

- 市の審査の結果が出るまで、席でお待ちいただきます。
- 「撮り直し」のときは、画面の指示のとおりに撮り直します。
"""
ADDED = """
## 機器の不具合

1. 端末や通信の不具合は、ヘルプデスクに電話します。
2. 来局した方には、お待ちいただくか、別の日時に変更できることを伝えます。
"""
EMERGENCY = """## 最初にすること

1. けが人がいないかを確かめ、安全な場所に移ります。
2. 業務責任者（{{業務責任者}}）に電話します。
3. 個人情報の紛失や漏えいのおそれがあるときは、すぐに市担当者（{{市担当者}}）に知らせます。

## 記録

いつ、どこで、何が起き、誰に知らせたかを、時刻とともに書き残します。
"""
MATERIAL = """## 接遇の研修

- 名乗り、用件を聞き、復唱します。
- 分からないことは、分かる人に確かめてから答えます。
"""

PLAN = (
    "<h1>業務実施計画書</h1><h2>体制</h2><p>事務局、コールセンター、郵便局ヘルプデスクを置きます。</p>",
    "<h2>研修</h2><p>窓口を開く前に、座学を{classroom}時間、実機を3時間行います。</p>",
    "<h2>巡回</h2><p>拠点を毎月1回、巡回します。</p>",
)
PLANS = (("最初の版です。", "2"), ("座学を2時間から4時間に増やしました。", "4"))
CHECKED: list[list[Value]] = [["タブレットの充電", "毎朝"], ["通信の表示", "毎朝"], ["施錠", "毎夕"]]
CHECKED_TOO: list[Value] = ["印紙の枚数", "毎夕"]
LISTS = (("最初の版です。", CHECKED), ("印紙の枚数を加えました。", [*CHECKED, CHECKED_TOO]))


def documents_written(cast: Cast) -> int:
    """The documents of an empty demo, each through the same actions as people use. Returns how many."""
    if Document.objects.exists():
        return 0
    readers = [Role.CLERK, Role.REVIEWER, Role.OPERATOR, Role.HELPDESK_AGENT, Role.BUREAU]
    manual = _created(cast, DocumentKind.MANUAL, "郵便局窓口の業務マニュアル", readers, MANUAL)
    _published(cast, manual.versions.get(number=1))
    emergency = _created(cast, DocumentKind.EMERGENCY, "緊急時の対応計画", list(Role), EMERGENCY)
    _published(cast, emergency.versions.get(number=1))
    second = version_begin(
        document=manual, content=Content(changes="機器の不具合の章を加えました。", text=MANUAL + ADDED), by=cast.bureau
    )
    version_submit(version=second, by=cast.bureau)
    _created(cast, DocumentKind.MATERIAL, "接遇の研修資料", [Role.CLERK, Role.OPERATOR], MATERIAL)
    flyer = _created(
        cast, DocumentKind.PUBLICITY, "更新のご案内チラシ", [Role.CLERK, Role.OPERATOR],
        "## 電子証明書の更新は、お近くの郵便局で\n\n{{市名}}のマイナンバーカードをお持ちの方へのご案内です。\n",
    )  # fmt: skip
    _published(cast, flyer.versions.get(number=1))
    files_written(cast)
    return Document.objects.count()


def files_written(cast: Cast) -> None:
    """A plan as PDF whose second version waits for the city, and a list as Excel that the city sent back."""
    before, after = (Content(changes, file=_plan(hours), file_name="業務実施計画書.pdf") for changes, hours in PLANS)
    plan = _created(cast, DocumentKind.PLAN, "業務実施計画書", [Role.BUREAU, Role.TRAINER], before)
    _published(cast, plan.versions.get(number=1))
    version_submit(version=version_begin(document=plan, content=after, by=cast.bureau), by=cast.bureau)
    first, second = (Content(changes, file=_list(rows), file_name="毎日の点検表.xlsx") for changes, rows in LISTS)
    checks = _created(cast, DocumentKind.MANUAL, "毎日の点検表", [Role.CLERK], first)
    _published(cast, checks.versions.get(number=1))
    sent = version_submit(version=version_begin(document=checks, content=second, by=cast.bureau), by=cast.bureau)
    version_return(version=sent, remarks="プリンターの用紙も、毎朝の点検に加えてください。", by=cast.officer)


def _plan(classroom: str) -> bytes:
    pages = "<div style='page-break-after: always'></div>".join(PLAN).format(classroom=classroom)
    return pdf_from_html(f"<body style='font-family: BIZ UDPGothic, sans-serif'>{pages}</body>")


def _list(rows: list[list[Value]]) -> bytes:
    return workbook([Sheet("点検表", ["点検すること", "いつ"], rows)])


def _created(cast: Cast, kind: DocumentKind, title: str, readers: list[Role], said: str | Content) -> Document:
    """`said` is a text, or the whole content of a file."""
    return document_create(
        key=uuid5(NAMESPACE_URL, f"demo:{kind}:{title}"),
        kind=kind,
        title=title,
        audience=[role for role in readers if role != Role.ADMINISTRATOR],
        must_confirm=kind != DocumentKind.PUBLICITY,
        content=Content(changes="最初の版です。", text=said) if isinstance(said, str) else said,
        by=cast.bureau,
    )


def _published(cast: Cast, version: Version) -> None:
    version_submit(version=version, by=cast.bureau)
    version_approve(version=version, by=cast.officer)
    version_publish(version=version, by=cast.bureau)
