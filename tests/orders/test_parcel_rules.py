"""How far an order has come is what its parcels say; it ends with the last of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from marketplace.orders.parcels import rules
from marketplace.orders.states import PARCEL_MOVES, Fulfilment, ParcelState
from tests.builders import NOON


@dataclass
class Parcel:
    state: str
    left_at: datetime | None = None
    received_at: datetime | None = None
    confirmed_at: datetime | None = None


@pytest.mark.parametrize(
    ("left", "states", "there"),
    [
        (5, [], "open"),
        (0, [], "open"),
        (5, ["unpacked"], "open"),
        (2, ["packed"], "packed"),
        (0, ["packed"], "packed"),
        (0, ["packed", "packed"], "packed"),
        (2, ["shipped"], "partly"),
        (2, ["received"], "partly"),
        (2, ["ready"], "partly"),
        (2, ["shipped", "packed"], "next"),
        (0, ["shipped", "packed"], "next"),
        (0, ["ready", "packed"], "next"),
        (0, ["shipped"], "shipped"),
        (0, ["shipped", "received"], "shipped"),
        (0, ["received", "received"], "received"),
        (0, ["ready", "received"], "ready"),
        (0, ["received", "unpacked"], "received"),
    ],
)
def test_how_far_an_order_has_come(left: int, states: list[str], there: str) -> None:
    assert rules.fold(left, states) == there


@given(st.integers(0, 3), st.lists(st.sampled_from(list(ParcelState)), max_size=5))
def test_nothing_is_there_before_everything_is(left: int, states: list[ParcelState]) -> None:
    there = rules.fold(left, states)
    living = [state for state in states if state is not ParcelState.UNPACKED]
    if there in (Fulfilment.SHIPPED, Fulfilment.READY, Fulfilment.RECEIVED):
        assert left == 0
        assert ParcelState.PACKED not in living
    assert (there is Fulfilment.OPEN) == (not living)
    assert rules.fold(left, states) == rules.fold(left, states[::-1])


def test_an_order_ends_with_its_last_parcel() -> None:
    day = timedelta(days=1)
    first = Parcel("shipped", left_at=NOON)
    second = Parcel("shipped", left_at=NOON + 3 * day)
    assert rules.ends_at(0, [first]) == NOON + 7 * day
    assert rules.ends_at(0, [first, second]) == NOON + 10 * day
    assert rules.ends_at(1, [first, second]) is None
    assert rules.ends_at(0, [first, Parcel("packed")]) is None
    assert rules.ends_at(0, []) is None


def test_the_buyers_word_and_the_shops_word_count_for_one_parcel() -> None:
    day = timedelta(days=1)
    confirmed = Parcel("received", NOON, NOON + day, NOON + day)
    handed = Parcel("received", NOON, NOON + day)
    assert rules.ends_at(0, [confirmed]) == NOON + day
    assert rules.ends_at(0, [handed]) == NOON + 3 * day
    assert rules.all_confirmed(0, [confirmed])
    assert not rules.all_confirmed(1, [confirmed])
    assert not rules.all_confirmed(0, [confirmed, handed])
    assert not rules.all_confirmed(0, [])


@pytest.mark.parametrize(
    ("role", "states", "may"),
    [
        ("buyer", [], True),
        ("buyer", ["packed"], False),
        ("buyer", ["unpacked"], True),
        ("shop", ["packed", "ready"], True),
        ("shop", ["packed", "shipped"], False),
        ("system", ["received"], False),
    ],
)
def test_until_when_a_whole_order_may_end(role: str, states: list[str], may: bool) -> None:
    assert rules.may_cancel(role, states) is may


def test_every_state_of_a_parcel_can_be_reached() -> None:
    reached = {ParcelState.PACKED}.union(*PARCEL_MOVES.values())
    assert reached == set(ParcelState)
