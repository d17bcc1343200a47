"""The counters of the live benchmark: staff with sessions, and cases photographed and ready to be sent."""

import hashlib
import io
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User
    from postoffices.models import Office
    from review.models import Case


def staff(role: str, number: int) -> "User":
    from accounts.models import User

    return User.objects.create(username=f"{role}-{number}", display_name="見本 職員", role=role)


def cookie_of(user: "User") -> str:
    """The cookie of a browser in which the person has signed in with both factors."""
    from django.conf import settings
    from django.test import Client
    from django_otp.plugins.otp_totp.models import TOTPDevice

    device = TOTPDevice.objects.create(user=user, name="authenticator")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def grant_of(user: "User", cookie: str, topics: list[str]) -> str:
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    from live.grants import grant

    request = HttpRequest()
    request.session = SessionStore(cookie.partition("=")[2])
    request.user = user
    return grant(request, topics)


def photographed_case(office: "Office", clerk: "User") -> "Case":
    """A walk-in, served, signed and photographed through the real actions; only sending is left."""
    from applications.actions import application_sign
    from applications.signatures import Point
    from audit.actors import Actor
    from counters.actions import visit_serve, visit_walk_in
    from review.actions import case_open, image_add
    from review.models import DocumentKind

    by = Actor.staff(clerk)
    visit = visit_walk_in(office=office, procedure=office.procedures.get(), by=by)
    visit = visit_serve(visit=visit, by=by)
    assert visit.application is not None
    stroke = tuple(Point(10.0 + 5 * step, 20.0, step, 0.5) for step in range(20))
    application_sign(application=visit.application, strokes=(stroke,), by=by)
    case = case_open(visit=visit, by=by)
    digest = hashlib.sha256(PICTURE).hexdigest()
    image_add(
        case=case, image_id=uuid.uuid4(), kind=DocumentKind.APPLICATION_FORM, sha256=digest, upload=PICTURE, by=by
    )
    return case


def _picture() -> bytes:
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (320, 200), "white").save(made, "JPEG")
    return made.getvalue()


PICTURE = _picture()
