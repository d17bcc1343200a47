"""A mail to the readers when a new version is published. Without an address, the start page says it."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from audit.actors import Actor
from documents.models import Version
from notifications.actions import message_queue
from postoffices.city import current_city

PURPOSE = "document"


def tell_readers(version: Version, by: Actor) -> None:
    """One message per reader and version, however often this is called."""
    readers = User.objects.filter(role__in=version.document.audience, is_active=True).exclude(email="")
    for reader in readers.exclude(pk=by.user_id or 0):
        message_queue(
            key=f"document-{version.pk}-{reader.pk}",
            purpose=PURPOSE,
            recipient=reader.email,
            title=f"「{version.document.title}」第{version.number}版を公開しました",
            body=render_to_string("documents/mail/published.txt", _context(version, reader)),
            about=version,
            by=by,
        )


def _context(version: Version, reader: User) -> dict[str, object]:
    address = reverse("documents:document", args=[version.document_id])
    return {
        "version": version,
        "document": version.document,
        "reader": reader,
        "address": f"{settings.PUBLIC_URL}{address}",
        "city": current_city(),
    }
