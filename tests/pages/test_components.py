"""The components say what a form knows: labels, needs, errors, and what was typed."""

import re
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

from writing.forms import BirthDateField, Form, TextField


class PersonForm(Form):
    name = TextField(label="氏名", help_text="カードのとおりに入力してください。")
    birth_date = BirthDateField(label="生年月日")
    way = forms.ChoiceField(label="お知らせの方法", choices=[("mail", "メール")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="内容を確認しました")
    remark = TextField(label="伝えておきたいこと", required=False)
    key = forms.CharField(widget=forms.HiddenInput)


def component(name: str, **context: Any) -> str:
    return render_to_string(f"_components/{name}.html", context)


def fields(form: Form) -> str:
    return "".join(component("field", field=field) for field in form)


def ids(html: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', html))


def test_every_link_of_the_error_summary_leads_to_a_control() -> None:
    form = PersonForm({})
    links = set(re.findall(r'href="#([^"]+)"', component("error_summary", form=form)))
    assert links == {"id_name", "id_birth_date_0", "id_way_0", "id_agreed"}
    assert links <= ids(fields(form))


def test_an_error_of_a_hidden_field_is_told_without_a_link() -> None:
    summary = component("error_summary", form=PersonForm({}))
    assert summary.count("<li>") == 5
    assert "id_key" not in summary


def test_the_summary_shows_a_refusal_even_when_the_form_is_right() -> None:
    assert "この時間は満席になりました。" in component("error_summary", refusal="この時間は満席になりました。")
    assert component("error_summary", form=PersonForm()).strip() == ""


def test_help_and_error_are_tied_to_the_control_by_ids_that_exist() -> None:
    html = fields(PersonForm({}))
    described = {name for names in re.findall(r'aria-describedby="([^"]+)"', html) for name in names.split()}
    assert "id_name_helptext" in described
    assert {"id_name_error", "id_birth_date_error"} <= described
    assert described <= ids(html)


def test_what_was_typed_is_kept_in_all_three_parts_of_a_date() -> None:
    form = PersonForm({"birth_date_year": "昭和５５", "birth_date_month": "１３", "birth_date_day": "<1>"})
    html = component("field", field=form["birth_date"])
    assert 'value="昭和５５"' in html
    assert 'value="１３"' in html
    assert 'value="&lt;1&gt;"' in html


def test_each_part_of_a_date_has_a_label_of_its_own() -> None:
    html = component("field", field=PersonForm()["birth_date"])
    labels = [
        re.sub(r"\s", "", text) for text in re.findall(r'<label for="id_birth_date_\d">(.*?)</label>', html, re.S)
    ]
    assert labels == ["年", "月", "日"]


def test_required_and_optional_are_said_in_words() -> None:
    form = PersonForm()
    assert "※必須" in component("field", field=form["name"])
    assert "任意" in component("field", field=form["remark"])
    assert "任意" not in component("field", field=form["remark"], quiet=True)


def test_each_kind_of_notice_has_a_picture_and_a_word() -> None:
    words = {"info": "お知らせ", "success": "完了しました", "warning": "ご注意ください", "error": "できませんでした"}
    for kind, word in words.items():
        html = component("notice", kind=kind, text="本文")
        assert word in html
        assert "<svg" in html


def test_finished_steps_lead_back_and_later_ones_do_not() -> None:
    html = component("steps", current=3, procedure_url="/book/", place_url="/book/place", form_url="/book/form")
    assert re.findall(r'href="([^"]+)"', html) == ["/book/", "/book/place"]
    assert html.count('aria-current="step"') == 1


@pytest.mark.django_db
def test_the_pager_keeps_the_filters_of_the_address() -> None:
    request = RequestFactory().get("/", {"state": "waiting", "page": "2"})
    html = render_to_string("_components/pager.html", {"page": Paginator(range(120), 50).page(2)}, request)
    assert 'href="?state=waiting&amp;page=1"' in html
    assert "全120件のうち 51〜100件目" in html


def test_the_page_of_last_resort_needs_nothing_but_itself() -> None:
    source = render_to_string("500.html")
    assert "ただいま手続きを進められません" in source
    assert "{%" not in source
