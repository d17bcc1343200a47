"""What this room hands over: inquiries that are open, people who were promised a call, mails put aside."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.unfinished import Item, Stock
from helpdesk.models import Callback, CallbackState, DeskCode, Mail, Ticket, TicketState

OPEN = (TicketState.NEW, TicketState.OPEN, TicketState.WAITING, TicketState.ESCALATED)


def tickets_unfinished() -> Iterator[Stock]:
    rows = Ticket.objects.select_related("office", "owner").order_by("pk")
    address = reverse("helpdesk:tickets") + "?view=all"
    for desk in DeskCode:
        for state in OPEN:
            held = rows.filter(desk=desk, state=state)
            kind = f"問い合わせ（{desk.label}）"
            yield Stock(kind, str(state.label), held, _ticket, "opened_at", address, "helpdesk.tickets")


def callbacks_unfinished() -> Iterator[Stock]:
    rows = Callback.objects.filter(state=CallbackState.DUE).select_related("owner").order_by("next_at", "pk")
    address = reverse("helpdesk:callbacks")
    yield Stock("折り返しの電話", "これからかける電話", rows, _callback, "promised_at", address, "helpdesk.answer")


def mails_unfinished() -> Iterator[Stock]:
    """Mails that no rule could place."""
    rows = Mail.objects.aside().order_by("received_at", "pk")
    address = f"{reverse('helpdesk:mails')}?state=aside"
    yield Stock("受信メール", "内容の確認待ち", rows, _mail, "received_at", address, "helpdesk.work")


def _ticket(ticket: Ticket) -> Item:
    owner = f"担当 {ticket.owner.display_name}" if ticket.owner else "担当なし"
    office = ticket.office.name if ticket.office else ""
    return Item(f"問い合わせ {ticket.number}", office, ticket.opened_at, ticket.resolve_due, owner)


def _callback(callback: Callback) -> Item:
    owner = f"担当 {callback.owner.display_name}" if callback.owner else "担当なし"
    return Item(f"折り返し {callback.pk}", "", callback.promised_at, callback.next_at, owner)


def _mail(mail: Mail) -> Item:
    return Item(f"受信メール {mail.pk}", since=mail.received_at, note=str(mail.get_desk_display()))
