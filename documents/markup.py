"""Markdown to HTML for screen and paper. Raw HTML in the text stays text; pictures and scripts cannot come in."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# The page has its own first heading, so the text's begin one below.
FIRST = 2
DEEPEST = 5


def as_html(text: str) -> SafeString:
    """CommonMark with tables, as clean HTML whose headings begin at h2 and leave no level out."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
    tokens = parser.parse(text)
    _put_headings_in_order(tokens)
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes={"https", "mailto", "tel"}
    )
    return mark_safe(clean)  # noqa: S308 (cleaned in the line above)


def _put_headings_in_order(tokens: list[Token]) -> None:
    """Who listens to a page goes by its headings: a gap sounds as if something were missing."""
    typed = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    deeper = FIRST - min((_level(token) for token in typed), default=FIRST)
    before = FIRST - 1
    for opening, closing in zip(typed[::2], typed[1::2], strict=True):
        before = min(_level(opening) + deeper, before + 1, DEEPEST)
        opening.tag = closing.tag = f"h{before}"


def _level(heading: Token) -> int:
    return int(heading.tag[1:])
