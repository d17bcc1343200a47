"""Names that a document takes from the roster, so that a manual names those responsible (yatsushiro-11).

An author writes `{{業務責任者}}`; what stands there is filled in when the version is submitted, because the city
approves names, not placeholders. When the roster changes afterwards, `outdated` says so and a new version is due.

A room above that keeps the contract's roster hands it in from its `AppConfig.ready()`; where that names nobody, the
accounts of the role do:

    roster.register("業務責任者", named_managers)       # named_managers() -> list[str]
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from accounts.models import User
from accounts.roles import Role
from documents.errors import NobodyOnRoster
from documents.models import Version
from postoffices.city import current_city

PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
CITY = "市名"
ROLES = {
    "業務責任者": Role.MANAGER,
    "市担当者": Role.CITY_OFFICER,
    "事務局": Role.BUREAU,
    "研修担当": Role.TRAINER,
    "機器担当": Role.DEVICE_KEEPER,
}
_sources: dict[str, Callable[[], Sequence[str]]] = {}


def register(name: str, source: Callable[[], Sequence[str]]) -> None:
    """Ask `source` for the names of this placeholder first. Registering twice changes nothing."""
    _sources[name] = source


def known() -> list[str]:
    """Every placeholder that an author may write."""
    return list(dict.fromkeys([CITY, *ROLES, *_sources]))


def unknown(text: str) -> list[str]:
    """Placeholders of the text that name nothing, in their order."""
    return [name for name in PLACEHOLDER.findall(text) if name not in known()]


def filled_in(text: str) -> str:
    """The text with city and names in place of its placeholders. Raises NobodyOnRoster."""
    return PLACEHOLDER.sub(lambda found: _name(found[1]), text)


def previewed(text: str) -> str:
    """The same for a draft: what is missing stays visible as it was written."""
    return _previewed(text, _named)


def outdated(version: Version) -> bool:
    """Whether the roster has changed since the version was submitted."""
    return count_outdated([version]) > 0


def count_outdated(versions: Iterable[Version]) -> int:
    """Of how many versions that holds. Every name is looked up once."""
    named = cache(_named)
    return sum(
        bool(PLACEHOLDER.search(version.text)) and _previewed(version.text, named) != version.shown
        for version in versions
    )


def _previewed(text: str, named: Callable[[str], str]) -> str:
    return PLACEHOLDER.sub(lambda found: named(found[1]) or found[0], text)


def _name(name: str) -> str:
    if named := _named(name):
        return named
    raise NobodyOnRoster(f"「{name}」にあたる人が職員に登録されていません。管理者に登録を依頼してください。")


def _named(name: str) -> str:
    """The city or the people that the placeholder stands for; empty when there is nobody."""
    if name == CITY:
        return current_city().name
    if name in _sources and (named := _sources[name]()):
        return "、".join(named)
    people = User.objects.filter(role=ROLES.get(name), is_active=True).order_by("pk")
    return "、".join(people.values_list("display_name", flat=True))
