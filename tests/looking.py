"""A close look at a page in Chromium: what axe complains of, and what lies beyond the edge of the screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},  # axe leaves it off unless asked
    "resultTypes": ["violations"],
}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def complaints(page: Page, called: str) -> list[str]:
    """What is wrong with the page as it stands, each with the page's name; empty when nothing is."""
    found, edge = Axe().run(page, options=OPTIONS), page.evaluate(WIDER)
    said = [f"{called}: {found.generate_report()}"] if found.violations_count else []
    return said + ([f"{called}: {edge} px wider than the screen"] if edge > 0 else [])
