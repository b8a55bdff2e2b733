"""Stripe counts rupiah in hundredths, and the factor is applied once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.adapters.stripe_wire import key_is_live
from marketplace.adapters.stripe_words import from_stripe_amount, to_stripe_amount
from marketplace.core.money import Money
from marketplace.orders.ports import GatewayRefused
from tests.adapters.conftest import Desk
from tests.stand_ins.stripe_simulator import Simulator

LARGEST_RUPIAH = 9_999_999_999


def test_rp150_000_goes_out_as_15000000() -> None:
    assert to_stripe_amount(Money(150_000)) == 15_000_000


@given(st.integers(min_value=1, max_value=LARGEST_RUPIAH))
def test_what_goes_out_comes_back(rupiah: int) -> None:
    assert from_stripe_amount(to_stripe_amount(Money(rupiah))) == Money(rupiah)


def test_the_largest_amount_goes_and_one_rupiah_more_is_refused() -> None:
    assert to_stripe_amount(Money(LARGEST_RUPIAH)) == 999_999_999_900
    with pytest.raises(GatewayRefused) as refused:
        to_stripe_amount(Money(LARGEST_RUPIAH + 1))
    assert refused.value.code == "amount_too_large"
    assert refused.value.params["rupiah"] == LARGEST_RUPIAH + 1


def test_one_rupiah_goes_and_nothing_or_less_is_refused() -> None:
    assert to_stripe_amount(Money(1)) == 100
    for rupiah in (0, -1):
        with pytest.raises(GatewayRefused) as refused:
            to_stripe_amount(Money(rupiah))
        assert refused.value.code == "amount_too_small"


def test_a_part_of_a_rupiah_is_not_ours() -> None:
    for hundredths in (15_000_050, 1, 99):
        with pytest.raises(ValueError, match="whole rupiah"):
            from_stripe_amount(hundredths)


def test_stripe_sees_the_amount_in_hundredths(stripe_desk: Desk, stripe_side: Simulator) -> None:
    page = stripe_desk.open()
    assert stripe_side.account.sessions[page.reference]["amount_total"] == 15_000_000
    stripe_desk.pay(page.reference)
    assert [charge["amount"] for charge in stripe_side.account.audit()] == [15_000_000]


@pytest.mark.parametrize(
    ("key", "live"),
    [("sk_test_1", False), ("rk_test_1", False), ("sk_live_1", True), ("rk_live_1", True)],
)
def test_a_key_says_whether_it_moves_real_money(key: str, live: bool) -> None:
    assert key_is_live(key) is live


@pytest.mark.parametrize("key", ["", "pk_live_1", "sk_1", "whsec_1", "sk_stage_1"])
def test_a_key_of_no_known_kind_is_refused_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match="sk_test_"):
        key_is_live(key)
