"""Markdown becomes clean HTML; differences show what changed; paper carries version and approval."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from documents.differences import differences
from documents.markup import as_html
from documents.papers import version_pdf
from documents.roster import unknown
from tests.documents.made import draft, published_version


@pytest.mark.parametrize(
    "dangerous",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[押す](javascript:alert(1))",
        "![追跡](https://example.jp/pixel.png)",
        '<a href="https://example.jp" onclick="x()">x</a>',
        "<style>body { display: none }</style>",
    ],
)
def test_nothing_active_comes_in(dangerous: str) -> None:
    html = as_html(dangerous)
    for forbidden in ("<script", "<img", "<style", "onerror=alert(1)>", 'href="javascript', 'onclick="x()">x'):
        assert forbidden not in html
    assert html, "what was written stays readable as text"


def test_headings_lists_and_tables() -> None:
    html = as_html("# 章\n\n1. 一\n2. 二\n\n| 甲 | 乙 |\n|---|---|\n| 丙 | 丁 |\n")
    assert "<h2>章</h2>" in html, "the page has its own first heading"
    assert "<ol>" in html
    assert "<td>丁</td>" in html


@pytest.mark.parametrize(
    ("typed", "levels"),
    [
        ("# 章\n## 節\n### 項\n", "234"),
        ("## 節\n#### 目\n## 節\n", "232"),
        ("#### 目\n# 章\n#### 目\n", "223"),
        ("本文\n\n章\n===\n", "2"),
        ("# 一\n## 二\n### 三\n#### 四\n##### 五\n", "23455"),
    ],
)
def test_headings_begin_below_the_pages_own_and_leave_no_level_out(typed: str, levels: str) -> None:
    assert "".join(re.findall(r"<h(\d)>", as_html(typed))) == levels


def test_differences_name_what_came_and_what_went() -> None:
    old = "\n".join(["見出し", *(f"行{n}" for n in range(10)), "受付は9時から16時です。"])
    new = "\n".join(["見出し", *(f"行{n}" for n in range(10)), "受付は9時から17時です。", "休日は休みます。"])
    lines = differences(old, new)
    assert lines[0].skipped == 9, "what did not change is left out, but counted"
    removed = [piece.text for line in lines for piece in line.pieces if piece.kind == "removed"]
    added = [piece.text for line in lines for piece in line.pieces if piece.kind == "added"]
    assert (removed, added) == (["6"], ["7", "休日は休みます。"])
    assert differences(old, old) == []


def test_differences_put_together_give_both_texts_back() -> None:
    old, new = "甲\n乙\n丙\n丁", "甲\n戊\n丙\n丁\n己"
    lines = differences(old, new)
    text_of: dict[str, list[str]] = {kind: [] for kind in ("added", "removed")}
    for line in lines:
        whole = "".join(piece.text for piece in line.pieces)
        for kind, other in (("added", "removed"), ("removed", "added")):
            if line.kind != other:
                text_of[kind].append(whole)
    assert text_of["added"] == new.splitlines()
    assert text_of["removed"] == old.splitlines()


def test_unknown_placeholders_are_found() -> None:
    assert unknown("{{市名}}の{{ 業務責任者 }}と{{部長}}") == ["部長"]


@pytest.mark.django_db
def test_the_paper_names_version_and_approval_and_says_when_there_is_none() -> None:
    approved = "".join(page.extract_text() for page in PdfReader(BytesIO(version_pdf(published_version()))).pages)
    assert "第1版" in approved
    assert "市担当者 見本 officer" in approved
    assert "予約番号を確かめます" in approved
    assert "承認前" not in approved

    waiting = [page.extract_text() for page in PdfReader(BytesIO(version_pdf(draft(title="別の手引き")))).pages]
    assert all("承認前" in page for page in waiting), "on every page, also when pages are taken apart"
