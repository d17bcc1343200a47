"""Every text of the product that is marked for translation, found in templates and code with Babel.

Templates are turned into something that reads like Python by Django itself, as its own makemessages does; GNU gettext
is not needed.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None}
# Rooms are the folders with code of the product; tests and benchmarks are no part of it.
NOT_ROOMS = {"tests", "benchmarks", "node_modules", "staticfiles", "static", "var", "templates", "locale"}

CALL = re.compile(r"""(?:gettext|_)\(u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\)""")


def marked_texts() -> Catalog:
    """All marked texts, in the order of the files that hold them, each once."""
    catalog = Catalog(charset="utf-8")
    for path, source in _sources():
        for _line, text, _comments, _context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
            if isinstance(text, str) and text:
                catalog.add(text, locations=[(path.relative_to(ROOT).as_posix(), 1)])
    return catalog


def _sources() -> Iterator[tuple[Path, str]]:
    for path in sorted(file for file in (ROOT / "templates").rglob("*") if file.suffix in {".html", ".txt"}):
        yield path, _as_python(path.read_text(encoding="utf-8"))
    for room in sorted(folder for folder in ROOT.iterdir() if (folder / "__init__.py").is_file()):
        if room.name not in NOT_ROOMS:
            for path in sorted(room.rglob("*.py")):
                yield path, path.read_text(encoding="utf-8")


def _as_python(template: str) -> str:
    """Only the calls of gettext that a template amounts to: what lies between them is no Python."""
    return "\n".join(CALL.findall(templatize(template))) + "\n"
