"""The guide's answers on the dates that the public rules give as examples."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postoffices.eligibility import Answer, Verdict, eligibility, renewal_opens_on
from postoffices.models import Procedure

ADULT = date(1980, 4, 1)
TODAY = date(2026, 11, 21)
FAR = date(2034, 4, 1)


def ask(kind: str = "renewal", **facts: date | None) -> Answer:
    given_facts: dict[str, date | None] = {"birth_date": ADULT, "certificate_expiry": None, "card_expiry": None}
    answered = given_facts | {"today": TODAY} | facts
    return eligibility(Procedure(eligibility=kind), **answered)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expiry", "opens"),
    [
        (date(2020, 9, 24), date(2020, 6, 25)),
        (date(2026, 6, 15), date(2026, 3, 16)),
        (date(2027, 5, 31), date(2027, 3, 1)),
        (date(2028, 5, 31), date(2028, 3, 1)),
        (date(2027, 3, 31), date(2027, 1, 1)),
        (date(2027, 1, 15), date(2026, 10, 16)),
    ],
)
def test_renewal_opens_three_months_before_expiry_plus_one_day(expiry: date, opens: date) -> None:
    assert renewal_opens_on(expiry) == opens


def test_before_the_window_the_answer_names_the_first_day() -> None:
    answer = ask(certificate_expiry=date(2020, 9, 24), card_expiry=date(2025, 9, 24), today=date(2020, 6, 24))
    assert (answer.verdict, answer.opens_on) == (Verdict.LATER, date(2020, 6, 25))
    assert "2020年6月25日" in answer.title
    assert answer.may_book


def test_on_the_first_day_of_the_window_it_can_be_renewed() -> None:
    answer = ask(certificate_expiry=date(2020, 9, 24), card_expiry=date(2025, 9, 24), today=date(2020, 6, 25))
    assert answer.verdict is Verdict.ELIGIBLE


def test_on_the_day_of_expiry_it_can_still_be_renewed_and_the_day_after_not() -> None:
    assert ask(certificate_expiry=TODAY, card_expiry=FAR).verdict is Verdict.ELIGIBLE
    answer = ask(certificate_expiry=TODAY - timedelta(days=1), card_expiry=FAR)
    assert (answer.verdict, answer.instead) == (Verdict.EXPIRED, "issue")
    assert "手数料はかかりません" in answer.advice


def test_an_expired_certificate_can_be_issued_anew() -> None:
    assert ask("issue", certificate_expiry=date(2025, 1, 1), card_expiry=FAR).verdict is Verdict.ELIGIBLE


def test_issue_while_the_certificate_is_valid_points_to_renewal() -> None:
    answer = ask("issue", certificate_expiry=date(2027, 5, 1), card_expiry=FAR)
    assert (answer.verdict, answer.instead) == (Verdict.STILL_VALID, "renewal")


@pytest.mark.parametrize("kind", ["renewal", "issue", "in_person"])
def test_under_15_cannot_come_to_a_post_office_until_the_15th_birthday(kind: str) -> None:
    birth = date(2011, 11, 22)
    answer = ask(kind, birth_date=birth, certificate_expiry=date(2026, 12, 1), card_expiry=FAR)
    assert (answer.verdict, answer.opens_on) == (Verdict.TOO_YOUNG, date(2026, 11, 22))
    assert not answer.may_book
    assert ask(kind, birth_date=birth, today=date(2026, 11, 22)).verdict is Verdict.ELIGIBLE


def test_a_card_in_its_own_last_months_needs_a_new_card() -> None:
    answer = ask(certificate_expiry=date(2026, 12, 24), card_expiry=date(2027, 2, 20))
    assert answer.verdict is Verdict.NEW_CARD
    assert answer.opens_on is None
    assert "2027年2月20日" in answer.advice


def test_a_card_just_outside_its_last_months_gets_a_new_certificate() -> None:
    assert ask(certificate_expiry=date(2026, 12, 24), card_expiry=date(2027, 2, 21)).verdict is Verdict.ELIGIBLE


def test_a_certificate_that_ends_with_its_card_is_not_renewed() -> None:
    answer = ask(certificate_expiry=date(2030, 4, 1), card_expiry=date(2030, 4, 1))
    assert (answer.verdict, answer.opens_on) == (Verdict.NEW_CARD, date(2030, 1, 2))


@pytest.mark.parametrize("kind", ["renewal", "issue", "in_person"])
def test_an_expired_card_is_good_for_nothing(kind: str) -> None:
    answer = ask(kind, certificate_expiry=date(2026, 1, 1), card_expiry=date(2026, 11, 20))
    assert answer.verdict is Verdict.NEW_CARD


def test_forgotten_pin_asks_for_no_dates() -> None:
    assert ask("in_person").verdict is Verdict.ELIGIBLE


@pytest.mark.parametrize("kind", ["renewal", "issue"])
def test_an_unknown_certificate_date_does_not_stop_the_booking(kind: str) -> None:
    assert ask(kind).may_book


def test_procedure_without_a_rule_is_open_to_everybody() -> None:
    assert ask("none", birth_date=date(2026, 1, 1)).verdict is Verdict.ELIGIBLE


@given(expiry=st.dates(date(1950, 1, 1), date(2090, 1, 1)))
def test_the_window_is_about_three_months_long_and_ends_with_the_certificate(expiry: date) -> None:
    assert 88 <= (expiry - renewal_opens_on(expiry)).days <= 92


@given(
    kind=st.sampled_from(["renewal", "issue", "in_person", "none"]),
    birth=st.dates(date(1900, 1, 1), date(2026, 11, 21)),
    certificate=st.none() | st.dates(date(2015, 1, 1), date(2045, 1, 1)),
    card=st.none() | st.dates(date(2015, 1, 1), date(2045, 1, 1)),
)
def test_every_combination_gets_words_and_only_future_opening_days(
    kind: str, birth: date, certificate: date | None, card: date | None
) -> None:
    answer = ask(kind, birth_date=birth, certificate_expiry=certificate, card_expiry=card)
    assert answer.title
    assert answer.advice
    assert answer.opens_on is None or answer.opens_on > TODAY
