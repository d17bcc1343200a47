"""What a city's profile says in other languages. What it leaves out stands in Japanese there too."""

from typing import Any

from django.db import models

from writing.languages import JAPANESE, current_language

Translations = dict[str, dict[str, Any]]


def in_language(translations: Translations, field: str, japanese: Any) -> Any:
    """The value of `field` in the language of the page, or the Japanese one."""
    code = current_language().code
    if code == JAPANESE:
        return japanese
    return translations.get(code, {}).get(field) or japanese


class Translated(models.Model):
    """Rows whose words citizens read. `translations` maps a language's code to fields with their texts."""

    translations = models.JSONField("ほかの言語", default=dict, blank=True)

    class Meta:
        abstract = True

    def said(self, field: str) -> Any:
        """The field in the language of the page."""
        return in_language(self.translations, field, getattr(self, field))

    @property
    def local_name(self) -> str:
        return str(self.said("name"))
