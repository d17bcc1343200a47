"""What a mail says, as plain text: out of HTML, and without what is quoted below an answer."""

import re
from html.parser import HTMLParser

SILENT = {"script", "style", "head", "title", "template"}
BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol", "hr"}
_MANY_LINES = re.compile(r"\n{3,}")
# Where programs begin to repeat the mail that is answered.
_REPEATED = re.compile(
    r"^(-{3,}\s*(original message|元のメッセージ|転送).*|_{10,}|(差出人|from)\s*[::].+"
    r"|on .{6,120} wrote:|.{0,20}\d{4}年\d{1,2}月\d{1,2}日.{0,120}[::])\s*$",
    re.IGNORECASE,
)

_HEADER = re.compile(r"(宛先|件名|送信日時|日時|subject|sent|to|date)\s*[::]", re.IGNORECASE)


class _Text(HTMLParser):
    """Collects the text of a page; what is no text stays out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        if tag in BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        if tag in BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(" ".join(data.split()) if data.strip() else " ")


def text_of_html(html: str) -> str:
    """The text that a reader would see, one block a line."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).splitlines())
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


def without_quotes(text: str) -> str:
    """The answer without the mail that it repeats. Lines quoted in between stay: they are what is answered to.

    A text of nothing but quotes stays whole.
    """
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if place and _REPEATED.match(line.strip()) and _repeats(lines[place + 1 :]):
            lines = lines[:place]
            break
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith((">", "＞"))):
        lines.pop()
    if lines and len(lines) > 1 and _REPEATED.match(lines[-1].strip()):
        lines.pop()
    return "\n".join(lines).strip() or text.strip()


def _repeats(rest: list[str]) -> bool:
    """Whether nothing of one's own stands below: quoted lines, or the headers of the repeated mail."""
    said = [line.strip() for line in rest if line.strip()]
    quoted = [line for line in said if line.startswith((">", "＞"))]
    headed = any(
        re.match(r"(宛先|件名|送信日時|日時|subject|sent|to|date)\s*[::]", line, re.IGNORECASE) for line in said[:6]
    )
    return headed or len(quoted) == len(said)
