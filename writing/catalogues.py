"""From the translations in `locale/*/LC_MESSAGES/django.po` to the `.mo` files that gettext reads.

`python -m writing.catalogues` compiles what is out of date; script/bootstrap and the image do that. Compiled files
are not committed. Needs Babel only, no settings and no GNU gettext.
"""

import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent.parent / "locale"


def catalogue_paths() -> list[Path]:
    return sorted(FOLDER.glob("*/LC_MESSAGES/*.po"))


def read_catalogue(path: Path) -> Catalog:
    """The catalogue without a locale: Babel knows no plain Japanese."""
    with path.open("rb") as file:
        return read_po(file, charset="utf-8")


def compile_catalogue(path: Path) -> bool:
    """Write the .mo file beside `path` unless it is newer. Fuzzy entries are left out. Returns whether it wrote."""
    target = path.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
        return False
    # Another process may be reading the old file: it is replaced in one step.
    partial = target.with_suffix(f".{os.getpid()}.part")
    with partial.open("wb") as file:
        write_mo(file, read_catalogue(path))
    partial.replace(target)
    return True


def main() -> None:
    for path in catalogue_paths():
        if compile_catalogue(path):
            sys.stderr.write(f"Compiled {path.relative_to(FOLDER.parent)}\n")


if __name__ == "__main__":
    main()
