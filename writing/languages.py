"""The languages of the citizens' pages: Japanese, English and plain Japanese (やさしい日本語). Staff read Japanese.

Plain Japanese has no code of its own in BCP 47, so it is a locale of this product: `ja-easy`, written `ja` wherever a
browser or screen reader reads it. Somebody chooses by a link (`?language=en`), which a cookie keeps; without a choice
the browser's languages count (docs/decisions/0043-languages.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from writing.readings import with_readings

JAPANESE = "ja"
ENGLISH = "en"
EASY = "ja-easy"
PARAMETER = "language"
COOKIE_SECONDS = 365 * 24 * 60 * 60
STAFF_ADDRESSES = ("/staff/", "/admin/")

LANG_INFO[EASY] = {"bidi": False, "code": EASY, "name": "Plain Japanese", "name_local": "やさしい日本語"}


@dataclass(frozen=True, slots=True)
class Language:
    """`label` is the language's own name; `tag` what HTML and HTTP say."""

    code: str
    label: str
    tag: str


LANGUAGES: tuple[Language, ...] = (
    Language(JAPANESE, "日本語", "ja"),
    Language(ENGLISH, "English", "en"),
    Language(EASY, "やさしい日本語", "ja"),
)
BY_CODE = {language.code: language for language in LANGUAGES}


def current_language() -> Language:
    """The language of the page, mail or paper that is being made; Japanese where nothing else was set."""
    return BY_CODE.get(translation.get_language() or JAPANESE, BY_CODE[JAPANESE])


def language_of(request: HttpRequest) -> Language:
    """Asked for in the address, else kept in the cookie, else the first that the browser and we both know."""
    if request.path.startswith(STAFF_ADDRESSES):
        return BY_CODE[JAPANESE]
    asked = BY_CODE.get(request.GET.get(PARAMETER, "")) or BY_CODE.get(
        request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    )
    return asked or BY_CODE[translation.get_language_from_request(request)]


class CitizenLanguageMiddleware:
    """Speak the citizen's language for the length of one request, and keep what was chosen in the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language.code):
            response = self.get_response(request)
        if request.path.startswith(STAFF_ADDRESSES):
            return response
        if language.code == EASY:
            _put_readings_above(response)
        response.headers.setdefault("Content-Language", language.tag)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if request.GET.get(PARAMETER) == language.code:
            _keep(response, language)
        return response


def _put_readings_above(response: HttpResponse) -> None:
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    response.content = with_readings(response.content.decode()).encode()
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))


def _keep(response: HttpResponse, language: Language) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language.code,
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def languages(_request: HttpRequest) -> dict[str, Any]:
    """For every template: `page_language`, and all `languages` to choose from."""
    return {"page_language": current_language(), "languages": LANGUAGES}
