"""After the booking: by link, or by number and birth date."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from postoffices.city import current_city
from reservations.actions import reservation_cancel, reservation_mark_visited, seat_hold
from reservations.citizen.attempts import PLACES_PER_ADDRESS, PLACES_PER_NUMBER
from reservations.models import CancelReason, Hold, Reservation, ReservationState, Slot
from reservations.numbers import check_digit
from tests.citizen.road import Road, fields, text, title
from tests.reservations.town import CITIZEN, a_time, make_slot

pytestmark = pytest.mark.django_db

BORN = {"birth_date_year": "1985", "birth_date_month": "4", "birth_date_day": "2"}
NOT_FOUND = "予約番号と生年月日に一致する予約がありません"
STOPPED = "30分ほど確認を止めています"


def find(client: Client, number: str, **more: str) -> Any:
    return client.post("/r/find/", {"number": number} | BORN | more)


# -- change


@pytest.mark.requirement("fukuoka-07")
def test_change_keeps_the_old_time_until_the_new_one_is_certain(road: Road) -> None:
    later = make_slot(road.town.elsewhere, a_time(days=8))
    link = road.link()
    held = road.client.post(f"{link}change/?office=kaku", {"slot": later.pk})
    assert Reservation.objects.get().slot == road.slot
    confirmation = road.client.get(held.url)
    assert title(confirmation) == "変更の確認"
    assert "見本郵便局" in text(confirmation)
    assert "架空郵便局" in text(confirmation)
    done = road.client.post(held.url)
    assert done.url == f"{link}?done=changed"
    assert Reservation.objects.get().slot == later
    assert list(Slot.objects.order_by("starts_at").values_list("public_taken", flat=True)) == [0, 1]


def test_change_sent_twice_is_done_once(road: Road) -> None:
    later = make_slot(road.town.office, a_time(days=8))
    held = road.client.post(f"{road.link()}change/", {"slot": later.pk})
    first, second = road.client.post(held.url), road.client.post(held.url)
    assert first.url == second.url == road.client.get(held.url).url
    assert Reservation.objects.get().changes == 1


@pytest.mark.requirement("fukuoka-07")
def test_time_for_confirming_a_change_can_be_extended_as_often_as_the_city_allows(road: Road) -> None:
    later = make_slot(road.town.office, a_time(days=8))
    held = road.client.post(f"{road.link()}change/", {"slot": later.pk})
    assert f'formaction="{held.url}extend/"' in text(road.client.get(held.url))
    Hold.objects.update(expires_at=timezone.now() + timedelta(seconds=30))
    extended = road.client.post(f"{held.url}extend/")
    assert extended.url == f"{held.url}?done=extended"
    assert "時間を延ばしました。" in text(road.client.get(extended.url))
    assert Hold.objects.get().expires_at > timezone.now() + timedelta(minutes=9)
    Hold.objects.update(extended=current_city().rules.hold_extensions)
    refused = road.client.post(f"{held.url}extend/")
    assert refused.status_code == 409
    assert "これ以上は時間を延ばせません" in text(refused)
    assert "extend/" not in text(refused)
    assert road.client.post(held.url).url.endswith("?done=changed")


def test_extending_a_change_whose_hold_is_over_offers_times_again(road: Road) -> None:
    later = make_slot(road.town.office, a_time(days=8))
    held = road.client.post(f"{road.link()}change/", {"slot": later.pk})
    Hold.objects.all().delete()
    refused = road.client.post(f"{held.url}extend/")
    assert refused.status_code == 409
    assert title(refused) == "日時を変更する"
    assert road.client.get(f"{held.url}extend/").url == held.url


def test_leaving_the_change_gives_the_new_time_back(road: Road) -> None:
    later = make_slot(road.town.office, a_time(days=8))
    link = road.link()
    held = road.client.post(f"{link}change/", {"slot": later.pk})
    assert road.client.post(f"{held.url}stop/").url == link
    assert not Hold.objects.exists()
    assert Slot.objects.get(pk=later.pk).public_taken == 0


def test_change_whose_hold_is_over_offers_times_and_keeps_the_booking(road: Road) -> None:
    later = make_slot(road.town.office, a_time(days=8))
    held = road.client.post(f"{road.link()}change/", {"slot": later.pk})
    Hold.objects.all().delete()
    Slot.objects.filter(pk=later.pk).update(public_taken=0)
    refused = road.client.post(held.url)
    assert refused.status_code == 409
    assert "お取りしておく時間が過ぎました" in text(refused)
    assert Reservation.objects.get().slot == road.slot


def test_change_to_a_time_just_taken_is_refused_with_others(road: Road) -> None:
    later, last = make_slot(road.town.office, a_time(days=8)), make_slot(road.town.office, a_time(days=9))
    link = road.link()
    seat_hold(slot_id=later.pk, procedure=road.town.renewal, by=CITIZEN)
    refused = road.client.post(f"{link}change/", {"slot": later.pk})
    assert refused.status_code == 409
    assert "たった今ほかの方の予約が入りました" in text(refused)
    assert f'value="{last.pk}"' in text(refused)


def test_other_places_are_offered_for_a_change(road: Road) -> None:
    make_slot(road.town.elsewhere, a_time(days=8))
    link = road.link()
    assert f'href="{link}change/?office=kaku"' in text(road.client.get(f"{link}change/places/"))
    assert "架空郵便局" in text(road.client.get(f"{link}change/?office=kaku"))
    for strange in ("unknown", "%00", "other"):
        assert "見本郵便局" in text(road.client.get(f"{link}change/?office={strange}"))


def test_after_the_deadline_the_page_names_the_telephone_and_offers_no_change(road: Road) -> None:
    link = road.link()
    with time_machine.travel(road.slot.starts_at - timedelta(hours=12), tick=False):
        page = text(road.client.get(link))
        assert "日時の変更の受付は終わりました" in page
        assert "000-000-0000" in page
        assert f'href="{link}change/"' not in page
        assert f'href="{link}cancel/"' in page
        assert road.client.get(f"{link}change/").url == link


# -- cancel


@pytest.mark.requirement("fukuoka-07")
def test_cancelling_asks_for_the_reason_and_gives_the_time_back(road: Road) -> None:
    link = road.link()
    assert "取り消しの理由を選んでください。" in text(road.client.post(f"{link}cancel/"))
    done = road.client.post(f"{link}cancel/", {"reason": "schedule"})
    assert done.url == f"{link}?done=cancelled"
    assert title(road.client.get(done.url)) == "予約を取り消しました"
    held = Reservation.objects.get()
    assert (held.state, held.cancel_reason) == (ReservationState.CANCELLED, CancelReason.SCHEDULE)
    assert Slot.objects.get().public_taken == 0


def test_offices_reasons_are_not_for_citizens(road: Road) -> None:
    assert road.client.post(f"{road.link()}cancel/", {"reason": "defect"}).status_code == 422


def test_links_of_a_cancelled_booking_answer_kindly(road: Road) -> None:
    link = road.link()
    road.client.post(f"{link}cancel/", {"reason": "other"})
    page = road.client.get(link)
    assert title(page) == "この予約は取り消されています"
    assert "新しく予約する" in text(page)
    for name in ("cancel", "change", "change/places"):
        assert road.client.get(f"{link}{name}/").url == link
        assert road.client.head(f"{link}{name}/").status_code == 302


def test_cancelled_elsewhere_in_the_meantime_is_no_error(road: Road) -> None:
    link = road.link()
    reservation_cancel(reservation=Reservation.objects.get(), reason=CancelReason.DONE_ELSEWHERE, by=CITIZEN)
    assert road.client.post(f"{link}cancel/", {"reason": "other"}).url == link


def test_visit_is_over_after_it_happened(road: Road) -> None:
    link = road.link()
    reservation_mark_visited(reservation=Reservation.objects.get(), by=CITIZEN)
    page = text(road.client.get(link))
    assert "この予約の日時は過ぎています" in page
    assert f"{link}cancel/" not in page


def test_orphaned_booking_asks_for_a_new_time(road: Road) -> None:
    link = road.link()
    Reservation.objects.update(state=ReservationState.ORPHANED)
    page = text(road.client.get(link))
    assert "新しい日時を選んでください" in page
    assert f'href="{link}change/"' in page
    assert "arrival-code" not in page


# -- calendar file


def test_calendar_file_names_time_place_and_number_but_no_person(road: Road) -> None:
    link = road.link()
    response = road.client.get(f"{link}yoyaku.ics")
    held = Reservation.objects.get()
    assert response["Content-Type"].startswith("text/calendar")
    event = Calendar.from_ical(text(response)).walk("VEVENT")[0]
    assert event.decoded("dtstart") == held.slot.starts_at
    assert event.decoded("dtend") == held.slot.ends_at
    assert "見本郵便局" in str(event["location"])
    assert link in str(event["description"])
    assert held.number in str(event["uid"])
    assert "花子" not in text(response)


# -- without the link


@pytest.mark.requirement("fukuoka-07")
def test_number_and_birth_date_open_the_booking_for_half_an_hour(road: Road) -> None:
    road.book()
    number = Reservation.objects.get().number
    stranger = Client()
    for written in (
        number,
        f"{number[:3]}-{number[3:6]}-{number[6:]}",
        number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ):
        opened = find(stranger, written, birth_date_year="昭和60")
        assert opened.status_code == 302
    short = opened.url
    assert title(stranger.get(short)) == "予約の内容"
    assert stranger.get(f"{short}change/").status_code == 200
    assert "/r/find/" in text(stranger.get(f"{short}yoyaku.ics"))
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        over = stranger.get(short)
        assert over.status_code == 410
        assert "もう一度入力してください" in text(over)


def test_wrong_number_and_wrong_date_get_the_same_answer(road: Road) -> None:
    road.book()
    number = Reservation.objects.get().number
    other = str((int(number[:8]) + 1) % 10**8).zfill(8)
    wrong_number = find(Client(), other + check_digit(other))
    wrong_date = find(Client(), number, birth_date_day="3")
    assert wrong_number.status_code == wrong_date.status_code == 422
    assert NOT_FOUND in text(wrong_number)
    cleaned = [
        text(page).replace(typed, "")
        for page, typed in ((wrong_number, other + check_digit(other)), (wrong_date, number))
    ]
    assert cleaned[0].split("<form")[0] == cleaned[1].split("<form")[0]
    assert fields(wrong_date)["birth_date_day"] == "3"


def test_mistyped_number_is_noticed_before_anything_is_looked_up(road: Road) -> None:
    page = text(find(Client(), "123456780"))
    assert "予約番号は9桁の数字です" in page
    assert NOT_FOUND not in page


def test_after_five_failures_even_the_right_date_is_refused_for_this_number_only(road: Road) -> None:
    road.book()
    number = Reservation.objects.get().number
    for attempt in range(PLACES_PER_NUMBER):
        assert NOT_FOUND in text(find(Client(REMOTE_ADDR=f"192.0.2.{attempt}"), number, birth_date_day="3"))
    stopped = find(Client(REMOTE_ADDR="192.0.2.99"), number)
    assert stopped.status_code == 429
    assert STOPPED in text(stopped)
    other = "00000001" + check_digit("00000001")
    assert NOT_FOUND in text(find(Client(REMOTE_ADDR="192.0.2.1"), other))
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert find(Client(), number).status_code == 302


def test_right_answers_use_up_no_attempts(road: Road) -> None:
    road.book()
    number = Reservation.objects.get().number
    for _attempt in range(PLACES_PER_NUMBER * 2):
        assert find(Client(), number).status_code == 302


def test_many_people_behind_one_address_are_not_locked_out_by_a_few_slips(road: Road) -> None:
    road.book()
    number = Reservation.objects.get().number
    carrier = Client(REMOTE_ADDR="198.51.100.7")
    for other in _numbers(20):
        find(carrier, other)
    assert find(carrier, number).status_code == 302


def test_one_address_cannot_go_through_numbers(road: Road) -> None:
    guesser = Client(REMOTE_ADDR="2001:db8::1")
    for other in _numbers(PLACES_PER_ADDRESS):
        assert NOT_FOUND in text(find(guesser, other))
    neighbour = Client(REMOTE_ADDR="2001:db8::ffff")
    last = _numbers(PLACES_PER_ADDRESS + 1)[-1]
    assert STOPPED in text(find(neighbour, last))
    assert NOT_FOUND in text(find(Client(REMOTE_ADDR="2001:db8:0:1::1"), last))


def _numbers(count: int) -> list[str]:
    digits = [f"{number:08d}" for number in range(count)]
    return [number + check_digit(number) for number in digits]
