"""Reaching an applicant about a defect: approved mails, calls with results, and always a next step."""

import uuid
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from applications.actions import check_defect, check_give_up, defect_resolve
from applications.contacts.records import CALL_RESULTS, ContactResult, DefectContact
from applications.contacts.steps import Turn, next_step
from applications.contacts.texts import written
from applications.defects import Part, contacts_of, defects
from applications.errors import TooFewTries
from applications.models import CheckState, DefectReason, EndReason, ExistenceCheck
from notifications.models import Message, MessageState
from postoffices.city import CityInfo, forget_city, held
from postoffices.defects import Defects, DefectText, MailWords
from reservations.models import Reservation, ReservationState
from tests.counters.desk import Desk
from tests.reservations.town import HANAKO, TARO

LIST = "/staff/applications/defects/"
TEXT = DefectText(
    code="ask",
    name="確認のお願い",
    title="【{市}】ご予約の内容の確認",
    body="{氏名}様\n予約番号 {予約番号}（{来局日時} {拠点}）\n{不備}\n{返事の期限}までに {電話} へ",
    approved_on=timezone.localdate() - timedelta(days=365 * 5),
)
TEXT = TEXT.model_copy(
    update={
        "en": MailWords(title="[{市}] Please confirm", body="Dear {氏名}, {来局日時}: {不備}. By {返事の期限}."),
        "easy": MailWords(title="たしかめて ください", body="{氏名} さん {不備}"),
    }
)
DRAFT = TEXT.model_copy(update={"code": "draft", "name": "承認前の文面", "approved_on": None})


