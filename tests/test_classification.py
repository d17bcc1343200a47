"""Every stored field of every room is classified, and kept by a rule that every city's profile holds."""

import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from audit.classification import Classified, Sensitivity, classified

PROFILES = sorted((Path(settings.BASE_DIR) / "config" / "cities").glob("*.toml"))
# Names that say by themselves what they hold: a personal field under one of them is a slip.
PERSONAL_NAMES = {"reading", "birth_date", "address", "phone", "email", "note", "remarks"}


def our_models() -> Iterator[type[models.Model]]:
    """The models of the rooms in this repository; packages classify nothing."""
    for room in apps.get_app_configs():
        if Path(room.path).parent == Path(settings.BASE_DIR):
            yield from room.get_models()


def stored_fields(model: type[models.Model]) -> set[str]:
    return {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}


def table_of(model: type[models.Model]) -> dict[str, Classified]:
    fields: dict[str, Classified] = import_module(f"{model._meta.app_label}.classification").FIELDS
    return fields


OUR_MODELS = list(our_models())


def test_the_rooms_are_found() -> None:
    labels = {model._meta.label for model in OUR_MODELS}
    assert {"audit.AuditEvent", "vault.VaultObject", "accounts.User", "reservations.Reservation"} <= labels


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_every_field_is_classified_and_every_name_is_a_field(model: type[models.Model]) -> None:
    entry = table_of(model).get(model.__name__)
    assert entry is not None, f"{model._meta.label} does not stand in {model._meta.app_label}/classification.py"
    assert set(entry.fields) == stored_fields(model)


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_what_sounds_personal_is_personal(model: type[models.Model]) -> None:
    classes = table_of(model)[model.__name__].fields
    wrong = {name for name in PERSONAL_NAMES & set(classes) if classes[name] is Sensitivity.INTERNAL}
    assert not wrong


@pytest.mark.parametrize("room", sorted({model._meta.app_label for model in OUR_MODELS}))
def test_no_table_names_a_model_that_is_gone(room: str) -> None:
    assert set(import_module(f"{room}.classification").FIELDS) == {
        model.__name__ for model in apps.get_app_config(room).get_models()
    }


@pytest.mark.parametrize("profile", PROFILES, ids=lambda path: path.stem)
def test_every_retention_rule_stands_in_the_profile(profile: Path) -> None:
    rules = tomllib.loads(profile.read_text())["rules"]["retention"]
    used = {table_of(model)[model.__name__].retention for model in OUR_MODELS}
    assert used <= set(rules)


def test_a_field_in_two_classes_is_refused() -> None:
    with pytest.raises(ValueError, match="phone"):
        classified(personal="phone", secret="phone", retention="reservation")
