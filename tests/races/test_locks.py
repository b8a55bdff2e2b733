"""A lock is believed when it was seen: in the statement that takes it, and making others wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from marketplace.core.db import db, dialect
from marketplace.flows import buying, parcels, part_cancelling, payments, provider_messages
from marketplace.orders import queries
from marketplace.orders.models import Order, OrderGroup, Payment
from tests import builders
from tests.orders import packing
from tests.web.buying import shopper

pytestmark = pytest.mark.race


@contextmanager
def heard() -> Iterator[list[str]]:
    """Everything that is said to the database, transaction bounds included."""
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(" ".join(statement.split()))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def variants(app: Flask) -> list[int]:
    shopper.tariff()
    return [
        shopper.variant_of(builders.product(name, stock=20)) for name in ("Keripik", "Kopi")
    ]  # fmt: skip


def bought(app: Flask, variants: list[int], way: str) -> Payment:
    """A guest who stands before paying."""
    shopper.buy(app.test_client(), *variants, way=way)
    db.session.rollback()
    found = db.session.scalars(select(Payment).order_by(Payment.id.desc())).first()
    db.session.rollback()
    assert found is not None
    return found


def at_the_simulator(payment: Payment) -> None:
    playing = provider_messages.simulator()
    assert playing is not None
    assert payment.reference
    playing.pay(payment.reference)


def locks(said: list[str], *tables: str) -> None:
    """Each of these tables was locked by a SELECT before anything was written to it."""
    if dialect() == "sqlite":
        first = next(i for i, one in enumerate(said) if one.startswith(("UPDATE", "INSERT")))
        assert "BEGIN IMMEDIATE" in said[:first], said
        return
    for table in tables:
        taken = [
            place
            for place, one in enumerate(said)
            if one.startswith("SELECT") and f"FROM {table} " in one
            and one.endswith("FOR NO KEY UPDATE")
        ]  # fmt: skip
        written = [i for i, one in enumerate(said) if one.startswith(f"UPDATE {table} ")]
        assert taken, (table, said)
        assert written, (table, said)
        assert taken[0] < written[0], (table, said)


def test_settling_locks_payment_orders_and_stock(app: Flask, variants: list[int]) -> None:
    payment = bought(app, variants, "simulator")
    at_the_simulator(payment)
    with heard() as said:
        payments.settle(payment.code)
    locks(said, "payment", "shop_order", "variant")


def test_an_officer_s_press_locks_the_same(app: Flask, variants: list[int]) -> None:
    payment = bought(app, variants, "transfer")
    with heard() as said:
        payments.confirm_transfer(payment.code, amount=payment.amount, by=builders.staff())
    locks(said, "payment", "shop_order", "variant")


def test_cancelling_locks_the_same(app: Flask, variants: list[int]) -> None:
    bought(app, variants, "transfer")
    group = queries.group_by_code(db.session.scalars(select(OrderGroup.code)).one())
    assert group is not None
    with heard() as said:
        assert buying.cancel_unpaid(group)
    locks(said, "payment", "shop_order", "variant")


def test_a_shop_s_press_locks_its_order(app: Flask, variants: list[int]) -> None:
    payment = bought(app, variants, "simulator")
    at_the_simulator(payment)
    payments.settle(payment.code)
    db.session.rollback()
    order = db.session.scalars(select(Order)).one()
    hand = parcels.Hand(order.ikm_id, builders.person("Citra"), order.version)
    with heard() as said:
        parcels.accept(order.code, hand)
    locks(said, "shop_order")


def test_packing_locks_the_order_before_its_pieces(app: Flask) -> None:
    code = packing.accepted()
    hand, lines = packing.hand(code), packing.view(code).lines
    with heard() as said:
        parcels.pack(code, hand, {lines[0].id: 2})
    locks(said, "shop_order")
    if dialect() == "postgresql":
        order = next(i for i, one in enumerate(said) if one.endswith("FOR NO KEY UPDATE"))
        assert order < next(i for i, one in enumerate(said) if one.startswith("UPDATE order_line"))


def test_giving_up_pieces_locks_payment_order_and_stock(app: Flask) -> None:
    code = packing.accepted()
    group = packing.group(code)
    order = group.orders[0]
    some = {line.id: 1 for line in order.lines}
    with heard() as said:
        part_cancelling.buyer_cancels(group, code, some, by=None, version=order.version)
    locks(said, "payment", "shop_order", "variant")


def test_placing_locks_the_cart_and_the_stock(app: Flask, variants: list[int]) -> None:
    guest = app.test_client()
    for variant in variants:
        shopper.add(guest, variant)
    page = shopper.review(guest).text
    with heard() as said:
        assert shopper.pay(guest, page, "transfer").status_code == 303
    if dialect() == "sqlite":
        assert "BEGIN IMMEDIATE" in said
        return
    assert any(one.endswith("FOR UPDATE OF cart_line") for one in said)
    locks(said, "variant")


def waits(app: Flask, table: str, id: int, act: Callable[[], Any]) -> Any:
    """Hold one row from outside, begin the act, see it wait, let go, and see it done."""
    done: list[Any] = []

    def run() -> None:
        with app.app_context():
            try:
                done.append(act())
            finally:
                db.session.remove()

    db.session.remove()
    statement = f"SELECT id FROM {table} WHERE id = :id"  # noqa: S608
    with db.engine.connect().execution_options(write=True) as holder, holder.begin():
        more = " FOR UPDATE" if dialect() == "postgresql" else ""
        holder.execute(text(statement + more), {"id": id})
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "nothing was waited for: there is no lock"
        assert done == []
    thread.join(10)
    assert len(done) == 1
    return done[0]


def test_money_waits_for_who_holds_the_payment(app: Flask, variants: list[int]) -> None:
    payment = bought(app, variants, "simulator")
    at_the_simulator(payment)
    assert waits(app, "payment", payment.id, lambda: payments.settle(payment.code)) == "paid"


def test_money_waits_for_who_holds_the_order(app: Flask, variants: list[int]) -> None:
    payment = bought(app, variants, "simulator")
    at_the_simulator(payment)
    order = db.session.scalars(select(Order.id)).one()
    assert waits(app, "shop_order", order, lambda: payments.settle(payment.code)) == "paid"


def test_money_waits_for_who_holds_the_shelf(app: Flask, variants: list[int]) -> None:
    payment = bought(app, variants, "simulator")
    at_the_simulator(payment)
    assert waits(app, "variant", variants[1], lambda: payments.settle(payment.code)) == "paid"
