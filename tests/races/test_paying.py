"""Two hands on one payment or one parcel: one truth, one effect."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.flows import buying, parcels, payments, provider_messages, reconcile, worker
from marketplace.orders import fulfilment, invariants, queries
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


def happened(what: str) -> int:
    """How often the orders went through this."""
    return count(select(func.count()).select_from(OrderEvent).where(OrderEvent.what == what))


def settled_by_two(app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Both have read that she paid before either writes it down: times paid, and refunds."""
    reference, code, _ = begin(app, 0)
    pay(reference)
    read = threading.Barrier(2)

    def both(point: str) -> None:
        if point == "payments.read":
            read.wait(20)

    monkeypatch.setattr(payments, "passing", both)
    assert crowd([lambda: payments.settle(code).value] * 2) == {"paid": 2}
    return happened("paid"), count(select(func.count()).select_from(Refund))


def test_two_who_read_the_same_money_record_it_once(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settled_by_two(app, crowd, monkeypatch) == (1, 0)
    assert Books().faults() == []


def test_without_its_guard_money_that_paid_is_given_back_as_well(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes second takes it for a second payment."""
    take_out(
        monkeypatch,
        order_payments.money_came,
        "if payment.state == PaymentState.PAID:",
        "if False:",
    )
    take_out(
        monkeypatch,
        order_payments.end,
        "move(PaymentState(payment.state), state, PAYMENT_MOVES)",
        "state",
    )
    assert settled_by_two(app, crowd, monkeypatch) == (1, 1)
    assert any("orders that go on" in fault for fault in Books().faults())
    assert any(invariants.check_all().values())


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
        assert happened("paid") == number + 1
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


def pressed(app: Flask, crowd: Crowd) -> tuple[dict[str, int], int]:
    """Six presses on "Terima" of one page: what each was told, and how often it was accepted."""
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

    return crowd([accept] * 6), happened("accepted")


def test_two_presses_on_one_parcel_move_it_once(app: Flask, crowd: Crowd) -> None:
    assert pressed(app, crowd) == ({"done": 1, "too late": 5}, 1)


def test_without_its_guards_a_parcel_moves_at_every_press(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that was seen, and the table of moves: either alone would still hold."""
    take_out(monkeypatch, fulfilment._of_shop, "if order.version != version:", "if False:")
    take_out(
        monkeypatch,
        fulfilment.accept,
        "move(OrderState(order.state), OrderState.ACCEPTED, ORDER_MOVES)",
        "OrderState.ACCEPTED",
    )
    assert pressed(app, crowd) == ({"done": 6}, 6)
