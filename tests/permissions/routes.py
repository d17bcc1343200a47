"""All routes of the product, read from the URL resolver."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.permissions.samples import NOTHING, SAMPLES


@dataclass(frozen=True)
class Route:
    """`name` with its namespace; `converters` by parameter."""

    name: str
    address: str
    view: Callable[..., Any]
    converters: dict[str, str]

    def url(self) -> str:
        """The route's address, with the sample's object or with one that does not exist."""
        make = SAMPLES.get(self.name)
        parameters = make() if make else {key: NOTHING[kind] for key, kind in self.converters.items()}
        return reverse(self.name, kwargs=parameters)


def all_routes() -> list[Route]:
    return list(_below(get_resolver(), "", "", {}))


def _below(resolver: URLResolver, spaces: str, prefix: str, converters: dict[str, str]) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        kinds = converters | {key: type(kind).__name__ for key, kind in pattern.pattern.converters.items()}
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _below(pattern, spaces + space, address, kinds)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{spaces}{pattern.name or address}", f"/{address}", pattern.callback, kinds)
