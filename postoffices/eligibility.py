"""Can I have this done at a post office, and from when? Pure functions on dates the citizen reads off the card.

Rules (public pages of the national and city governments): a certificate can be renewed from three months
before its expiry plus one day (expiry 2020-09-24 opens 2020-06-25); an expired one is issued anew, free;
near the card's own expiry a new card is needed instead; nobody under 15 can come to a post office, because
a proxy would have to apply. Dates of expiry are the last valid day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from postoffices.models import Procedure
from postoffices.rules import Eligibility, months_after
from writing.dates import plain_day_text
from writing.languages import JAPANESE, current_language

NEUTRAL = Eligibility()


class Verdict(StrEnum):
    ELIGIBLE = "eligible"
    LATER = "later"
    EXPIRED = "expired"
    STILL_VALID = "still_valid"
    NEW_CARD = "new_card"
    TOO_YOUNG = "too_young"


@dataclass(frozen=True, slots=True)
class Answer:
    """What to tell the citizen. `opens_on` is set when the day lies ahead; `instead` names a procedure kind."""

    verdict: Verdict
    title: str
    advice: str
    opens_on: date | None = None
    instead: str = ""

    @property
    def may_book(self) -> bool:
        """Whether it makes sense to go on to the booking now (the appointment may be the day it opens)."""
        return self.verdict in {Verdict.ELIGIBLE, Verdict.LATER, Verdict.STILL_VALID}


def renewal_opens_on(certificate_expiry: date, months_before: int = 3) -> date:
    """The first day on which a certificate with this expiry can be renewed."""
    return months_after(certificate_expiry, -months_before) + timedelta(days=1)


def reaches_age_on(birth_date: date, age: int) -> date:
    """The birthday on which somebody becomes `age`; born on 29 February: 28 February in common years."""
    return months_after(birth_date, age * 12)


def eligibility(
    procedure: Procedure,
    *,
    birth_date: date,
    certificate_expiry: date | None,
    card_expiry: date | None,
    today: date,
    rules: Eligibility = NEUTRAL,
) -> Answer:
    """The answer for one person and procedure. A date that is not known is None and not judged."""
    if procedure.eligibility == "none":
        return eligible()
    if today < (birthday := reaches_age_on(birth_date, rules.minimum_age)):
        return too_young(birthday, rules.minimum_age)
    if card_expiry is not None and card_expiry < today:
        return card_expired()
    if procedure.eligibility == "in_person":
        return eligible()
    done_on = today
    if procedure.eligibility == "renewal" and certificate_expiry is not None:
        done_on = max(today, renewal_opens_on(certificate_expiry, rules.renewal_months_before))
    if card_expiry is not None:
        card_opens_on = renewal_opens_on(card_expiry, rules.card_months_before)
        if done_on >= card_opens_on:
            return new_card(card_expiry, card_opens_on, today)
    if certificate_expiry is None:
        return eligible()
    if procedure.eligibility == "issue":
        return answer_for_issue(certificate_expiry, today)
    return answer_for_renewal(certificate_expiry, today, rules)


def answer_for_renewal(certificate_expiry: date, today: date, rules: Eligibility) -> Answer:
    if certificate_expiry < today:
        return Answer(
            Verdict.EXPIRED,
            _("有効期限が切れているため、新しく発行します"),
            _("更新はできませんが、「電子証明書の発行」として手続きができます。手数料はかかりません。"),
            instead="issue",
        )
    opens_on = renewal_opens_on(certificate_expiry, rules.renewal_months_before)
    if today < opens_on:
        return Answer(
            Verdict.LATER,
            _("%(day)sから更新できます") % {"day": plain_day_text(opens_on)},
            _("更新は、有効期限の%(months)sか月前の翌日からできます。この日以後の日時を予約してください。")
            % {"months": rules.renewal_months_before},
            opens_on=opens_on,
        )
    return eligible(_("いま更新できます"))


def answer_for_issue(certificate_expiry: date, today: date) -> Answer:
    if certificate_expiry < today:
        return eligible(_("新しく発行できます"))
    return Answer(
        Verdict.STILL_VALID,
        _("電子証明書はまだ有効です"),
        _(
            "氏名や住所の変更などで失効した方は、発行の手続きができます。"
            "有効期限が近い方は「電子証明書の更新」を選んでください。"
        ),
        instead="renewal",
    )


def eligible(title: str = "") -> Answer:
    return Answer(
        Verdict.ELIGIBLE,
        title or _("この手続きができます"),
        _("ご本人が、マイナンバーカードをお持ちになってお越しください。代理の方は郵便局では手続きできません。"),
    )


def too_young(birthday: date, age: int) -> Answer:
    return Answer(
        Verdict.TOO_YOUNG,
        _("%(age)s歳未満の方は、郵便局では手続きできません") % {"age": age},
        _("郵便局ではご本人の申請だけを受け付けています。法定代理人の方といっしょに、区役所の窓口へお越しください。"),
        opens_on=birthday,
    )


def new_card(card_expiry: date, opens_on: date, today: date) -> Answer:
    """The card ends with the certificate or before a new one would be worth having."""
    limit = _(
        "電子証明書は、カードの有効期限（%(expiry)s）を超えて延ばせません。新しいカードには新しい電子証明書が入ります。"
    ) % {"expiry": plain_day_text(card_expiry)}
    when = _("いま申請できます。")
    if today < opens_on:
        when = _("%(day)sから申請できます。") % {"day": plain_day_text(opens_on)}
    return Answer(
        Verdict.NEW_CARD,
        _("カードそのものの更新が必要です"),
        sentences(limit, when, _("申請は区役所の窓口、スマートフォン、郵送でできます。")),
        opens_on=opens_on if today < opens_on else None,
    )


def sentences(*parts: str) -> str:
    """One text of several sentences: only Japanese puts no space between them."""
    return ("" if current_language().code == JAPANESE else " ").join(parts)


def card_expired() -> Answer:
    return Answer(
        Verdict.NEW_CARD,
        _("カードの有効期限が切れています"),
        sentences(
            _("有効期限が切れたカードでは手続きができません。新しいカードを申請してください。"),
            _("申請は区役所の窓口、スマートフォン、郵送でできます。"),
        ),
    )
