"""Markdown to HTML for screen and paper. Raw HTML in the text stays text; pictures and scripts cannot come in."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# The page has its own first heading, so the text's begin one below.
DEEPER = 1
DEEPEST = 5


def as_html(text: str) -> SafeString:
    """CommonMark with tables, as clean HTML whose headings begin at h2."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + DEEPER, DEEPEST)}"
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes={"https", "mailto", "tel"}
    )
    return mark_safe(clean)  # noqa: S308 (cleaned in the line above)
