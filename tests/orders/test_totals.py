"""Whatever lies in a cart: lines, orders and the group add up to the rupiah, and so do refunds."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import hypothesis.strategies as st
from flask import Flask
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import buying, payments
from marketplace.orders import cart, queries
from marketplace.orders.cart import Buyer
from marketplace.orders.checkout import Wish
from marketplace.orders.models import Order, OrderGroup, OrderLine, Payment, Refund
from marketplace.orders.shopping import shopping
from tests import builders
from tests.conftest import start_anew
from tests.web.buying import shopper

FEW = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LINE = st.tuples(st.integers(1, 10**9), st.integers(1, 40), st.integers(1, 30_000))
SHOPS = st.lists(st.lists(LINE, min_size=1, max_size=4), min_size=1, max_size=6)
number = count()


def placed(shops: list[list[tuple[int, int, int]]], pickups: list[bool], way: str) -> OrderGroup:
    """Somebody buys all of it; the group as it was written down."""
    shopper.tariff()
    buyer, fetched = Buyer(token=f"visitor-{next(number)}"), set()
    for place, lines in enumerate(shops):
        shop = builders.shop(f"Toko {place}", pickup=True)
        if pickups[place]:
            fetched.add(shop.code)
        for price, quantity, weight in lines:
            made = builders.product(
                f"Barang {next(number)}", shop=shop, price=price, stock=50, weight_g=weight
            )
            variant = shopper.variant_of(made)
            with transaction():
                cart.add(buyer, variant, quantity, village=None, now=clock.now())
    village = builders.CONDONGCATUR
    bill = shopping(buyer, village=village, pickups=fetched, now=clock.now())
    for part in [part for part in bill.parts if part.postage is None]:  # too heavy for a courier
        fetched.add(part.code)
    bill = shopping(buyer, village=village, pickups=fetched, now=clock.now())
    wish = Wish(
        checkout_key=f"key-{next(number)}",
        shown=bill.shown(),
        recipient="Asih",
        phone="6281200000001",
        email=None,
        village=village,
        address="Jalan Kaliurang 5",
        pickups=frozenset(fetched),
        provider=way,
    )
    code = buying.place(buyer, wish).group_code
    db.session.rollback()
    group = db.session.scalars(select(OrderGroup).where(OrderGroup.code == code)).one()
    assert (bill.goods, bill.postage, bill.total) == (group.goods, group.postage, group.total)
    return group


@FEW
@given(shops=SHOPS, pickups=st.lists(st.booleans(), min_size=6, max_size=6))
def test_lines_and_postage_make_orders_and_orders_make_the_group(
    app: Flask, home: Path, shops: list[list[tuple[int, int, int]]], pickups: list[bool]
) -> None:
    start_anew(home)
    group = placed(shops, pickups, "transfer")
    orders = db.session.scalars(select(Order)).all()
    assert len(orders) == len(shops)
    for order in orders:
        lines = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
        assert order.goods == sum(line.price * line.quantity for line in lines)
        assert order.total == order.goods + order.postage
        assert order.postage == 0 if order.pickup else order.postage > 0
    assert group.goods == sum(price * many for lines in shops for price, many, _ in lines)
    assert group.total == group.goods + group.postage == sum(order.total for order in orders)
    payment = db.session.scalars(select(Payment)).one()
    assert payment.amount == group.total + payment.unique_code
    assert 1 <= payment.unique_code <= 999


@FEW
@given(
    shops=SHOPS,
    pickups=st.lists(st.booleans(), min_size=6, max_size=6),
    data=st.data(),
)
def test_never_more_goes_back_than_was_paid(
    app: Flask,
    home: Path,
    shops: list[list[tuple[int, int, int]]],
    pickups: list[bool],
    data: st.DataObject,
) -> None:
    """In whatever order the shops' parts are given up, and however often each is asked for."""
    start_anew(home)
    code = placed(shops, pickups, "transfer").code
    payment = db.session.scalars(select(Payment)).one()
    db.session.rollback()
    payments.confirm_transfer(payment.code, amount=payment.amount, by=builders.staff())
    group = queries.group_by_code(code)
    assert group is not None
    ended = data.draw(st.lists(st.sampled_from(group.orders), max_size=8))
    gone: dict[str, int] = {}
    for order in ended:
        try:
            buying.cancel_paid(group, order.code, by=None)
        except Conflict:
            assert order.code in gone
        gone[order.code] = order.total
        db.session.rollback()
        back = sum(db.session.scalars(select(Refund.amount)))
        told = db.session.scalars(select(Payment.refunded)).one()
        db.session.rollback()
        assert back == told <= payment.amount
    db.session.rollback()
    back = sum(db.session.scalars(select(Refund.amount)))
    everything = len(gone) == len(group.orders)
    assert back == (payment.amount if everything else sum(gone.values()))
