"""With the shield on, a seat is kept for nobody who has not solved or waited."""

import base64
import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from reservations.fairness.actions import shield_set
from reservations.fairness.proof import Challenge, _challenge, _signature, new_challenge, new_wait
from reservations.models import Hold, Slot
from tests.reservations.town import SYSTEM, Town, make_slot


@pytest.fixture
def slot(town: Town) -> Slot:
    shield_set(on=True, by=SYSTEM)
    return make_slot(town.office, seats=20)


def press(client: Client, slot: Slot, **more: str) -> int:
    return client.post("/book/renewal/mihon/", {"slot": slot.pk, **more}).status_code


def test_without_the_shield_nobody_is_asked(client: Client, slot: Slot) -> None:
    shield_set(on=False, by=SYSTEM)
    assert press(client, slot) == 302


def test_a_pressed_time_asks_for_the_proof_and_takes_nothing(client: Client, slot: Slot) -> None:
    answer = client.post("/book/renewal/mihon/", {"slot": slot.pk})
    assert answer.status_code == 403
    assert "次へ進む" in answer.content.decode()
    assert not Hold.objects.exists()


def test_a_solved_challenge_takes_the_seat_once(client: Client, slot: Slot) -> None:
    answer = new_challenge().answer()
    assert press(client, slot, proof=answer) == 302
    assert press(client, slot, proof=answer) == 403


def test_a_wrong_number_a_foreign_signature_and_rubbish_take_nothing(client: Client, slot: Slot) -> None:
    told = json.loads(base64.b64decode(new_challenge().answer()))
    wrong = [told | {"number": told["number"] + 1}, told | {"signature": "0" * 64}, {"salt": 1}]
    for answer in [base64.b64encode(json.dumps(one).encode()).decode() for one in wrong] + ["%%%", "é"]:
        assert press(client, slot, proof=answer) == 403


def test_an_old_proof_is_no_proof(client: Client, slot: Slot) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        answer = new_challenge().answer()
    assert press(client, slot, proof=answer) == 403


def encoded(told: dict[str, object]) -> str:
    return base64.b64encode(json.dumps(told).encode()).decode()


def test_digits_moved_from_the_number_to_the_expiry_make_no_second_answer(client: Client, slot: Slot) -> None:
    solved = new_challenge()
    while solved.number < 10:
        solved = new_challenge()
    told = json.loads(base64.b64decode(solved.answer()))
    first, rest = str(solved.number)[0], int(str(solved.number)[1:])
    for salt in (solved.salt + first, f"{solved.salt}expires=9999999999&"):
        assert press(client, slot, proof=encoded(told | {"salt": salt, "number": rest})) == 403
    assert press(client, slot, proof=solved.answer()) == 302


def test_a_salt_without_an_end_is_refused_though_its_sum_is_right(client: Client, slot: Slot) -> None:
    """As the challenges were before: joined with the number, such a salt means two things."""
    salt, number = f"aa?expires={int(timezone.now().timestamp()) + 60}", 12345
    challenge = _challenge(salt, number)
    endless = Challenge(salt, challenge, _signature(challenge), number)
    assert press(client, slot, proof=endless.answer()) == 403
    ended = salt + "&"
    challenge = _challenge(ended, number)
    assert press(client, slot, proof=Challenge(ended, challenge, _signature(challenge), number).answer()) == 302


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", '"x"', "[" * 600 + "]" * 100])
def test_a_number_that_is_none_is_refused(client: Client, slot: Slot, number: str) -> None:
    told = json.dumps({"salt": "aa?expires=9999999999&", "challenge": "", "signature": ""})
    answer = f'{told[:-1]}, "number": {number}}}'
    assert press(client, slot, proof=base64.b64encode(answer.encode()).decode()) == 403


@pytest.mark.parametrize("part", ["salt", "challenge", "signature"])
def test_half_a_character_is_refused(client: Client, slot: Slot, part: str) -> None:
    told = json.loads(base64.b64decode(new_challenge().answer()))
    assert press(client, slot, proof=encoded(told | {part: told[part] + "\ud800"})) == 403


def test_without_javascript_waiting_opens_the_gate_once(client: Client, slot: Slot) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ticket = new_wait()
        assert press(client, slot, waited=ticket) == 403
        clock.shift(timedelta(seconds=16))
        assert press(client, slot, waited=ticket) == 302
        assert press(client, slot, waited=ticket) == 403


def test_waiting_is_limited_for_each_network(client: Client, slot: Slot) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        tickets = [new_wait() for _ in range(31)]
        clock.shift(timedelta(seconds=16))
        Slot.objects.update(public_seats=50)
        answers = [press(client, slot, waited=ticket) for ticket in tickets]
    assert answers == [302] * 30 + [403]


def test_a_form_whose_hold_ended_does_not_go_around_the_gate(client: Client, slot: Slot) -> None:
    answer = client.post(f"/book/hold/nothing/form/?slot={slot.pk}&procedure=renewal".replace("/form/", "/"), {})
    assert answer.status_code == 403
    assert not Hold.objects.exists()
