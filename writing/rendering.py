"""How forms draw their inputs: as Django's own templates do, but written in Python.

For every input a form asks a template, which asks two more; a list's filter asks once more for each office it offers.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]


class Renderer(DjangoTemplates):
    """Draws inputs, selects and text areas itself, and leaves every other widget to its template."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        return mark_safe(draw(context["widget"]))  # noqa: S308 (every part is escaped below)


def attributes(widget: Widget) -> str:
    """As Django's attrs.html: False leaves an attribute out, True gives it no value."""
    return "".join(
        f" {conditional_escape(name)}" if value is True else f' {conditional_escape(name)}="{_text(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _text(value: object) -> str:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    return f'<input type="{_text(widget["type"])}" name="{_text(widget["name"])}"{value}{attributes(widget)}>'


def _textarea(widget: Widget) -> str:
    value = _text(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_text(widget["name"])}"{attributes(widget)}>\n{value}</textarea>'


def _select(widget: Widget) -> str:
    groups = "".join(_options(name, options) for name, options, _index in widget["optgroups"])
    return f'<select name="{_text(widget["name"])}"{attributes(widget)}>{groups}\n</select>'


def _options(group: object, options: list[Widget]) -> str:
    drawn = "".join(f"\n  {_option(option)}" for option in options)
    return f'\n  <optgroup label="{_text(group)}">{drawn}\n  </optgroup>' if group else drawn


def _option(option: Widget) -> str:
    return f'<option value="{_text(option["value"])}"{attributes(option)}>{_text(option["label"])}</option>'


_INPUTS = ("text", "email", "number", "url", "password", "hidden", "date", "time", "datetime", "search", "tel", "color")
DRAWN: dict[str, Callable[[Widget], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in ("input", *_INPUTS)},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}
