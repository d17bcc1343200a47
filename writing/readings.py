"""Readings above the characters (ふりがな) for pages in plain Japanese.

The texts carry readings in brackets, 予約（よやく）, which mails and screen titles show as they are. On a page they
become `<ruby>`, which falls back to the same brackets where a browser does not know it.
"""

import re

# Only kana in the brackets: （土曜日） and （例：1960） are no readings.
READING = re.compile(r"([\u4e00-\u9fff々]+)（([\u3041-\u309fー ]+)）")
RUBY = r"<ruby>\1<rp>（</rp><rt>\2</rt><rp>）</rp></ruby>"
# Tags and attributes stay as they are, and so do elements that hold nothing but text.
APART = re.compile(r"(<(?:title|textarea|option|script)\b.*?</(?:title|textarea|option|script)>|<[^>]*>)", re.DOTALL)


def with_readings(html: str) -> str:
    """The page with every reading that stands in running text above its characters."""
    parts = APART.split(html)
    return "".join(part if part.startswith("<") else READING.sub(RUBY, part) for part in parts)
