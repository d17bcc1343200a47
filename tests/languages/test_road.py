"""The citizen's road in English and plain Japanese."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from notifications.models import Message
from reservations.models import Hold, Reservation
from tests.citizen.road import TYPED, Road, fields, text, title
from tests.reservations.town import a_time, make_slot

pytestmark = pytest.mark.django_db

JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]+")
# What stays Japanese on an English page: names of languages, of people, of places without an English name.
PROPER = {"日本語", "やさしい日本語", "（市は未設定）", "市は未設定"}
TYPED_WORDS = set(JAPANESE.findall(" ".join(TYPED.values()))) | {"ミホン", "ハナコ"}
DESK_WORDS = {"平日"}  # of the rules that hold before a profile is loaded


class Words(HTMLParser):
    """Everything a person reads or hears of a page: text and the attributes that are read out."""

    READ_OUT = ("aria-label", "alt", "title", "content")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [
            value or "" for name, value in attrs if name in self.READ_OUT or name.startswith("data-countdown")
        ]


def japanese_words(response: Any) -> set[str]:
    found = set(JAPANESE.findall(" ".join(Words(text(response)).words)))
    return found - PROPER - TYPED_WORDS - DESK_WORDS


def every_page(road: Road) -> dict[str, Any]:
    """All pages of the road, with their errors."""
    make_slot(road.town.elsewhere, a_time(days=9))
    pages = {address: road.client.get(address) for address in _addresses(road)}
    pages["eligibility with errors"] = road.client.post("/book/renewal/", {"birth_date_year": "1985"})
    pages["slot refused"] = road.client.post(road.month_url(), {"slot": "0"})
    form_url = road.hold()
    pages["form"] = road.client.get(form_url)
    for name, wrong in (
        ("name", ""),
        ("birth_date_month", "13"),
        ("birth_date_day", ""),
        ("phone", "12"),
        ("email", "x"),
    ):
        pages[f"form without {name}"] = road.step(form_url, "confirm", TYPED | {name: wrong})
    pages["extended"] = road.step(form_url, "extend")
    pages["again"] = road.step(form_url, "again")
    pages["confirm"] = road.step(form_url, "confirm")
    return pages | _after_booking(road, str(road.step(form_url, "book").url))


def _addresses(road: Road) -> list[str]:
    day = f"{road.month_url()}{a_time().date()}/"
    return ["/", "/book/", "/book/renewal/", "/book/renewal/places/", road.month_url(), day, "/r/find/", "/nowhere/"]


def _after_booking(road: Road, done: str) -> dict[str, Any]:
    link = done.split("?")[0]
    later = make_slot(road.town.elsewhere, a_time(days=8))
    pages = {f"booking {name}": road.client.get(f"{link}{name}") for name in ("change/", "change/places/", "cancel/")}
    held = road.client.post(f"{link}change/?office=kaku", {"slot": later.pk})
    pages |= {"done": road.client.get(done), "change confirm": road.client.get(held.url)}
    Hold.objects.all().delete()
    pages["change refused"] = road.client.post(held.url)
    pages["cancel refused"] = road.client.post(f"{link}cancel/")
    pages["not found"] = road.client.post("/r/find/", {"number": "123456782"} | TYPED)
    pages["cancelled"] = road.client.get(road.client.post(f"{link}cancel/", {"reason": "schedule"}).url)
    return pages


@pytest.mark.requirement("fukuoka-06")
def test_english_pages_hold_no_japanese_but_proper_names(english: Road) -> None:
    left = {name: words for name, page in every_page(english).items() if (words := japanese_words(page))}
    assert left == {}


def test_japanese_words_would_be_noticed(english: Road) -> None:
    """The canary of the test above: an office without an English name."""
    english.town.office.translations = {}
    english.town.office.save()
    assert japanese_words(english.client.get(english.month_url())) == {"見本郵便局"}


def test_plain_japanese_has_its_own_words_and_readings_above_the_characters(easy: Road) -> None:
    for name, page in every_page(easy).items():
        assert '<html lang="ja">' in text(page), name
        assert "お越し" not in text(page), name
        assert re.search(r"<ruby>[一-龯々]+<rp>（</rp><rt>[ぁ-ゖー ]+</rt>", text(page)), name
        assert "<ruby>" not in re.search(r"<title>.*?</title>", text(page), re.DOTALL).group()  # type: ignore[union-attr]
    booked = easy.client.get(easy.month_url())
    assert int(booked.get("Content-Length", len(booked.content))) == len(booked.content)


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [("en-GB,en;q=0.9", "en"), ("ja-JP,en;q=0.5", "ja"), ("fr,en;q=0.5,ja;q=0.4", "en"), ("zh-CN", "ja"), ("", "ja")],
)
def test_browsers_languages_count_until_somebody_chooses(db: None, accepted: str, tag: str) -> None:
    client = Client(headers={"accept-language": accepted})
    page = client.get("/")
    assert page["Content-Language"] == tag
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in page["Vary"].split(",")}
    client.get("/?language=ja")
    assert client.get("/book/")["Content-Language"] == "ja"


def test_choice_is_kept_in_a_cookie_that_scripts_cannot_read(db: None) -> None:
    client = Client()
    assert settings.LANGUAGE_COOKIE_NAME not in client.get("/").cookies
    client.get("/?language=klingon")
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies
    kept = client.get("/?language=en").cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (kept.value, kept["httponly"], kept["samesite"]) == ("en", True, "Lax")


def test_one_readers_language_does_not_stay_with_the_next(english: Road) -> None:
    english.client.get("/")
    assert translation.get_language() == "ja"
    assert 'lang="ja"' in text(Client().get("/"))


def test_links_keep_the_rest_of_the_address(english: Road) -> None:
    page = text(english.client.get(f"{english.month_url()}?month=2026-12"))
    assert 'href="?month=2026-12&amp;language=ja-easy"' in page


@pytest.mark.parametrize("step", ["confirm", "again"])
def test_another_language_loses_nothing_that_was_typed(english: Road, step: str) -> None:
    """Without scripts: the buttons carry it along."""
    form_url = english.hold()
    wrong = TYPED | {"phone": "12"}
    refused = english.step(form_url, "confirm", wrong)
    action = re.search(r'formaction="([^"]+language=ja)"', text(refused))
    assert action is not None
    typed = re.search(r'name="typed" value="([^"]+)"', text(refused))
    assert typed is not None
    page = english.client.post(action.group(1).replace("&amp;", "&"), {"typed": typed.group(1).replace("&amp;", "&")})
    assert page["Content-Language"] == "ja"
    assert fields(page) == wrong
    again = english.step(form_url, step)
    assert 'name="typed"' in text(again)


def test_staff_read_japanese_whatever_the_cookie_says(db: None) -> None:
    client = Client(headers={"accept-language": "en"})
    client.get("/?language=en")
    page = client.get("/staff/sign-in/?language=en")
    assert '<html lang="ja">' in text(page)
    assert "Content-Language" not in page


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("en", "] Your booking", "View, change or cancel your booking here:"),
        ("ja-easy", "予約（よやく）が できました", "持（も）って くる もの"),
        ("ja", "】予約を受け付けました", "予約の確認、日時の変更、取り消しは、次のページでできます。"),
    ],
)
def test_mails_are_written_in_the_language_of_the_booking(
    town: Any, slot: Any, language: str, subject: str, said: str
) -> None:
    client = Client()
    client.get(f"/?language={language}")
    Road(client, town, slot).book()
    assert Reservation.objects.get().language == language
    booked = Message.objects.get(purpose="booked")
    assert subject in booked.title
    assert said in booked.body
    reminder = Message.objects.filter(purpose="reminder").get()
    if language == "en":
        assert set(JAPANESE.findall(booked.body + reminder.body)) <= TYPED_WORDS | PROPER | {"お問い合わせ窓口", "平日"}


def test_days_and_times_are_written_as_the_language_writes_them(english: Road, easy: Road) -> None:
    page = text(english.client.get(english.month_url()))
    assert re.search(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [A-Z][a-z][a-z] 9:00", page)
    assert "Mon–Fri 9:00–12:00, 13:00–16:15" in text(english.client.get("/book/renewal/places/"))
    assert "曜日）" in text(easy.client.get(easy.month_url()))
    assert "午前9時" in text(easy.client.get(easy.month_url()))
    assert "月曜日から 金曜日まで 午前9時から 午後0時まで、午後1時から 午後4時15分まで" in text(
        easy.client.get("/book/renewal/places/")
    )
    assert title(english.client.get(f"{english.month_url()}{a_time().date()}/")).startswith("Choose a time on ")


def test_calendar_file_speaks_the_language(english: Road) -> None:
    link = english.link()
    file = text(english.client.get(f"{link}yoyaku.ics"))
    assert "SUMMARY:Renewal (Mihon Post Office)" in file
    assert "Booking number" in file
