"""From the first page to the booking, without JavaScript."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from notifications.models import Message
from reservations.actions import seat_hold
from reservations.fairness.records import Bucket, Step
from reservations.models import BookingChannel, Hold, Reservation, Slot
from tests.citizen.road import TYPED, Road, fields, text, title, token_of
from tests.reservations.town import CITIZEN, a_time, make_slot
from writing.dates import day_text, long_day_text

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("fukuoka-05", "fukuoka-07")
def test_every_step_leads_to_the_next(road: Road) -> None:
    client, town, day = road.client, road.town, timezone.localdate(road.slot.starts_at)
    for here, onward in (
        ("/", "/book/"),
        ("/book/", "/book/renewal/"),
        ("/book/renewal/", "/book/renewal/places/"),
        ("/book/renewal/places/", f"/book/renewal/{town.office.code}/"),
        (f"/book/renewal/{town.office.code}/?month={day:%Y-%m}", f"/book/renewal/{town.office.code}/{day}/"),
    ):
        response = client.get(here)
        assert response.status_code == 200, here
        assert f'href="{onward}"' in text(response), here
    times = client.get(f"/book/renewal/{town.office.code}/{day}/")
    assert f'name="slot" value="{road.slot.pk}"' in text(times)


def test_booking_keeps_what_was_typed_in_its_normal_form(road: Road) -> None:
    done = road.book()
    held = Reservation.objects.get()
    assert done.url == f"/r/{done.url.split('/')[2]}/?done=booked"
    assert (held.name, held.reading) == ("見本 花子", "ミホン ハナコ")
    assert (held.birth_date, held.phone) == (date(1985, 4, 2), "00012345678")
    assert (held.channel, held.slot) == (BookingChannel.WEB, road.slot)
    assert not Hold.objects.exists()
    page = road.client.get(done.url)
    assert title(page) == "予約が完了しました"
    for shown in (
        f"{held.number[:3]}-{held.number[3:6]}-{held.number[6:]}",
        "見本郵便局",
        "マイナンバーカード",
        "<svg",
    ):
        assert shown in text(page)
    assert "見本市架空区1-2-3" not in text(page)


def test_mail_is_queued_and_nothing_is_sent_by_the_page(road: Road) -> None:
    done = road.book()
    booked = Message.objects.get(purpose="booked")
    assert booked.recipient == "hanako@example.jp"
    assert done.url.split("?")[0] in booked.body
    assert mail.outbox == []


def test_booking_works_without_reading_and_mail(road: Road) -> None:
    done = road.book(reading="", email="")
    held = Reservation.objects.get()
    assert (held.reading, held.email) == ("", "")
    assert "書き留める" in text(road.client.get(done.url))


def test_confirmation_books_nothing_and_shows_what_was_typed(road: Road) -> None:
    confirmation = road.step(road.hold(), "confirm")
    assert title(confirmation) == "内容の確認"
    for shown in ("見本 花子", "ミホン ハナコ", "1985年4月2日（昭和60年4月2日）", "000-1234-5678", "hanako@example.jp"):
        assert shown in text(confirmation)
    assert not Reservation.objects.exists()


def test_going_back_from_the_confirmation_loses_nothing(road: Road) -> None:
    form_url = road.hold()
    confirmation = road.step(form_url, "confirm")
    back = road.client.post(form_url, fields(confirmation))
    assert fields(back) == TYPED
    assert "error-summary" not in text(back)


@pytest.mark.requirement("fukuoka-07")
def test_second_submission_shows_the_same_booking(road: Road) -> None:
    form_url = road.hold()
    first = road.book(form_url)
    second = road.step(form_url, "book")
    assert second.url == first.url
    assert Reservation.objects.count() == 1
    for name in ("confirm", "extend"):
        assert road.step(form_url, name).url == first.url.split("?")[0]
    assert road.client.get(form_url).url == first.url.split("?")[0]


@pytest.mark.parametrize("name", ["confirm", "book", "extend", "again"])
def test_opening_a_buttons_address_leads_to_the_form(road: Road, name: str) -> None:
    form_url = road.hold()
    path, query = form_url.split("?")
    assert road.client.get(f"{path}{name}/?{query}").url == form_url


def test_extending_the_hold_keeps_what_was_typed(road: Road) -> None:
    form_url = road.hold()
    Hold.objects.update(expires_at=timezone.now() + timedelta(seconds=30))
    half = TYPED | {"phone": "いまは", "address": ""}
    extended = road.step(form_url, "extend", half)
    assert fields(extended) == half
    assert "時間を延ばしました" in text(extended)
    assert "error-summary" not in text(extended)
    assert Hold.objects.get().expires_at > timezone.now() + timedelta(minutes=9)


def test_extending_too_often_says_so_and_offers_no_button(road: Road) -> None:
    form_url = road.hold()
    for _time in range(3):
        assert road.step(form_url, "extend").status_code == 200
    refused = road.step(form_url, "extend")
    assert refused.status_code == 409
    assert "これ以上は時間を延ばせません" in text(refused)
    assert "/extend/" not in text(refused)
    assert fields(refused) == TYPED


def test_slot_just_taken_is_said_on_top_with_the_next_free_times(road: Road) -> None:
    later = make_slot(road.town.office, a_time(days=8))
    seat_hold(slot_id=road.slot.pk, procedure=road.town.renewal, by=CITIZEN)
    for address in (road.month_url(), f"{road.month_url()}{timezone.localdate(road.slot.starts_at)}/"):
        refused = road.client.post(address, {"slot": road.slot.pk})
        assert refused.status_code == 409
        assert text(refused).index("たった今ほかの方の予約が入りました") < text(refused).index("<h1")
        assert f'value="{later.pk}"' in text(refused)
        assert f'value="{road.slot.pk}"' not in text(refused)


@pytest.mark.parametrize("slot", ["", "x", "0", "99999999", "１", "9" * 30, "-1"])
def test_slot_that_does_not_exist_is_refused_kindly(road: Road, slot: str) -> None:
    refused = road.client.post(road.month_url(), {"slot": slot})
    assert refused.status_code == 409
    assert "この日時は受け付けていません" in text(refused)


def test_swept_hold_takes_the_same_time_again_and_keeps_what_was_typed(road: Road) -> None:
    form_url = road.hold()
    _sweep()
    again = road.step(form_url, "book")
    assert title(again) == "内容の確認"
    assert "予約はまだ完了していません" in text(again)
    assert fields(again) == TYPED
    assert not Reservation.objects.exists()
    assert Slot.objects.get(pk=road.slot.pk).public_taken == 1


def test_swept_hold_whose_time_is_gone_offers_others_and_keeps_what_was_typed(road: Road) -> None:
    later = make_slot(road.town.office, a_time(days=8))
    form_url = road.hold()
    _sweep()
    Slot.objects.filter(pk=road.slot.pk).update(public_taken=1)
    offered = road.step(form_url, "book")
    assert offered.status_code == 409
    assert title(offered) == "日時を選び直す"
    assert "お取りしておく時間が過ぎました" in text(offered)
    chosen = road.step(form_url, "again", fields(offered) | {"slot": str(later.pk)})
    assert title(chosen) == "内容の確認"
    assert fields(chosen) == TYPED
    assert Slot.objects.get(pk=later.pk).public_taken == 1


def test_swept_hold_without_typed_text_offers_times_and_takes_nothing(road: Road) -> None:
    form_url = road.hold()
    _sweep()
    offered = road.client.get(form_url)
    assert offered.status_code == 410
    assert f'value="{road.slot.pk}"' in text(offered)
    assert not Hold.objects.exists()
    chosen = road.step(form_url, "again", {"slot": str(road.slot.pk)})
    assert title(chosen) == "お越しになる方の入力"
    assert "error-summary" not in text(chosen)


def test_choosing_another_time_gives_the_first_one_back(road: Road) -> None:
    later = make_slot(road.town.office, a_time(days=8))
    form_url = road.hold()
    offered = road.step(form_url, "again")
    assert fields(offered) == TYPED
    day = timezone.localdate(later.starts_at)
    times = road.step(form_url, "again", TYPED | {"day": day.isoformat()})
    assert f"{day_text(day)}の時間" in text(times)
    road.step(form_url, "again", TYPED | {"slot": str(later.pk)})
    assert list(Slot.objects.order_by("starts_at").values_list("public_taken", flat=True)) == [0, 1]


def test_another_time_that_is_gone_too_keeps_the_hold(road: Road) -> None:
    full = make_slot(road.town.office, a_time(days=8), seats=0)
    form_url = road.hold()
    refused = road.step(form_url, "again", TYPED | {"slot": str(full.pk)})
    assert refused.status_code == 409
    assert fields(refused) == TYPED
    assert Hold.objects.get().slot == road.slot


def test_nothing_free_says_what_to_do(road: Road) -> None:
    Slot.objects.update(public_taken=1)
    for address in ("/book/renewal/places/", road.month_url()):
        page = text(road.client.get(address))
        assert "いま予約できる時間がありません" in page
        assert "000-000-0000" in page


def test_place_that_opens_beyond_reach_says_from_when_it_can_be_booked(road: Road) -> None:
    opens_on = timezone.localdate() + timedelta(days=100)
    road.town.office.opens_on = opens_on
    road.town.office.save()
    begins = long_day_text(timezone.localdate() + timedelta(days=40))
    road.slot.delete()
    places, month = text(road.client.get("/book/renewal/places/")), text(road.client.get(road.month_url()))
    for page in (places, month):
        assert begins in page
        assert long_day_text(opens_on) in page
    assert "予約が埋まっています" not in month
    assert "<table" not in month


@pytest.mark.parametrize(
    "address",
    [
        "/book/unknown/",
        "/book/unknown/places/",
        "/book/renewal/unknown/",
        "/book/renewal/mihon/2026-13-01/",
        "/book/hold/unknown/",
        "/book/hold/unknown/?slot=1&procedure=unknown",
        "/book/hold/unknown/?slot=1&procedure=%00",
        "/r/unknown/",
        "/r/unknown:signed:token/",
    ],
)
def test_unknown_addresses_are_not_found(road: Road, address: str) -> None:
    assert road.client.get(address).status_code == 404


def test_a_place_without_the_procedure_says_so_under_its_promised_address(road: Road) -> None:
    assert road.client.get("/book/other/mihon/").status_code == 410


def test_procedure_that_is_not_offered_online_says_so_and_is_not_listed(road: Road) -> None:
    road.town.renewal.bookable_online = False
    road.town.renewal.save()
    assert road.client.get("/book/renewal/").status_code == 410
    assert "電子証明書の更新" not in text(road.client.get("/book/"))


@pytest.mark.requirement("fukuoka-11")
def test_forms_need_their_token_against_forgery(road: Road) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(road.month_url(), {"slot": road.slot.pk}).status_code == 403
    assert token_of(road.hold())


def _sweep() -> None:
    """As the sweeper does once the hold's minutes are over."""
    slot = Hold.objects.get().slot
    Hold.objects.all().delete()
    Slot.objects.filter(pk=slot.pk).update(public_taken=0)


def test_the_same_booking_sent_again_gives_the_network_nothing_back(road: Road) -> None:
    """Else one booking, repeated, would fill the bucket that other holds have emptied."""
    Slot.objects.update(public_seats=5)
    for _ in range(3):
        road.hold()
    form_url = road.hold()
    bucket = Bucket.objects.get(step=Step.HOLD)
    with time_machine.travel(timezone.now(), tick=False):
        road.step(form_url, "book")
        once = Bucket.objects.get(step=Step.HOLD).tokens
        again = [road.step(form_url, "book").status_code for _ in range(2)]
    assert again == [302, 302]
    assert once == pytest.approx(bucket.tokens + 1)
    assert Bucket.objects.get(step=Step.HOLD).tokens == once
