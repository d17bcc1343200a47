"""Mails to those who wait. Who left only a telephone number is called by the desk."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from audit.actors import Actor
from notifications.actions import message_queue
from postoffices.city import current_city
from reservations.models import Waiter

TITLES = {
    "asked": gettext_noop("空き待ちの登録の確認"),
    "offered": gettext_noop("予約の空きが出ました"),
    "lapsed": gettext_noop("お取りした時間が過ぎました"),
}


def asked_queue(waiter: Waiter, *, token: str, by: Actor) -> None:
    """The one mail to an address that nobody has confirmed."""
    _queue("asked", waiter, link=f"{settings.PUBLIC_URL}/wait/entry/{token}/", by=by)


def offered_queue(waiter: Waiter, *, token: str, by: Actor) -> None:
    _queue("offered", waiter, link=f"{settings.PUBLIC_URL}/wait/entry/{token}/", by=by)


def lapsed_queue(waiter: Waiter, *, by: Actor) -> None:
    _queue("lapsed", waiter, link=f"{settings.PUBLIC_URL}/", by=by)


def _queue(purpose: str, waiter: Waiter, *, link: str, by: Actor) -> None:
    if not waiter.email:
        return
    city = current_city()
    with translation.override(waiter.language):
        title = gettext("【%(city)s】%(title)s") % {"city": city.local_name, "title": gettext(TITLES[purpose])}
        body = render_to_string(
            f"reservations/mail/wait_{purpose}.txt", {"waiter": waiter, "slot": waiter.slot, "city": city, "link": link}
        )
    message_queue(
        key=f"waiter:{waiter.pk}:{purpose}",
        purpose=f"wait_{purpose}",
        recipient=waiter.email,
        title=title,
        body=body,
        about=waiter,
        by=by,
    )
