"""`{% icon "check" %}`: a drawing of `_components/icon.html`."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Every drawing is rendered once in a process: a page has a dozen, and they never differ."""
    return _drawn(str(name))


@cache
def _drawn(name: str) -> SafeString:
    return render_to_string("_components/icon.html", {"name": name})
