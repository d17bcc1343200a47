"""A small city whose profile tests read whole, changed or broken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from audit.actors import Actor
from postoffices.actions import profile_load
from postoffices.models import City
from postoffices.plan import Plan
from postoffices.reading import read_profile

SMALL = Path(__file__).with_name("small.toml")

Edit = tuple[str, str]


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """The small profile with some of its text replaced; every replaced text must be there."""

    def write(*edits: Edit) -> Path:
        text = SMALL.read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text, f"small.toml has no {old!r}"
            text = text.replace(old, new, 1)
        path = tmp_path / "edited.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def load(edited: Callable[..., Path], db: None) -> Callable[..., Plan]:
    """Load the small profile with some of its text replaced."""

    def load_edited(*edits: Edit) -> Plan:
        return profile_load(profile=read_profile(edited(*edits)), by=Actor.system("test"))

    return load_edited


@pytest.fixture
def city(load: Callable[..., Plan]) -> City:
    """The small city, loaded."""
    load()
    return City.objects.get()
