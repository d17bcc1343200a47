"""Which demand of the cities' specifications is shown by which test.

A test that shows a demand carries `@pytest.mark.requirement("fukuoka-13")`. `python -m tests.requirements`
writes docs/requirements.md anew from the marks.
"""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMANDS = ROOT / "docs" / "requirements.toml"
TABLE = ROOT / "docs" / "requirements.md"

HEAD = """# Demands and the tests that show them

Made by `python -m tests.requirements` from `docs/requirements.toml` and the marks on the tests; do not edit.
"software": the product does it; "record": people do it, the product keeps account; a demand without a test is open.

| id | kind | demand | shown by |
|---|---|---|---|
"""


def demands() -> dict[str, dict[str, str]]:
    """The demands by id, in the order of the file."""
    rows = tomllib.loads(DEMANDS.read_text())["requirement"]
    return {row["id"]: row for row in rows}


def marked() -> dict[str, list[str]]:
    """For each id that a test carries: `file::test` of all of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, requirement in _marks(ast.parse(path.read_text())):
            found[requirement].append(f"{path.relative_to(ROOT)}::{name}")
    return dict(found)


def _marks(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.requirement":
                    yield from ((node.name, ast.literal_eval(argument)) for argument in decorator.args)


def table() -> str:
    """The text of docs/requirements.md."""
    tests = marked()
    lines = []
    for id_, row in demands().items():
        shown = "<br>".join(f"`{test}`" for test in sorted(tests.get(id_, [])))
        lines.append(f"| {id_} | {row['kind']} | {row['demand']} | {shown or '-'} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table())
