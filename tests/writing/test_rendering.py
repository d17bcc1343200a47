"""Inputs that are drawn in Python are those that Django's templates draw."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test import SimpleTestCase
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from writing.forms import DateParts
from writing.rendering import DRAWN, Renderer

CHOICES = [
    ("", "選ぶ"),
    ("<1>", "一&"),
    (2, gettext_lazy("氏名")),
    ("組", [("3", "三"), (None, mark_safe("<b>四</b>"))]),
]
WIDGETS: list[tuple[forms.Widget, Any]] = [
    (forms.TextInput(), None),
    (forms.TextInput(), ""),
    (forms.TextInput({"class": 'a"b', "hidden": True, "readonly": False, "size": 3, "data-x": "<&>"}), 'だ"れ<か>'),
    (forms.TextInput(), mark_safe("&amp;")),
    (forms.EmailInput(), "hanako@example.jp"),
    (forms.NumberInput({"min": 0}), 1234567),
    (forms.PasswordInput(render_value=True), "見本"),
    (forms.HiddenInput(), 7),
    (forms.DateInput({"type": "date"}), date(2026, 11, 21)),
    (forms.TimeInput(), None),
    (forms.Textarea({"rows": 4}), "一行目\n<二行目>"),
    (forms.Textarea(), None),
    (forms.Select(choices=CHOICES), 2),
    (forms.Select({"required": True}, choices=CHOICES), None),
    (forms.SelectMultiple(choices=CHOICES), ["<1>", "3"]),
    (forms.CheckboxInput(), True),
    (forms.RadioSelect(choices=CHOICES), 2),
    (DateParts(birth=True), date(1980, 2, 29)),
]


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_an_input_is_the_one_that_djangos_template_draws(widget: forms.Widget, value: Any) -> None:
    own, djangos = (
        widget.render("field", value, {"id": "id_field", "aria-describedby": "x"}, renderer)
        for renderer in (Renderer(), DjangoTemplates())
    )
    SimpleTestCase().assertHTMLEqual(own, djangos)


def test_forms_use_it(settings: Any) -> None:
    assert f"{Renderer.__module__}.{Renderer.__name__}" == settings.FORM_RENDERER
    assert {widget.template_name for widget, _value in WIDGETS} & set(DRAWN)


def test_what_was_typed_cannot_leave_its_attribute() -> None:
    drawn = forms.TextInput().render("field", '"><script>', renderer=Renderer())
    assert "<script>" not in drawn
    assert "&quot;&gt;&lt;script&gt;" in drawn
