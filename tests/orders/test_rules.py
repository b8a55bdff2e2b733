"""Sums and deadlines that a person could check on paper."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.ids import token_hash
from marketplace.orders import links, rules
from tests.builders import NOON

amounts = st.integers(1, 10**9)


@given(totals=st.lists(amounts, min_size=1, max_size=30), code=st.integers(0, 999))
def test_whatever_the_order_of_cancelling_all_money_goes_back(totals: list[int], code: int) -> None:
    paid, refunded = sum(totals) + code, 0
    for number, total in enumerate(totals):
        alive = number < len(totals) - 1
        part = rules.goes_back(order_total=total, paid=paid, refunded=refunded, others_alive=alive)
        assert part == (total if alive else total + code)
        refunded += part
        assert refunded <= paid
    assert refunded == paid


@pytest.mark.parametrize("others_alive", [True, False])
@pytest.mark.parametrize("refunded", [100, 101])
def test_of_what_has_gone_back_already_nothing_goes_back_again(
    refunded: int, others_alive: bool
) -> None:
    part = rules.goes_back(order_total=50, paid=100, refunded=refunded, others_alive=others_alive)
    assert part == 0


@given(lines=st.lists(st.tuples(amounts, st.integers(1, 10_000)), max_size=60))
def test_a_sum_is_the_sum_of_its_lines(lines: list[tuple[int, int]]) -> None:
    assert rules.sum_of(lines) == sum(price * quantity for price, quantity in lines)


@pytest.mark.parametrize(
    ("day", "later"), [(20, 24), (21, 24), (22, 24), (23, 25)]
)  # Friday to Monday
def test_two_working_days_skip_the_weekend(day: int, later: int) -> None:
    assert rules.working_days_after(date(2026, 11, day), 2) == date(2026, 11, later)


def test_the_clock_is_the_clock_of_the_place() -> None:
    ends = [
        rules.end_of_working_days(NOON, 2, rules.zone_of(code))
        for code in ("34.04", "51.03", "94.71")
    ]
    assert [str(moment.utcoffset()) for moment in ends] == ["7:00:00", "8:00:00", "9:00:00"]
    assert {moment.day for moment in ends} == {24}


def test_a_transfer_waits_a_day_longer_than_its_buyer() -> None:
    assert rules.kept_until("transfer", NOON) - rules.pay_deadline("transfer", NOON) == (
        rules.TRANSFER_CHECKED
    )
    assert rules.kept_until("stripe", NOON) == rules.pay_deadline("stripe", NOON)


@pytest.mark.parametrize(
    ("shop", "product", "active", "closed", "why"),
    [
        ("open", "live", True, (None, None), ""),
        ("open", "hidden", True, (None, None), "gone"),
        ("open", "live", False, (None, None), "gone"),
        ("paused", "live", True, (None, None), "shop_closed"),
        ("open", "live", True, (date(2026, 11, 20), date(2026, 11, 21)), "holiday"),
        ("open", "live", True, (date(2026, 11, 22), date(2026, 11, 23)), ""),
    ],
)
def test_why_a_thing_cannot_be_bought(
    shop: str, product: str, active: bool, closed: tuple[date | None, date | None], why: str
) -> None:
    found = rules.still_buyable(
        shop_state=shop, product_state=product, active=active, closed=closed, today=NOON.date()
    )
    assert found == why


def test_a_link_outlives_a_change_of_secret() -> None:
    token = links.token_of("7f3k2qd9xw", "old-secret")
    assert len(token) == 43
    kept = token_hash(token)
    assert links.known_token("7f3k2qd9xw", kept, ("new-secret", "old-secret")) == token
    assert links.known_token("7f3k2qd9xw", kept, ("new-secret",)) is None
