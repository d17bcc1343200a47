"""Bring `locale/*/django.po` to the texts that are marked now. New ones come in empty; texts no longer used go."""

from typing import Any

from babel.messages.pofile import write_po
from django.core.management.base import BaseCommand

from writing.catalogues import catalogue_paths, read_catalogue
from writing.extraction import marked_texts


class Command(BaseCommand):
    help = "Update the catalogues of translations; then translate what stands empty and run script/bootstrap."

    def handle(self, *args: Any, **options: Any) -> None:
        found = marked_texts()
        for path in catalogue_paths():
            catalogue = read_catalogue(path)
            catalogue.update(found, no_fuzzy_matching=True)
            with path.open("wb") as file:
                write_po(file, catalogue, width=0, no_location=True, ignore_obsolete=True)
            empty = sum(1 for message in catalogue if message.id and not message.string)
            self.stdout.write(f"{path.parent.parent.name}: {len(catalogue)} texts, {empty} to be translated")
