"""How a visit ended, and why: codes, so that they can be counted."""

from django.db import models


class Outcome(models.TextChoices):
    COMPLETED = "completed", "手続き完了"
    REFERRED = "referred", "区役所などを案内"
    REJECTED = "rejected", "審査で不可"
    MISSING_PAPERS = "missing_papers", "書類の不足"
    SYSTEM_TROUBLE = "system_trouble", "機器・システムの不具合"
    WITHDRAWN = "withdrawn", "本人の都合で中止"


class Reason(models.TextChoices):
    NOT_HANDLED_HERE = "not_handled_here", "この窓口で扱えない手続き"
    PROXY = "proxy", "代理の方の来局"
    CARD_EXPIRES = "card_expires", "カードの有効期限の更新が必要"
    CHANGE_NOT_ENTERED = "change_not_entered", "住所・氏名の変更がカードに未記載"
    CARD_DAMAGED = "card_damaged", "カードの破損・読み取り不可"
    TOO_EARLY = "too_early", "更新できる期間の前"
    NO_CARD = "no_card", "マイナンバーカードがない"
    NO_IDENTITY = "no_identity", "本人確認書類が足りない"
    PIN_UNKNOWN = "pin_unknown", "暗証番号が分からない"
    OTHER_PAPERS = "other_papers", "そのほかの書類がない"
    NATIONAL_SYSTEM = "national_system", "全国システムの停止"
    TERMINAL = "terminal", "統合端末の不具合"
    TABLET_OR_LINE = "tablet_or_line", "タブレット・回線の不具合"
    NO_TIME = "no_time", "時間の都合"
    CHANGED_MIND = "changed_mind", "手続きをやめた"
    OTHER = "other", "そのほか"


# Which reasons explain which outcome. An outcome that is not here explains itself.
REASONS: dict[Outcome, tuple[Reason, ...]] = {
    Outcome.REFERRED: (
        Reason.NOT_HANDLED_HERE,
        Reason.PROXY,
        Reason.CARD_EXPIRES,
        Reason.CHANGE_NOT_ENTERED,
        Reason.CARD_DAMAGED,
        Reason.OTHER,
    ),
    Outcome.MISSING_PAPERS: (Reason.NO_CARD, Reason.NO_IDENTITY, Reason.PIN_UNKNOWN, Reason.OTHER_PAPERS),
    Outcome.SYSTEM_TROUBLE: (Reason.NATIONAL_SYSTEM, Reason.TERMINAL, Reason.TABLET_OR_LINE, Reason.OTHER),
    Outcome.WITHDRAWN: (Reason.NO_TIME, Reason.CHANGED_MIND, Reason.TOO_EARLY, Reason.OTHER),
}
