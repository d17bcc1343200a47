"""What a city decides about its counters: calling, no-shows, fees, referrals and how long people should wait."""

from typing import Annotated

from pydantic import Field

from postoffices.strict import Code, OptionalPhone, Strict, Words

Yen = Annotated[int, Field(ge=0, le=10_000_000)]


class Fee(Strict):
    """A fee as a citizen pays it; without `procedures` it is offered with all of them."""

    code: Code
    name: Words
    amount: Yen
    procedures: list[Code] = []


class FeeExemption(Strict):
    """A reason for which a fee is not taken."""

    code: Code
    name: Words


class ReferralPlace(Strict):
    """Where a clerk sends somebody whose matter cannot be settled here."""

    code: Code
    name: Words
    address: str = ""
    phone: OptionalPhone = ""
    hours_text: str = ""


class CounterRules(Strict):
    """`no_show_minutes`: who has not come so long after the booked time counts as not come; None: only by hand.

    `waiting_minutes`: from arrival to the counter, as the service level asks. `ticket_offices` give numbered tickets.
    `cash_float`: change that lies in the drawer before the first receipt of a day.
    """

    no_show_minutes: Annotated[int, Field(ge=1, le=24 * 60)] | None = None
    waiting_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 15
    ticket_offices: list[Code] = []
    cash_float: Yen = 0
    fees: list[Fee] = []
    fee_exemptions: list[FeeExemption] = []
    referrals: list[ReferralPlace] = []

    def fees_of(self, procedure: str) -> list[Fee]:
        """The fees that can come up with a procedure (by its code)."""
        return [fee for fee in self.fees if not fee.procedures or procedure in fee.procedures]
