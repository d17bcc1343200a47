"""Rules that hold for every template and style sheet, read from the files themselves."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
STYLES = sorted((Path(settings.BASE_DIR) / "static" / "css").glob("*.css"))
SCREEN_STYLES = [path for path in STYLES if not path.name.startswith("print")]
FORBIDDEN = {
    "inline style": r"<[a-z][^>]*\sstyle=",
    "inline style sheet": r"<style\b",
    "inline handler": r"<[a-z][^>]*\son[a-z]+=",
    "inline script": r"<script(?![^>]*\ssrc=)",
    "htmx handler": r"\shx-on\b",
    "placeholder": r"\splaceholder=",
    "disabled control": r"<(button|input|select|textarea)\b[^>]*\sdisabled\b",
}


def name(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_template_holds_nothing_the_policy_or_the_house_forbids(path: Path) -> None:
    source = path.read_text()
    found = {rule for rule, pattern in FORBIDDEN.items() if re.search(pattern, source, re.I)}
    assert not found


@pytest.mark.parametrize("sample", ['<p style="x">', "<style>", '<a onclick="x">', "<script>", ' hx-on:click="x"'])
def test_the_rules_do_find_what_they_forbid(sample: str) -> None:
    assert any(re.search(pattern, sample, re.I) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("path", SCREEN_STYLES, ids=name)
def test_screen_styles_take_colours_and_sizes_from_the_tokens(path: Path) -> None:
    source = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    assert not re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", source, re.I)
    assert "--font-size-14" not in source


@pytest.mark.parametrize("path", SCREEN_STYLES, ids=name)
def test_screen_styles_use_only_names_that_exist(path: Path) -> None:
    tokens = Path(settings.BASE_DIR) / "node_modules" / "@digital-go-jp" / "design-tokens" / "dist" / "tokens.css"
    known = set(re.findall(r"(--[\w-]+):", tokens.read_text() + (path.parent / "base.css").read_text()))
    used = set(re.findall(r"var\((--[\w-]+)", path.read_text()))
    assert used <= known


def classes(source: str) -> set[str]:
    """The class names written out in a template; names that are put together from a variable are left out."""
    values = re.findall(r'class="((?:[^"{]|{{.*?}}|{%.*?%})*)"', source)
    plain = [re.sub(r"\S*{{.*?}}\S*", " ", re.sub(r"{%.*?%}", " ", value)) for value in values]
    return {word for value in plain for word in value.split()}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_template_uses_only_classes_that_have_a_style(path: Path) -> None:
    styled = {word for style in STYLES for word in re.findall(r"\.([a-z][\w-]*)", style.read_text())}
    assert classes(path.read_text()) <= styled


def test_classes_are_read_past_the_template_language() -> None:
    assert classes('<p class="a b--{{ x }} {% if y %}c{% endif %}">') == {"a", "c"}
