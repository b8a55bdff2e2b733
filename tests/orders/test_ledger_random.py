"""Whatever happens in whatever order, the book balances and says the same as the rows."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
from flask import Flask
from hypothesis import given, settings

from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import GROWS_BY_DEBIT, Account, falls_away, shares_of
from marketplace.orders.states import OrderState
from tests import builders
from tests.conftest import start_anew
from tests.orders import money
from tests.orders.test_ledger import cut
from tests.orders.test_totals import FEW

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "pay", "part", "part", "late", "deliver", "cancel", "send"]),
        st.integers(0, 2),
        st.integers(1, 100),
    ),
    max_size=14,
)
PRICES = st.lists(st.integers(100, 10**9), min_size=1, max_size=3)


@settings(parent=FEW, max_examples=25)
@given(prices=PRICES, bp=st.integers(0, 2_000), acts=ACTS)
def test_any_life_of_an_order_leaves_the_book_in_balance(
    app: Flask, home: Path, prices: list[int], bp: int, acts: list[tuple[str, int, int]]
) -> None:
    start_anew(home)
    shops = [builders.shop(f"Toko {number}") for number in range(len(prices))]
    codes = money.buy(*zip(shops, prices, strict=True))
    for code, price in zip(codes, prices, strict=True):
        cut(code, price * bp // 10_000, tax=price * bp // 100_000)
    for act, which, percent in [("pay", 0, 0), *acts]:
        live(act, codes[which % len(codes)], percent)
        assert balances_add_up()
    assert money.broken() == {}
    for code in codes:
        live("deliver", code, 0)
    while codes_open := money.open_refunds():
        money.send(codes_open[0])
    assert money.broken() == {}
    assert balances_add_up()
    assert queries.balance(Account.REFUNDS) == 0


def live(act: str, code: str, percent: int) -> None:
    """One thing happens, or is refused; a refusal leaves nothing behind."""
    order = money.order(code)
    try:
        if act == "pay":
            money.pay(code)
        elif act in ("part", "late"):
            if order.state == OrderState.CANCELLED or (
                (order.state == OrderState.COMPLETED) != (act == "late")
            ):
                return
            money.give_back(code, max(1, order.total * percent // 100))
        elif act == "deliver":
            if order.state == OrderState.NEW:
                money.deliver(code)
        elif act == "cancel":
            money.cancel(code)
        elif refunds := money.open_refunds():
            money.send(refunds[percent % len(refunds)])
    except Conflict:
        db.session.rollback()


def balances_add_up() -> bool:
    """What the market has and spends is what it owes and earns."""
    db.session.rollback()
    found = queries.balances()
    db.session.rollback()
    has = sum(amount for account, amount in found.items() if account in GROWS_BY_DEBIT)
    return has == sum(found.values()) - has


@given(
    cut_=st.integers(0, 10**9),
    goods=st.integers(1, 10**10),
    parts=st.lists(st.integers(0, 10**9), max_size=10),
)
def test_a_cut_has_fallen_away_when_all_has_gone_back(
    cut_: int, goods: int, parts: list[int]
) -> None:
    gone = away = 0
    for part in [*parts, 10**10]:
        now = min(part, goods - gone)
        step = falls_away(cut_ - away, goods=goods - gone, now=now)
        assert step >= 0
        gone, away = gone + now, away + step
    assert away == cut_


@given(
    amount=st.integers(1, 10**6),
    there=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 999)),
)
def test_a_refund_is_made_of_what_is_there(amount: int, there: tuple[int, int, int]) -> None:
    goods, postage, code = there
    try:
        shares = shares_of(amount, goods=goods, postage=postage, unique_code=code)
    except Conflict:
        assert amount > sum(there)
        return
    assert shares.total == amount
    assert (shares.goods <= goods, shares.postage <= postage) == (True, True)
    assert shares.unique_code <= code
    assert shares.postage == 0 or shares.goods == goods
