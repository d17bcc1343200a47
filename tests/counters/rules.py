"""A city's rules for the counter, as the tests of the clerk's day need them."""

from dataclasses import replace
from typing import Any

import pytest

from postoffices import city
from postoffices.counter_rules import CounterRules, Fee, FeeExemption, ReferralPlace

CERTIFICATE = Fee(code="certificate", name="電子証明書の再発行", amount=200)
CARD = Fee(code="card", name="カードの再発行", amount=800)
ELSEWHERE = Fee(code="elsewhere", name="別の手続きの手数料", amount=300, procedures=["other"])
DISASTER = FeeExemption(code="disaster", name="災害で失くした")
WARD_OFFICE = ReferralPlace(
    code="ward-office",
    name="見本区役所 市民課",
    address="見本市見本区1-1",
    phone="000-000-0001",
    hours_text="平日 8:30〜17:15",
)


def set_counter_rules(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> CounterRules:
    """The city with these counter rules from now on; fees, one exemption and one place to refer to are there."""
    given: dict[str, Any] = {
        "fees": [CERTIFICATE, CARD, ELSEWHERE],
        "fee_exemptions": [DISASTER],
        "referrals": [WARD_OFFICE],
    }
    counter = CounterRules(**(given | changes))
    real = city.read_city()
    changed = replace(real, rules=real.rules.model_copy(update={"counter": counter}))
    monkeypatch.setattr(city, "read_city", lambda: changed)
    city.forget_city()
    return counter
