"""Handing an object to a browser without leaving copies on the way."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from audit.actors import Actor
from vault.actions import object_read
from vault.models import VaultObject

OWN_PAGES = ("same-origin", "none")  # Sec-Fetch-Site: our own page, or an address typed by the person


def object_response(request: HttpRequest, held: VaultObject, by: Actor, purpose: str) -> HttpResponse:
    """The content for whoever the calling view has let in; pictures inline, everything else as a download.

    Raises PermissionDenied when another site's page asks, ObjectErased and ObjectDamaged.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in OWN_PAGES:
        raise PermissionDenied
    data = object_read(held=held, by=by, purpose=purpose)
    inline = held.media_type == "image/jpeg"
    return HttpResponse(
        data,
        content_type=held.media_type,
        headers={
            "Cache-Control": "no-store, private",
            "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{held.pk}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
