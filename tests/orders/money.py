"""A small market for tests about money: buy, pay, deliver, cancel, give back, in few words."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy import select, text

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import buying, payments
from marketplace.makers.models import Ikm
from marketplace.orders import cart, ending, fulfilment, invariants, refunds
from marketplace.orders.cart import Buyer
from marketplace.orders.checkout import Wish
from marketplace.orders.ending import Actor
from marketplace.orders.ledger.rules import Shares
from marketplace.orders.models import Alarm, Order, OrderGroup, Payment, Refund
from marketplace.orders.shopping import shopping
from tests import builders
from tests.web.buying import shopper

_number = count()


def buy(*parts: tuple[Ikm, int], fetch: tuple[Ikm, ...] = (), way: str = "transfer") -> list[str]:
    """Somebody buys a thing of each shop at this price; the codes of the orders, shop by shop."""
    shopper.tariff()
    buyer = Buyer(token=f"money-{next(_number)}")
    for shop, price in parts:
        thing = builders.product(f"Barang {next(_number)}", shop=shop, price=price, stock=5)
        with transaction():
            cart.add(buyer, shopper.variant_of(thing), 1, village=None, now=clock.now())
    pickups = frozenset(shop.code for shop in fetch)
    village = builders.CONDONGCATUR
    bill = shopping(buyer, village=village, pickups=pickups, now=clock.now())
    wish = Wish(
        checkout_key=f"money-{next(_number)}",
        shown=bill.shown(),
        recipient="Asih",
        phone="6281200000001",
        email=None,
        village=village,
        address="Jalan Kaliurang 5",
        pickups=pickups,
        provider=way,
    )
    group = buying.place(buyer, wish).group_code
    db.session.rollback()
    found = select(Order.code).join(OrderGroup).where(OrderGroup.code == group).order_by(Order.id)
    codes = list(db.session.scalars(found))
    db.session.rollback()
    return codes


def payment_of(order_code: str) -> Payment:
    """The payment of an order, as it stands."""
    db.session.rollback()
    found = select(Payment).join(Order, Order.group_id == Payment.group_id)
    payment = db.session.scalars(found.where(Order.code == order_code)).one()
    db.session.rollback()
    return payment


def pay(order_code: str) -> Payment:
    """The officer finds the transfer."""
    payment = payment_of(order_code)
    payments.confirm_transfer(payment.code, amount=payment.amount, by=builders.staff())
    return payment


def order(code: str) -> Order:
    """An order, as it stands."""
    db.session.rollback()
    found = db.session.scalars(select(Order).where(Order.code == code)).one()
    db.session.rollback()
    return found


def deliver(code: str) -> None:
    """From the shop's yes to the buyer's thanks."""
    by, steps = builders.person("Citra"), [fulfilment.accept, fulfilment.pack]
    fetched = order(code).pickup
    more: dict[Any, dict[str, str]] = {}
    if fetched:
        steps += [fulfilment.ready, fulfilment.hand_over]
    else:
        steps += [fulfilment.ship]  # type: ignore[list-item]
        more[fulfilment.ship] = {"courier": "Pos", "tracking": "1"}
    for step in steps:
        now = order(code)
        if now.state == "accepted" and step is fulfilment.accept:
            continue
        with transaction():
            step(
                code, ikm_id=now.ikm_id, by=by, version=now.version, now=clock.now(),
                **more.get(step, {}),
            )  # fmt: skip
    with transaction():
        fulfilment.receive(code, group_id=order_group(code), by=None, now=clock.now())


def order_group(code: str) -> int:
    """The group an order belongs to; may be asked inside a transaction."""
    return int(db.session.scalars(select(Order.group_id).where(Order.code == code)).one())


def cancel(code: str) -> str:
    """The shop has to give up; the refund's code."""
    with transaction():
        refund = ending.cancel_paid(code, Actor("shop"), reason="Habis", now=clock.now())
        assert refund is not None
        return refund.code


def give_back(code: str, amount: int, shares: Shares | None = None) -> str:
    """An officer promises part of an order's money back; the refund's code."""
    with transaction():
        found = db.session.scalars(select(Order).where(Order.code == code)).one()
        payment = next(one for one in _locked(found.group_id) if one.counts)
        refund = refunds.ask(
            payment, amount=amount, reason="Basi", by=None, now=clock.now(), order_id=found.id,
            shares=shares,
        )  # fmt: skip
        return refund.code


def _locked(group_id: int) -> Any:
    from_group = select(Payment).where(Payment.group_id == group_id).with_for_update()
    return db.session.scalars(from_group)


def send(refund_code: str) -> None:
    """The treasurer sends it from the bank."""
    eka = builders.staff()
    with transaction():
        refunds.sent_by_hand(refund_code, by=eka, now=clock.now())


def open_refunds() -> list[str]:
    """Promises nobody has kept yet."""
    db.session.rollback()
    codes = list(db.session.scalars(select(Refund.code).where(Refund.state == "asked")))
    db.session.rollback()
    return codes


def open_alarms() -> list[str]:
    """What a person is still to look at."""
    db.session.rollback()
    kinds = list(db.session.scalars(select(Alarm.kind).where(Alarm.settled_at.is_(None))))
    db.session.rollback()
    return kinds


def book() -> list[tuple[str, str, str, int]]:
    """Every booking: fact, debit, credit, amount."""
    db.session.rollback()
    rows = db.session.execute(
        text("SELECT fact, debit, credit, amount FROM ledger_entry ORDER BY id")
    ).all()
    db.session.rollback()
    return [(row.fact, row.debit, row.credit, row.amount) for row in rows]


def broken() -> dict[str, list[list[Any]]]:
    """The promises about money that do not hold."""
    db.session.rollback()
    found = {name: rows for name, rows in invariants.check_all().items() if rows}
    db.session.rollback()
    return found
