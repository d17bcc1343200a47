"""The writers of this room."""

from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from audit.actors import Actor
from postoffices.city import forget_city
from postoffices.faults import OtherCity, RolesHeld
from postoffices.known import forget_known
from postoffices.models import City
from postoffices.plan import Change, ChangeKind, Plan, Table, Values, plan_for
from postoffices.profile import Profile
from postoffices.reading import fingerprint

# Any number will do, as long as nothing else in the product locks it.
LOADING = 7_203_001
CODE = "__code"
MOST_LISTED = 200


@transaction.atomic
def profile_load(*, profile: Profile, by: Actor) -> Plan:
    """Bring the database to what a checked profile says and tell what was changed.

    Two loads at once wait for each other. Without a difference nothing is written, no event either.
    Raises OtherCity when the database serves another city, RolesHeld when it leaves out a role that people have.
    """
    wait_for_other_loads()
    refuse_other_city(profile)
    refuse_held_roles(profile)
    plan = plan_for(profile)
    if not plan.changes:
        return plan
    for change in plan.changes:
        write(change)
    # Last, and from the end: nothing points any more to what goes.
    for change in reversed(plan.changes):
        if change.kind is ChangeKind.REMOVED:
            row(change).delete()
    record(action="profile_loaded", subject=City.objects.get(), by=by, detail=event_detail(profile, plan))
    forget_city()
    forget_known()
    return plan


def wait_for_other_loads() -> None:
    """Two plans made at the same moment would both add the same rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING])


def refuse_other_city(profile: Profile) -> None:
    """One installation serves one city. Raises OtherCity."""
    held = City.objects.exclude(slug=profile.city.slug).first()
    if held:
        raise OtherCity(
            f"このデータベースには{held.name}（{held.slug}）が読み込まれています。"
            f"{profile.city.name}には別のデータベースを使ってください。"
        )


def refuse_held_roles(profile: Profile) -> None:
    """Nobody is left with a role that the city does not use. Raises RolesHeld."""
    held = User.objects.filter(is_active=True).exclude(role__in=profile.rules.roles)
    names = [f"{role}「{Role(role).label}」" for role in sorted(set(held.values_list("role", flat=True)))]
    if names:
        raise RolesHeld(
            f"rules.roles にない役割の職員がいます：{'、'.join(names)}。"
            "先に画面の「職員」で役割を変えるか、利用を停止してください。"
        )


def row(change: Change) -> Any:
    """The existing row of a change, as a query set."""
    return change.table.model._default_manager.filter(**dict(zip(change.table.key, change.key, strict=True)))


def write(change: Change) -> None:
    """Insert an added row, update a changed or closed one."""
    match change.kind:
        case ChangeKind.ADDED:
            named = dict(zip(change.table.key, change.key, strict=True)) | change.values
            change.table.model._default_manager.create(**with_keys(change.table, named))
        case ChangeKind.CHANGED | ChangeKind.CLOSED:
            target = row(change).get()
            for name, value in with_keys(change.table, change.values).items():
                setattr(target, name, value)
            target.save()


def with_keys(table: Table, values: Values) -> Values:
    """Values with the codes of other rows (`ward__code`) replaced by their primary keys (`ward_id`)."""
    return {
        name.replace(CODE, "_id") if name.endswith(CODE) else name: primary_key(table, name, value)
        if name.endswith(CODE)
        else value
        for name, value in values.items()
    }


def primary_key(table: Table, name: str, code: str) -> int:
    """The primary key of the row that `code` names in the field `name`."""
    related: type[Model] = table.model._meta.get_field(name.removesuffix(CODE)).related_model  # type: ignore[assignment]
    key: int = related._default_manager.values_list("pk", flat=True).get(code=code)
    return key


def event_detail(profile: Profile, plan: Plan) -> dict[str, Any]:
    """Counts and the changed rows; a profile holds nothing personal."""
    return {
        "sha256": fingerprint(profile),
        "counts": {kind.name.lower(): plan.count(kind) for kind in ChangeKind},
        "changes": [f"{change.kind} {change.label}" for change in plan.changes[:MOST_LISTED]],
    }
