"""Two hands on one payment or one parcel: one truth, one effect."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.flows import buying, parcels, payments, provider_messages, reconcile, worker
from marketplace.orders import invariants, queries
from marketplace.orders import payments as order_payments
from marketplace.orders.models import Order, OrderEvent, OrderGroup, Payment, Refund
from marketplace.orders.ports import GatewayDown
from tests import builders
from tests.books import Books
from tests.races.conftest import Crowd
from tests.races.unguarded import take_out
from tests.web.buying import shopper

ROUNDS = 3
pytestmark = pytest.mark.race


def begin(app: Flask, number: int) -> tuple[str, str, str]:
    """A guest at the simulator: reference, payment code, group code."""
    shopper.tariff()
    variant = shopper.variant_of(builders.product(f"Keripik {number}", stock=5))
    url = shopper.buy(app.test_client(), variant)
    db.session.rollback()
    payment = db.session.scalars(select(Payment).order_by(Payment.id.desc())).first()
    group = db.session.scalars(select(OrderGroup.code).order_by(OrderGroup.id.desc())).first()
    assert payment is not None
    db.session.rollback()
    return url.rpartition("/")[2], payment.code, str(group)


def pay(reference: str) -> None:
    playing = provider_messages.simulator()
    assert playing is not None
    playing.pay(reference)


def count(statement: Any) -> int:
    db.session.rollback()
    return int(db.session.scalar(statement) or 0)


def test_return_and_webhook_at_once_record_the_money_once(app: Flask, crowd: Crowd) -> None:
    for number in range(ROUNDS):
        reference, code, _ = begin(app, number)
        pay(reference)
        crowd(
            [
                lambda c=code: payments.settle(c).value,
                provider_messages.deliver_simulated,
                lambda c=code: payments.settle(c).value,
                lambda: worker.run_due(until_empty=True),
                lambda: reconcile.run(since=timedelta(days=2)).total >= 0,
                lambda c=code: payments.settle(c).value,
            ]
        )
        worker.run_due(until_empty=True)
        paid = select(func.count()).select_from(OrderEvent).where(OrderEvent.what == "paid")
        assert count(paid) == number + 1
    assert count(select(func.count()).select_from(Refund)) == 0
    assert not any(invariants.check_all().values())


def test_cancel_and_pay_at_once_end_in_goods_or_in_money_back(app: Flask, crowd: Crowd) -> None:
    for number in range(ROUNDS):
        reference, code, group_code = begin(app, number)
        group = queries.group_by_code(group_code)
        assert group is not None

        def paying(r: str = reference, c: str = code) -> str:
            pay(r)
            return payments.settle(c).value

        crowd([paying, lambda g=group: buying.cancel_unpaid(g)])
        payments.settle(code)
        worker.run_due(until_empty=True)
        db.session.rollback()
        state = db.session.scalar(
            select(Order.state).where(Order.group_id == group.id)
        )  # fmt: skip
        row = payments.find(code)
        back = db.session.scalar(select(func.count()).where(Refund.payment_id == row.id))
        assert (state, row.state, back) in (
            ("new", "paid", 0),
            ("cancelled", "paid", 1),
            ("cancelled", "expired", 0),
            ("cancelled", "cancelled", 0),
        )
    db.session.rollback()
    assert not any(invariants.check_all().values())


def settled_too_late(app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """We have read that she paid; before it is written down she gives up, and no page is closed.

    What became of the order and the payment, and how many refunds there are.
    """
    reference, code, group_code = begin(app, 0)
    pay(reference)
    group, playing = queries.group_by_code(group_code), provider_messages.simulator()
    assert group is not None
    read, given_up = threading.Event(), threading.Event()

    def unreachable(_: str) -> Any:
        raise GatewayDown("unreachable")

    def meanwhile(point: str) -> None:
        if point == "payments.read" and not given_up.is_set():
            read.set()
            assert given_up.wait(20)

    def gives_up() -> None:
        assert read.wait(20)
        assert buying.cancel_unpaid(group)
        given_up.set()

    monkeypatch.setattr(playing, "expire_checkout", unreachable)
    monkeypatch.setattr(payments, "passing", meanwhile)
    crowd([lambda: payments.settle(code), gives_up])
    worker.run_due(until_empty=True)
    db.session.rollback()
    row = payments.find(code)
    refunds = db.session.scalar(select(func.count()).where(Refund.payment_id == row.id))
    return db.session.scalar(select(Order.state)), row.state, refunds


def test_money_we_read_of_just_before_the_buyer_gave_up_goes_back(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settled_too_late(app, crowd, monkeypatch) == ("cancelled", "paid", 1)
    assert Books().faults() == []
    assert not any(invariants.check_all().values())


def test_without_the_late_refund_both_our_checks_miss_the_money(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(
        monkeypatch,
        order_payments.money_came,
        "return _give_back(payment, Outcome.LATE, now)",
        "return Outcome.LATE",
    )
    assert settled_too_late(app, crowd, monkeypatch) == ("cancelled", "paid", 0)
    assert any("money that does not count" in fault for fault in Books().faults())
    assert any(invariants.check_all().values())


def test_two_presses_on_one_parcel_move_it_once(app: Flask, crowd: Crowd) -> None:
    reference, code, _ = begin(app, 0)
    pay(reference)
    payments.settle(code)
    db.session.rollback()
    order = db.session.scalars(select(Order)).one()
    hand = parcels.Hand(order.ikm_id, builders.person("Citra"), order.version)

    def accept() -> str:
        try:
            parcels.accept(order.code, hand)
        except Conflict:
            return "too late"
        return "done"

    assert crowd([accept] * 6) == {"done": 1, "too late": 5}


def test_shop_and_buyer_cancel_at_once_and_the_money_goes_back_once(
    app: Flask, crowd: Crowd
) -> None:
    reference, code, group_code = begin(app, 0)
    pay(reference)
    payments.settle(code)
    group = queries.group_by_code(group_code)
    assert group is not None
    order = group.orders[0]
    hand = parcels.Hand(order.ikm_id, builders.person("Citra"), order.version)

    def tell(act: Any) -> str:
        try:
            act()
        except Conflict:
            return "too late"
        return "done"

    told = crowd(
        [
            lambda: tell(lambda: parcels.refuse(order.code, hand, reason="Bahan habis")),
            lambda: tell(lambda: buying.cancel_paid(group, order.code, by=None)),
        ]
    )
    assert told == {"done": 1, "too late": 1}
    assert count(select(func.sum(Refund.amount))) == order.total
    assert clock.now() > order.created_at
