"""An order of several pieces for tests about parcels: bought, paid, packed in few words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import buying
from marketplace.flows.parcels import Hand
from marketplace.makers.models import Ikm
from marketplace.orders import cart, fulfilment, queries
from marketplace.orders.cart import Buyer
from marketplace.orders.checkout import Wish
from marketplace.orders.models import Order, OrderGroup, OrderLine
from marketplace.orders.shopping import shopping
from marketplace.orders.views import GroupView, OrderView
from tests import builders
from tests.orders import money
from tests.web.buying import shopper

TWO_KINDS = {"Keripik": (20_000, 3), "Kopi": (50_000, 2)}  # price, pieces


def buy(
    shop: Ikm | None = None,
    kinds: dict[str, tuple[int, int]] = TWO_KINDS,
    *,
    fetch: bool = False,
    way: str = "transfer",
    **more: Any,
) -> str:
    """Asih buys these of one shop; the code of the order, which waits for its money."""
    shopper.tariff()
    shop = shop or builders.shop(pickup=fetch)
    buyer = Buyer(token=f"packing-{clock.now().timestamp()}")
    for name, (price, pieces) in kinds.items():
        thing = builders.product(name, shop=shop, price=price, stock=10, **more)
        with transaction():
            cart.add(buyer, shopper.variant_of(thing), pieces, village=None, now=clock.now())
    pickups = frozenset({shop.code} if fetch else ())
    village = builders.CONDONGCATUR
    bill = shopping(buyer, village=village, pickups=pickups, now=clock.now())
    wish = Wish(
        checkout_key=buyer.token or "",
        shown=bill.shown(),
        recipient="Asih",
        phone="6281200000001",
        email="asih@contoh.test",
        village=village,
        address="Jalan Kaliurang 5",
        pickups=pickups,
        provider=way,
    )
    group = buying.place(buyer, wish).group_code
    db.session.rollback()
    found = select(Order.code).join(OrderGroup).where(OrderGroup.code == group)
    code = db.session.scalars(found).one()
    db.session.rollback()
    return code


def accepted(**more: Any) -> str:
    """The same, paid, and the shop has said yes."""
    code = buy(**more)
    money.pay(code)
    act(fulfilment.accept, code)
    return code


def sold_at_two_rates(code: str) -> None:
    """As sold: of each piece of the first line Rp333 and Rp36 tax, of the second Rp77 and Rp7."""
    with transaction():
        order = db.session.scalars(select(Order).where(Order.code == code)).one()
        lines = db.session.scalars(
            select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
        ).all()
        for line, cut, tax in zip(lines, (333, 77), (36, 7), strict=True):
            line.commission, line.commission_tax = cut * line.quantity, tax * line.quantity
        order.commission = sum(line.commission for line in lines)
        order.commission_tax = sum(line.commission_tax for line in lines)


def hand(code: str) -> Hand:
    """Citra, who has the order's page of this moment before her."""
    order = money.order(code)
    return Hand(order.ikm_id, builders.person("Citra"), order.version)


def act(step: Any, code: str, **more: Any) -> Any:
    """One step of the shop's."""
    mine = hand(code)
    with transaction():
        return step(
            code, ikm_id=mine.ikm_id, by=mine.by, version=mine.version, now=clock.now(), **more
        )


def pack(code: str, *pieces: int) -> int:
    """So many pieces of each line into a parcel; unless said, all that are left."""
    lines = view(code).lines
    some = {line.id: count for line, count in zip(lines, pieces, strict=False) if count}
    return int(act(fulfilment.pack, code, some=some or None))


def ship(code: str, number: int | None = None) -> None:
    act(fulfilment.ship, code, courier="JNE", tracking=f"JOG{number or 1}", number=number)


def receive(code: str, number: int | None = None) -> bool:
    """The buyer says that it came."""
    with transaction():
        return fulfilment.receive(
            code, group_id=money.order_group(code), by=None, now=clock.now(), number=number
        )


def group(code: str) -> GroupView:
    """The buyer's page of the order."""
    db.session.rollback()
    found = select(OrderGroup.code).join(Order).where(Order.code == code)
    group = queries.group_by_code(db.session.scalars(found).one())
    db.session.rollback()
    assert group is not None
    return group


def view(code: str) -> OrderView:
    """The order as pages show it."""
    return next(order for order in group(code).orders if order.code == code)


def stands(code: str) -> tuple[str, str]:
    """Its state and how far it has come."""
    order = view(code)
    return order.state.value, order.parcel.value
