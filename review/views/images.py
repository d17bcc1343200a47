"""Pictures and signatures out of the vault: to whoever has the case at hand, and each look is recorded."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, actor_of, requires
from applications.papers import signature_svg
from audit.errors import Refused
from review.access import case_for_reviewer, image_for
from review.queue import holds
from review.watermark import marked
from vault.responses import object_response

GONE = 410


@require_safe
@requires("review.view_images")
def image(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The picture with the viewer's name and the time burned in."""
    held = image_for(request.user, pk)
    try:
        response = object_response(request, held.picture, actor_of(request), "review")
    except Refused as refused:
        return HttpResponse(refused.message, status=GONE, content_type="text/plain; charset=utf-8")
    response.content = marked(response.content, _who_and_when(request))
    return response


def _who_and_when(request: StaffRequest) -> str:
    """The viewer's name and login, as two may share a name, and the minute."""
    now = timezone.localtime()
    return f"{request.user.display_name} {request.user.username} {now:%Y-%m-%d %H:%M}"


@require_safe
@requires("review.decide")
def signature(request: StaffRequest, pk: int) -> HttpResponse:
    """The signature on the case's application, drawn, for the reviewer who has the case in hand."""
    case = case_for_reviewer(request.user, pk)
    application = case.visit.application
    if application is None or application.signature is None or not holds(case, request.user):
        raise Http404
    try:
        svg = signature_svg(application, by=actor_of(request), purpose="review")
    except Refused as refused:
        return HttpResponse(refused.message, status=GONE, content_type="text/plain; charset=utf-8")
    headers = {
        "Cache-Control": "no-store, private",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return HttpResponse(svg, content_type="image/svg+xml", headers=headers)
