"""docs/profiles.md explains every key that a profile may hold."""

import re
from pathlib import Path

from django.conf import settings

from postoffices.faults import known_keys
from postoffices.neutral import RETENTION_NAMES


def test_every_key_of_a_profile_is_documented() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "profiles.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"[a-z_]+", text))
    assert [key for key in [*known_keys(), *RETENTION_NAMES] if key not in documented] == []
