"""Who acts in the made-up days: the demo's staff, and where they work."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from config.simulation.people import Neighbourhood
from postoffices.city import current_city
from postoffices.models import Office, Procedure, Ward


class CastMissing(Exception):
    """The people or places that the play needs are not there."""


@dataclass(frozen=True, slots=True)
class Cast:
    """`training_offices` are the offices of the demo's own clerks: their bookings of today are left to them."""

    clerk: Actor
    reviewer: Actor
    second_reviewer: Actor
    officer: Actor
    bureau: Actor
    operator: Actor
    agent: Actor
    manager: Actor
    keeper: Actor
    offices: tuple[Office, ...]
    training_offices: tuple[Office, ...]
    procedures: tuple[Procedure, ...]
    place: Neighbourhood

    @classmethod
    def gather(cls, today: date) -> "Cast":
        """Raises CastMissing, naming the command to run first."""
        offices = tuple(Office.objects.open_on(today).filter(takes_bookings=True).select_related("calendar", "ward"))
        if not offices:
            raise CastMissing("本日開いている拠点がありません。先に load_city を実行してください。")
        clerks = User.objects.filter(role=Role.CLERK, posting__isnull=False).order_by("username")
        return cls(
            clerk=_actor(Role.CLERK),
            reviewer=_actor(Role.REVIEWER),
            second_reviewer=_actor(Role.REVIEWER, place=1),
            officer=_actor(Role.CITY_OFFICER),
            bureau=_actor(Role.BUREAU),
            operator=_actor(Role.OPERATOR),
            agent=_actor(Role.HELPDESK_AGENT),
            manager=_actor(Role.MANAGER),
            keeper=_actor(Role.DEVICE_KEEPER),
            offices=offices,
            training_offices=tuple(clerk.posting.office for clerk in clerks.select_related("posting__office")),
            procedures=tuple(Procedure.objects.filter(bookable_online=True)),
            place=Neighbourhood(current_city().name, tuple(Ward.objects.values_list("name", flat=True))),
        )


def _actor(role: Role, *, place: int = 0) -> Actor:
    """The first person of a role, or the one in a later place."""
    users = User.objects.filter(role=role, is_active=True).order_by("username")[place : place + 1]
    if not users:
        raise CastMissing(f"{role.label} の人が足りません。先に demo_people を実行してください。")
    return Actor.staff(users[0])