@pytest.fixture
def texts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A city with an approved text and one that is not."""
    from postoffices import city as module

    read = module.read_city

    def with_texts() -> CityInfo:
        info = read()
        rules = info.rules.model_copy(update={"defects": Defects(reply_days=2, tries=2, texts=[TEXT, DRAFT])})
        return CityInfo(info.name, info.slug, rules, info.citizen_desk, info.helpdesk)

    monkeypatch.setattr(module, "read_city", with_texts)
    forget_city()
    assert held().city is None


@pytest.fixture
def check(desk: Desk, texts: None) -> ExistenceCheck:
    return defect_of(desk, desk.booking(days=7))


def defect_of(desk: Desk, booking: Reservation) -> ExistenceCheck:
    return check_defect(reservation=booking, reason=DefectReason.ADDRESS_DIFFERS, note="番地", by=desk.city)


def page_of(check: ExistenceCheck) -> str:
    return f"{LIST}{check.reservation.number}/"


def call(bureau: Client, check: ExistenceCheck, result: str, days: int = 1, **more: str) -> Any:
    day = timezone.localdate() + timedelta(days=days)
    told = {"result": result, "next_on_year": day.year, "next_on_month": day.month, "next_on_day": day.day}
    return bureau.post(f"{page_of(check)}call/", told | {"next_time": "10:00"} | more)


@pytest.mark.requirement("fukuoka-20")
def test_the_approved_text_is_shown_before_it_goes_out(bureau: Client, check: ExistenceCheck) -> None:
    assert "承認前の文面" not in bureau.get(page_of(check)).content.decode()
    preview = bureau.post(f"{page_of(check)}notice/", {"text": "ask"}).content.decode()
    assert f"{HANAKO.name}様" in preview
    assert "住所が異なる" in preview
    assert not DefectContact.objects.exists()
    sent = bureau.post(f"{page_of(check)}notice/", {"text": "ask", "sure": "yes"}, follow=True).content.decode()
    assert "メールを送信に回しました" in sent
    assert "申請者の返事待ち" in sent
    message = Message.objects.get(purpose="defect")
    assert message.recipient == HANAKO.email
    assert "{" not in message.body + message.title


@pytest.mark.parametrize(
    ("language", "title", "words", "named"),
    [
        (
            "en",
            "[（市は未設定）] Please confirm",
            "Your address differs from the city's records",
            "英語の文面で送ります",
        ),
        ("ja-easy", "たしかめて ください", "住所（じゅうしょ）が", "やさしい日本語の文面で送ります"),
        ("ja", "【（市は未設定）】ご予約の内容の確認", "住所が異なる", "市が"),
    ],
)
def test_it_goes_out_in_the_language_of_the_booking(
    bureau: Client, check: ExistenceCheck, language: str, title: str, words: str, named: str
) -> None:
    Reservation.objects.update(language=language)
    key = str(uuid.uuid4())
    assert named in bureau.post(f"{page_of(check)}notice/", {"text": "ask", "key": key}).content.decode()
    bureau.post(f"{page_of(check)}notice/", {"text": "ask", "key": key, "sure": "yes"})
    mail = Message.objects.get(purpose="defect")
    assert mail.title == title
    assert words in mail.body
    assert HANAKO.name in mail.body


def test_without_a_translation_the_approved_japanese_text_goes_out(check: ExistenceCheck) -> None:
    Reservation.objects.update(language="en")
    check.reservation.refresh_from_db()
    mail = written(TEXT.model_copy(update={"en": None}), check)
    assert (mail.language, "住所が異なる" in mail.body) == ("ja", True)


def test_sent_twice_with_one_key_is_one_mail(bureau: Client, check: ExistenceCheck) -> None:
    told = {"text": "ask", "sure": "yes", "key": "8a1f5b0e-6f1c-4c4e-9a44-000000000002"}
    for _ in range(2):
        assert bureau.post(f"{page_of(check)}notice/", told).status_code == 302
    assert Message.objects.filter(purpose="defect").count() == 1
    assert DefectContact.objects.count() == 1


def test_a_text_without_approval_or_a_person_without_mail_gets_none(
    bureau: Client, desk: Desk, check: ExistenceCheck
) -> None:
    assert bureau.post(f"{page_of(check)}notice/", {"text": "draft", "sure": "yes"}).status_code == 422
    without = defect_of(desk, desk.booking(days=8, person=TARO))
    assert "メールアドレスがない方です" in bureau.get(page_of(without)).content.decode()
    refused = bureau.post(f"{page_of(without)}notice/", {"text": "ask", "sure": "yes"})
    assert refused.status_code == 422
    assert not Message.objects.filter(purpose="defect").exists()


def test_a_name_in_braces_is_not_filled_in_twice(desk: Desk, check: ExistenceCheck) -> None:
    from applications.contacts.texts import written

    check.reservation.name = "{電話}"
    assert "{電話}様" in written(TEXT, check).body


def test_each_call_stands_in_the_log_with_its_next_try(bureau: Client, check: ExistenceCheck) -> None:
    call(bureau, check, "no_answer", call_note="留守でした")
    call(bureau, check, "promised", days=2, call_note="明日かけ直すとのこと")
    page = bureau.get(page_of(check)).content.decode()
    for text in ("電話に出なかった", "留守でした", "明日かけ直すとのこと", "申請者の返事待ち"):
        assert text in page
    assert [contact.result for contact in contacts_of(ExistenceCheck.objects.get())] == ["no_answer", "promised"]


@pytest.mark.parametrize(
    ("days", "more", "told"),
    [
        (-1, {}, "これからの日時"),
        (30, {}, "来局日時より前"),
        (1, {"next_time": ""}, "時刻"),
        (1, {"call_note": "1234-5678-9018"}, "マイナンバー"),
        (1, {"next_on_day": "x"}, "次に連絡する日"),
    ],
)
def test_a_call_without_a_sound_next_step_is_not_noted(
    bureau: Client, check: ExistenceCheck, days: int, more: dict[str, str], told: str
) -> None:
    answer = call(bureau, check, "no_answer", days, **more)
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert not DefectContact.objects.exists()


def test_whose_turn_it_is_moves_with_the_clock(bureau: Client, desk: Desk, check: ExistenceCheck) -> None:
    person = staff_member_of(bureau)
    assert list(defects(person, Part.NOW)) == [check]
    call(bureau, check, "promised")
    assert list(defects(person, Part.WAITING)) == [check]
    assert not defects(person, Part.NOW)
    ExistenceCheck.objects.update(next_step_at=timezone.now() - timedelta(minutes=1))
    assert list(defects(person, Part.NOW)) == [check]
    assert "返事の期限が過ぎました" in bureau.get(LIST).content.decode()


def staff_member_of(bureau: Client) -> Any:
    from accounts.models import User

    return User.objects.get(pk=bureau.session["_auth_user_id"])


def test_a_mail_that_did_not_arrive_is_the_bureaus_turn_at_once(bureau: Client, check: ExistenceCheck) -> None:
    bureau.post(f"{page_of(check)}notice/", {"text": "ask", "sure": "yes"})
    person = staff_member_of(bureau)
    assert not defects(person, Part.NOW)
    Message.objects.filter(purpose="defect").update(state=MessageState.BOUNCED)
    assert list(defects(person, Part.NOW)) == [check]
    assert "メールが届きませんでした" in bureau.get(LIST).content.decode()
    call(bureau, check, "promised")
    assert not defects(person, Part.NOW)


def test_not_reached_needs_its_tries(bureau: Client, desk: Desk, check: ExistenceCheck) -> None:
    call(bureau, check, "no_answer")
    with pytest.raises(TooFewTries, match="2回"):
        check_give_up(check=check, reason=EndReason.NOT_REACHED, by=desk.by)
    call(bureau, check, "no_answer")
    check_give_up(check=check, reason=EndReason.NOT_REACHED, by=desk.by)
    ended = ExistenceCheck.objects.select_related("reservation").get()
    assert (ended.state, ended.end_reason) == (CheckState.GIVEN_UP, EndReason.NOT_REACHED)
    assert ended.reservation.state == ReservationState.CANCELLED
    assert "申請者に連絡がつかなかった" in bureau.get(f"{LIST}?state=given_up").content.decode()


def test_tries_about_an_earlier_defect_do_not_count(bureau: Client, desk: Desk, check: ExistenceCheck) -> None:
    call(bureau, check, "no_answer")
    call(bureau, check, "promised")
    defect_resolve(check=check, by=desk.by)
    again = defect_of(desk, check.reservation)
    assert contacts_of(again) == []
    with pytest.raises(TooFewTries):
        check_give_up(check=again, reason=EndReason.NOT_REACHED, by=desk.by)


def test_nothing_is_sent_or_noted_once_the_city_has_it(bureau: Client, desk: Desk, check: ExistenceCheck) -> None:
    defect_resolve(check=check, by=desk.by)
    assert bureau.post(f"{page_of(check)}notice/", {"text": "ask", "sure": "yes"}).status_code == 422
    assert call(bureau, check, "no_answer").status_code == 422
    assert not DefectContact.objects.exists()


STATES = [*product(CheckState, ReservationState, [None, *ContactResult], [True, False])]


@pytest.mark.parametrize(("state", "booking", "last", "is_due"), STATES)
def test_nobody_is_left_without_a_next_step(
    state: CheckState, booking: ReservationState, last: ContactResult | None, is_due: bool
) -> None:
    """Every state of check and booking, with every last try, before and after its time."""
    now = timezone.now()
    moment = now - timedelta(hours=1) if is_due else now + timedelta(hours=1)
    check = ExistenceCheck(state=state, next_step_at=moment, reservation=Reservation(state=booking))
    contacts = [DefectContact(result=last, next_at=moment)] if last else []
    step = next_step(check, contacts, now)
    assert step.what
    ended = state == CheckState.GIVEN_UP or booking in (ReservationState.CANCELLED, ReservationState.NO_SHOW)
    assert (step.turn == Turn.NOBODY) == ended
    if state == CheckState.DEFECT and not ended and step.turn != Turn.BUREAU:
        assert step.turn == Turn.APPLICANT
        assert step.at is not None
        assert step.at > now
        assert next_step(check, contacts, step.at).turn == Turn.BUREAU


def test_every_result_of_a_call_can_be_chosen(bureau: Client, check: ExistenceCheck) -> None:
    page = bureau.get(page_of(check)).content.decode()
    assert all(f'value="{result}"' in page for result in CALL_RESULTS)
