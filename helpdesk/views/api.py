"""What telephone systems ask and tell. No session, no cookie: messages are signed."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from audit.actors import Actor
from audit.errors import Refused
from helpdesk.access import public_desk
from helpdesk.actions import cti_take
from helpdesk.cti import LONGEST, is_genuine, read_event
from helpdesk.desks import desk_now, desk_of

BY = Actor.system("telephone")


@require_safe
def now(request: HttpRequest, desk: str) -> HttpResponse:
    """Whether the desk answers, what to announce, and when it opens again."""
    code = public_desk(desk)
    found = desk_now(code)
    opening = timezone.localtime(found.next_opening).isoformat() if found.next_opening else None
    content = {
        "desk": code.value,
        "open": found.is_open,
        "announcement": found.announcement,
        "next_opening": opening,
        "phone": desk_of(code).phone,
    }
    return JsonResponse(content, headers={"Cache-Control": "no-store"}, json_dumps_params={"ensure_ascii": False})


@csrf_exempt
@require_POST
def calls(request: HttpRequest, desk: str) -> HttpResponse:
    """An event of the telephone system. What is not signed leaves no trace."""
    code = public_desk(desk)
    if not settings.CTI_SECRET:
        raise Http404
    body = request.body[: LONGEST + 1]
    timestamp, signed = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    if len(body) > LONGEST or not is_genuine(timestamp, signed, body):
        return JsonResponse({"state": "refused"}, status=401)
    try:
        call = cti_take(desk=code, event=read_event(body), by=BY)
    except Refused as refused:
        return JsonResponse({"state": "not understood", "message": refused.message}, status=400)
    return JsonResponse({"state": "taken", "call": call.pk})
