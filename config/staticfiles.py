"""How the browser's files are stored: hashed names, compressed, modules included."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

_DJANGOS = CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Our own scripts import each other by hashed names: after an update no page mixes old and new modules.

    Only our own: Django's switch would rewrite those of packages, too, and some name files they do not bring.
    """

    patterns: tuple[Any, ...] = (
        *_DJANGOS.patterns,
        ("js/*.js", _DJANGOS._js_module_import_aggregation_patterns[1]),
    )
