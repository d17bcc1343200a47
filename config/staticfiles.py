"""How the browser's files are stored: hashed names, compressed, modules included."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

_DJANGOS = CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Our own scripts import each other by hashed names: after an update no page mixes old and new modules.

    Only our own: Django's switch would rewrite those of packages, too, and some name files they do not bring.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """Each worked out once: the manifest stays as it is while a process runs, and a page names a dozen files."""
        if name not in self._urls:
            self._urls[name] = str(super().url(name, force))
        return self._urls[name]

    patterns: tuple[Any, ...] = (
        *_DJANGOS.patterns,
        ("js/*.js", _DJANGOS._js_module_import_aggregation_patterns[1]),
    )
