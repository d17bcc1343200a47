"""Every text that citizens may read is translated, completely and with the same blanks."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from postoffices.desks import Desk
from postoffices.profile import Spoken
from postoffices.reading import available_cities, profile_path, read_profile
from writing.catalogues import catalogue_paths, compile_catalogue, read_catalogue
from writing.extraction import marked_texts

JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
BLANK = re.compile(r"%\(\w+\)s|\{\w+\}")
PATHS = catalogue_paths()


def faults(catalogue: Catalog, marked: set[str]) -> list[str]:
    """What is missing, empty, uncertain or differs in its blanks."""
    held = {str(message.id): message for message in catalogue if message.id}
    found = [f"missing: {text}" for text in sorted(marked - held.keys())]
    for text, message in held.items():
        said = str(message.string or "")
        if not said.strip() and text.strip():
            found.append(f"empty: {text}")
        elif message.fuzzy:
            found.append(f"uncertain: {text}")
        elif sorted(BLANK.findall(text)) != sorted(BLANK.findall(said)):
            found.append(f"other blanks: {text} -> {said}")
    return found


def test_all_languages_have_a_catalogue() -> None:
    assert [path.parent.parent.name for path in PATHS] == ["en", "ja_Easy"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.parent.name)
def test_every_marked_text_is_translated(path: Path) -> None:
    marked = {str(message.id) for message in marked_texts() if message.id}
    assert len(marked) > 250
    assert faults(read_catalogue(path), marked) == [], "run: manage.py update_languages, then translate"


def test_missing_empty_uncertain_and_broken_texts_are_found() -> None:
    """The canary of the test above."""
    catalogue = Catalog()
    catalogue.add("空", "")
    catalogue.add("曖昧", "vague", flags=["fuzzy"])
    catalogue.add("%(name)s 様", "Dear customer,")
    found = faults(catalogue, {"空", "曖昧", "%(name)s 様", "新しい"})
    assert [line.split(":")[0] for line in found] == ["missing", "empty", "uncertain", "other blanks"]


def test_english_texts_hold_no_japanese() -> None:
    catalogue = read_catalogue(PATHS[0])
    assert [message.string for message in catalogue if message.id and JAPANESE.search(str(message.string))] == []


def test_fuzzy_texts_are_not_compiled(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n#, fuzzy\nmsgid "曖昧"\nmsgstr "vague"\n'
        '\nmsgid "確か"\nmsgstr "certain"\n'
    )
    assert compile_catalogue(path)
    compiled = path.with_suffix(".mo").read_bytes()
    assert b"certain" in compiled
    assert b"vague" not in compiled
    assert not compile_catalogue(path)


@pytest.mark.parametrize("city", available_cities())
def test_profiles_that_come_with_the_product_speak_english_and_plain_japanese(city: str) -> None:
    profile = read_profile(profile_path(city))
    desk = profile.rules.desks.citizen
    offices = [office for office in profile.complete_offices() if office.takes_bookings]
    parts: list[Spoken | Desk] = [profile.city, *profile.wards, *offices, *profile.procedures, desk]
    for part in parts:
        assert part.en is not None, part
        assert part.easy is not None, part
        assert part.en.name
        assert part.easy.name
        assert not JAPANESE.search(part.en.model_dump_json()), part
    for procedure in profile.procedures:
        for words in (procedure.en, procedure.easy):
            assert words is not None
            assert len(words.bring or []) == len(procedure.bring)
            assert words.summary
            assert words.fee_note
