"""`{% load reports %}`: looking measures up in a report's figures."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def measure(row: Mapping[str, int], name: str) -> int:
    """The row's count of that measure."""
    return row[name]


@register.filter
def share(part: int, whole: int) -> str:
    """A share in percent, for a bar's length: 0 to 100 with one decimal."""
    return f"{100 * part / whole:.1f}" if whole else "0"
