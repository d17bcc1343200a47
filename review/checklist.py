"""The points that a reviewer confirms for a case, as the city's profile lists them."""

from collections.abc import Iterable

from postoffices.city import current_city
from postoffices.rules import CheckPoint
from review.models import Case, CaseImage


def points_for(case: Case, pictures: Iterable[CaseImage]) -> list[CheckPoint]:
    """What applies to this procedure, these kinds of pictures, and somebody with or without a booking."""
    kinds = {picture.kind for picture in pictures}
    people = {"all", "walk_in" if case.visit.reservation_id is None else "booked"}
    return [
        point
        for point in current_city().rules.review.checks
        if point.people in people
        and (not point.procedures or case.visit.procedure.code in point.procedures)
        and (point.document is None or point.document in kinds)
    ]
