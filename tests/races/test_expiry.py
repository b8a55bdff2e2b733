"""The time to pay runs out in the moment in which the money comes: goods or money back."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Row, select, update

from marketplace.catalog.models import StockHold
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.ids import new_code
from marketplace.core.work import transaction
from marketplace.flows import buying, payments
from marketplace.orders import ending, invariants
from marketplace.orders.models import Order, Payment, Refund
from tests import builders
from tests.books import Books
from tests.orders import money
from tests.races.conftest import Crowd, held_back
from tests.races.unguarded import take_out

ROUNDS = 3
pytestmark = pytest.mark.race


def out_of_time() -> Row[Any]:
    """A transfer that was awaited until a minute ago."""
    (code,) = money.buy((builders.shop(f"Toko {new_code()}"), 40_000))
    then = clock.now() - timedelta(minutes=1)
    payment = money.payment_of(code)
    with transaction():
        db.session.execute(update(Payment).where(Payment.id == payment.id).values(expires_at=then))
        db.session.execute(
            update(Order).where(Order.group_id == payment.group_id).values(due_at=then)
        )
    return payments.find(payment.code)


def confirm(payment: Row[Any]) -> str:
    outcome = payments.confirm_transfer(payment.code, amount=payment.amount, by=builders.staff())
    return str(outcome)


def end_of(payment: Row[Any]) -> tuple[str, str, int]:
    """The order, the payment, and how much goes back."""
    db.session.rollback()
    state = db.session.scalars(select(Order.state).where(Order.group_id == payment.group_id)).one()
    row = payments.find(payment.code)
    back = db.session.scalars(select(Refund.amount).where(Refund.payment_id == payment.id)).all()
    db.session.rollback()
    return str(state), str(row.state), sum(back)


def test_money_that_comes_as_the_time_runs_out_buys_or_goes_back(app: Flask, crowd: Crowd) -> None:
    builders.staff()
    for _ in range(ROUNDS):
        payment = out_of_time()
        with held_back(app, "payment", payment.id, 2):
            told = crowd(
                [lambda p=payment: confirm(p), lambda: f"{buying.expire_unpaid()} looked at"]  # type: ignore[misc]
            )
        paid = told["paid"] == 1
        assert paid or told["late"] == 1, told
        assert end_of(payment) == (
            ("new", "paid", 0) if paid else ("cancelled", "paid", payment.amount)
        )
    assert not any(invariants.check_all().values())


def test_money_and_the_end_of_a_hold_at_once_sell_the_goods_once(app: Flask, crowd: Crowd) -> None:
    """The goods are let go an hour after their time; they still lie there, so they are sold."""
    builders.staff()
    for _ in range(ROUNDS):
        payment = out_of_time()
        with transaction():
            db.session.execute(
                update(StockHold).values(expires_at=clock.now() - timedelta(hours=2))
            )
        crowd([lambda p=payment: confirm(p), lambda: str(buying.expire_holds())])  # type: ignore[misc]
        assert end_of(payment) == ("new", "paid", 0)
    assert not any(invariants.check_all().values())


def confirmed_in_between(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> tuple[Counter[Any], tuple[str, str, int]]:
    """Expiry has seen that the order waits; before it writes, the money is confirmed."""
    builders.staff()
    payment = out_of_time()
    seen, confirmed = threading.Event(), threading.Event()
    look = payments.settle

    def then_the_money_comes(code: str) -> Any:
        found = look(code)
        seen.set()
        assert confirmed.wait(20)
        return found

    def officer() -> str:
        assert seen.wait(20)
        said = confirm(payment)
        confirmed.set()
        return said

    monkeypatch.setattr(payments, "settle", then_the_money_comes)
    told = crowd([lambda: f"{buying.expire_unpaid()} looked at", officer])
    return told, end_of(payment)


def test_who_paid_just_before_the_end_keeps_the_goods(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, end = confirmed_in_between(app, crowd, monkeypatch)
    assert (told["paid"], end) == (1, ("new", "paid", 0))
    assert Books().faults() == []


def test_without_its_guard_a_paid_order_ends_and_its_money_stays(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(
        monkeypatch,
        ending.end_unpaid,
        "if any(order.state != OrderState.WAITING for order in orders) or not orders:",
        "if False:",
    )
    told, end = confirmed_in_between(app, crowd, monkeypatch)
    assert (told["paid"], end) == (1, ("cancelled", "paid", 0))
    assert Books().faults()
    assert any(invariants.check_all().values())
