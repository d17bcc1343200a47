"""Mobile lines: put into a tablet, suspended, given back, ended."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import record
from audit.actors import Actor
from devices.actions.moving import locked_device, locked_line, move_line
from devices.errors import LineNumberTaken, NotATablet, TabletHasLine, TabletNeeded
from devices.models import IN_TABLET, Device, DeviceKind, Line, LineMove, LineState


@transaction.atomic
def line_add(*, key: UUID, number: str, sim: str, carrier: str, plan: str, begins_on: date, by: Actor) -> Line:
    """A new line, not in any tablet yet. The same `key` again gives the first one. Raises LineNumberTaken."""
    if made := Line.objects.filter(key=key).first():
        return made
    line = Line(key=key, number=number, sim=sim, carrier=carrier, plan=plan, begins_on=begins_on)
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as taken:
        raise LineNumberTaken from taken
    LineMove.objects.create(line=line, by_id=by.user_id, state=line.state, reason="登録")
    record(action="line.added", subject=line, by=by)
    return line


@transaction.atomic
def line_assign(*, line: Line, device: Device, reason: str, by: Actor) -> Line:
    """Put the SIM into a tablet and use it. Raises NotATablet, TabletHasLine, MoveNotAllowed."""
    held, tablet = locked_line(line), locked_device(device)
    if tablet.kind != DeviceKind.TABLET:
        raise NotATablet
    # The tablet is locked: no other line can come into it before this one's commit.
    if Line.objects.filter(device=tablet, state__in=IN_TABLET).exclude(pk=held.pk).exists():
        raise TabletHasLine
    return move_line(held, LineState.ACTIVE, device=tablet, reason=reason, by=by)


@transaction.atomic
def line_suspend(*, line: Line, reason: str, by: Actor) -> Line:
    """Nobody can use the line until it is resumed; it stays with its tablet. Raises MoveNotAllowed."""
    held = locked_line(line)
    return move_line(held, LineState.SUSPENDED, device=held.device, reason=reason, by=by)


@transaction.atomic
def line_resume(*, line: Line, reason: str, by: Actor) -> Line:
    """Into use again, in the tablet where it was. Raises TabletNeeded, MoveNotAllowed."""
    held = locked_line(line)
    if held.device is None and held.state == LineState.READY:
        raise TabletNeeded
    return move_line(held, LineState.ACTIVE, device=held.device, reason=reason, by=by)


@transaction.atomic
def line_release(*, line: Line, reason: str, by: Actor) -> Line:
    """Out of its tablet, for use in another one. Raises MoveNotAllowed."""
    held = locked_line(line)
    return move_line(held, LineState.READY, device=held.device, reason=reason, by=by)


@transaction.atomic
def line_end(*, line: Line, reason: str, by: Actor) -> Line:
    """The contract with the carrier is over. Raises MoveNotAllowed."""
    held = locked_line(line)
    return move_line(held, LineState.ENDED, device=held.device, reason=reason, by=by)
