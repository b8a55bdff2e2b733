"""Money goes back once and never beyond what came, whoever gives it back in the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.ids import new_code
from marketplace.core.work import transaction
from marketplace.flows import buying, parcels
from marketplace.orders import ending, payments, queries, refunds
from marketplace.orders.models import OrderGroup, Refund
from tests import builders
from tests.books import Books
from tests.orders import money
from tests.races.conftest import Crowd, held_back
from tests.races.unguarded import take_out, without_check

HANDS, ROUNDS, PRICE = 6, 3, 40_000
TOO_MUCH = (
    "if amount > payment.amount - payment.refunded:\n"
    '        raise Conflict("refund_too_large", asked=amount)'
)
OVER = (
    "    if version is not None and order.version != version:\n"
    '        raise Conflict("order_moved")\n'
    "    if order.state not in (OrderState.NEW, OrderState.ACCEPTED):\n"
    '        raise Conflict("order_over")\n'
)
pytestmark = pytest.mark.race


def telling(act: Callable[[], object]) -> Callable[[], str]:
    """The act of one hand: done, or why not."""

    def hand() -> str:
        try:
            act()
        except Conflict as refusal:
            return refusal.code
        except IntegrityError:
            return "the database refused"
        return "done"

    return hand


def paid_order() -> str:
    (code,) = money.buy((builders.shop(f"Toko {new_code()}"), PRICE))
    money.pay(code)
    return code


def given_back(code: str) -> tuple[int, int]:
    """How many refunds of an order's payment there are, and how much they are together."""
    payment = money.payment_of(code)
    found = select(func.count(), func.coalesce(func.sum(Refund.amount), 0))
    number, amount = db.session.execute(found.where(Refund.payment_id == payment.id)).one()
    db.session.rollback()
    return int(number), int(amount)


# --- Two refunds whose sum is more than what came -------------------------------------------------


def most_of_it_again_and_again(app: Flask, crowd: Crowd, code: str) -> Counter[Any]:
    """Hands that each promise three quarters of a payment, all waiting for its row."""
    payment = money.payment_of(code)

    def promise() -> None:
        with transaction():
            (locked,) = payments.locked_group(payment.group_id)
            refunds.ask(locked, amount=30_000, reason="Rusak", by=None, now=clock.now())

    with held_back(app, "payment", payment.id, HANDS):
        return crowd([telling(promise)] * HANDS)


def test_refunds_that_are_more_than_what_came_are_given_once(app: Flask, crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        code = paid_order()
        told = most_of_it_again_and_again(app, crowd, code)
        assert told == Counter(done=1, refund_too_large=HANDS - 1)
        assert given_back(code) == (1, 30_000)


def test_without_looking_at_what_is_left_the_database_still_refuses(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(monkeypatch, refunds.ask, TOO_MUCH)
    code = paid_order()
    told = most_of_it_again_and_again(app, crowd, code)
    assert told == Counter({"done": 1, "the database refused": HANDS - 1})
    assert given_back(code) == (1, 30_000)


def test_without_both_guards_more_goes_back_than_came(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(monkeypatch, refunds.ask, TOO_MUCH)
    with without_check("payment", "never_too_much_back"):
        code = paid_order()
        assert most_of_it_again_and_again(app, crowd, code) == Counter(done=HANDS)
        assert given_back(code) == (HANDS, HANDS * 30_000)
        assert any("money of orders that go on" in fault for fault in Books().faults())
        assert "M3" in money.broken()


# --- Shop and buyer cancel at once ----------------------------------------------------------------


def cancelled_by_both(app: Flask, crowd: Crowd) -> tuple[Counter[Any], tuple[int, int], int]:
    """What shop and buyer are told, the refunds, and how much would have been right."""
    code = paid_order()
    order = money.order(code)
    group_code = db.session.scalars(
        select(OrderGroup.code).where(OrderGroup.id == order.group_id)
    ).one()
    group = queries.group_by_code(group_code)
    assert group is not None
    paid = money.payment_of(code)
    hand = parcels.Hand(order.ikm_id, builders.person("Citra"), order.version)
    with held_back(app, "payment", paid.id, 2):
        told = crowd(
            [
                telling(lambda: parcels.refuse(code, hand, reason="Bahan habis")),
                telling(lambda: buying.cancel_paid(group, code, by=None)),
            ]
        )
    return told, given_back(code), paid.amount


def test_shop_and_buyer_who_cancel_at_once_give_the_money_back_once(
    app: Flask, crowd: Crowd
) -> None:
    for _ in range(ROUNDS):
        told, back, paid = cancelled_by_both(app, crowd)
        assert told["done"] == 1
        assert told["order_over"] + told["order_moved"] == 1
        assert back == (1, paid)
    assert money.broken() == {}


def test_without_their_guards_both_are_told_that_they_cancelled_it(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that was seen, the state, and the table of moves; no money is left to give twice."""
    take_out(monkeypatch, ending.locked_paid, OVER)
    take_out(
        monkeypatch,
        ending._cancel,
        "move(OrderState(order.state), OrderState.CANCELLED, ORDER_MOVES)",
        "OrderState.CANCELLED",
    )
    told, back, paid = cancelled_by_both(app, crowd)
    assert told == Counter(done=2)
    assert back == (1, paid)
    assert "O1" in money.broken()
