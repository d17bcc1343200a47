"""The filters of the staff's list, as they stand in the address."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.http import QueryDict
from django.utils import timezone

from notifications.models import MessageQuerySet, MessageState
from notifications.purposes import PURPOSE_LABELS, purpose_label
from notifications.subjects import about_typed
from writing.text import normalised

DAY_LABELS = {"week": "7日間", "today": "きょう", "yesterday": "きのう", "all": "すべての日"}
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice of a filter. `value` is what stands in the address; empty takes the filter away."""

    value: str
    label: str
    count: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """What the address asks for; what it does not know is left out. Empty means all; days default to a week.

    `about` is typed: a booking's number. Messages about it are sought on all days.
    """

    state: str = ""
    purpose: str = ""
    day: str = "week"
    about: str = ""

    @classmethod
    def from_address(cls, query: QueryDict) -> "MessageFilter":
        state, day = query.get("state", ""), query.get("day", "")
        about = normalised(query.get("about", "").replace("\x00", ""))
        return cls(
            state=state if state in MessageState.values else "",
            purpose=query.get("purpose", "").replace("\x00", ""),
            day=day if day in DAY_LABELS else "all" if about else "week",
            about=about,
        )

    def chosen(self, messages: MessageQuerySet) -> MessageQuerySet:
        messages = self._of_days(messages)
        if self.state:
            messages = messages.filter(state=self.state)
        if self.purpose:
            messages = messages.filter(purpose=self.purpose)
        return messages.order_by("-queued_at", "-id")

    def counts(self, messages: MessageQuerySet) -> dict[tuple[str, str], int]:
        """How many messages of these days there are of each state and purpose, in one query."""
        rows = self._of_days(messages).order_by().values_list("state", "purpose").annotate(Count("id"))
        return {(state, purpose): count for state, purpose, count in rows}

    def state_chips(self, counts: dict[tuple[str, str], int]) -> list[Chip]:
        """States of which there are messages, or which are chosen, counted under the chosen purpose."""
        held = {(state, purpose): n for (state, purpose), n in counts.items() if self.purpose in ("", purpose)}
        chips = [Chip("", "すべて", sum(held.values()), not self.state)]
        for state in MessageState:
            count = sum(n for (found, _), n in held.items() if found == state)
            if count or self.state == state:
                chips.append(Chip(state.value, str(state.label), count, self.state == state))
        return chips

    def purpose_chips(self, counts: dict[tuple[str, str], int]) -> list[Chip]:
        found = {purpose for _, purpose in counts} | ({self.purpose} - {""})
        ordered = [purpose for purpose in PURPOSE_LABELS if purpose in found]
        ordered += sorted(found - PURPOSE_LABELS.keys())
        chips = [Chip(purpose, purpose_label(purpose), None, self.purpose == purpose) for purpose in ordered]
        return [Chip("", "すべての用件", None, not self.purpose), *chips]

    def day_chips(self) -> list[Chip]:
        return [Chip(value, label, None, self.day == value) for value, label in DAY_LABELS.items()]

    def _of_days(self, messages: MessageQuerySet) -> MessageQuerySet:
        today = timezone.localdate()
        if self.about:
            messages = messages.filter(about_typed(self.about))
        if self.day == "all":
            return messages
        if self.day == "yesterday":
            return messages.filter(queued_at__gte=midnight(today - timedelta(days=1)), queued_at__lt=midnight(today))
        first = today if self.day == "today" else today - timedelta(days=WEEK_DAYS - 1)
        return messages.filter(queued_at__gte=midnight(first))


def midnight(day: date) -> datetime:
    """The local day's first moment."""
    return timezone.make_aware(datetime.combine(day, time()))
