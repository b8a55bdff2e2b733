"""Orders that end before the doorstep: not paid, or cancelled by buyer, shop or time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.catalog import stock
from marketplace.catalog.states import HoldState
from marketplace.core import history
from marketplace.core.db import db
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.states import move
from marketplace.orders import cart, events, payments, refunds, rules
from marketplace.orders.disputes import queries as disputes
from marketplace.orders.ledger import posting, queries
from marketplace.orders.models import Order, OrderGroup, OrderLine, Payment, Refund
from marketplace.orders.parcels import book, pieces
from marketplace.orders.parcels.rules import may_cancel
from marketplace.orders.states import (
    ORDER_MOVES,
    Fulfilment,
    OrderState,
    ParcelState,
    PaymentState,
)

WORDS = {
    "expired": "Tidak dibayar sampai batas waktu",
    "buyer": "Dibatalkan pembeli",
    "not_accepted": "Toko tidak menjawab sampai batas waktu",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: buyer, shop, staff or system, and which person if known."""

    role: str
    person_id: int | None = None


SYSTEM = Actor("system")


def end_unpaid(group_id: int, actor: Actor, *, reason: str, now: datetime) -> bool:
    """End a group that nobody paid: the goods go back to the shelf and into the cart.

    False when it was paid or over already.
    """
    paying = payments.locked_group(group_id)
    orders = payments.locked_orders(group_id)
    if any(order.state != OrderState.WAITING for order in orders) or not orders:
        return False
    group = db.session.get_one(OrderGroup, group_id)
    expired = reason == "expired"
    for payment in paying:
        if payment.state in payments.LIVE:
            state = PaymentState.EXPIRED if expired else PaymentState.CANCELLED
            payments.end(payment, state, now=now)
    _cancel(orders, actor, WORDS[reason], "expired" if expired else "cancelled", now)
    stock.release(
        group.code, now, state=HoldState.EXPIRED if expired else HoldState.RELEASED
    )  # fmt: skip
    lines = db.session.execute(
        select(OrderLine.variant_id, OrderLine.quantity, OrderLine.price)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.group_id == group_id)
    ).all()
    cart.give_back(
        group.cart_id, group.person_id, [(line[0], line[1], line[2]) for line in lines], now
    )
    return True


def cancel_paid(
    order_code: str,
    actor: Actor,
    *,
    reason: str,
    now: datetime,
    group_id: int | None = None,
    ikm_id: int | None = None,
    version: int | None = None,
) -> Refund | None:
    """End a paid order that has not left: its goods go back on the shelf, its money to the buyer.

    A buyer may do so while nothing is packed, a shop until the first parcel is sent. `group_id` or
    `ikm_id` says whose order it must be. What a card bank took back is not given back again; none
    when that was all.
    """
    paying, orders, order = locked_paid(
        order_code, group_id=group_id, ikm_id=ikm_id, version=version
    )
    parcels = book.of_order(order)
    if not may_cancel(actor.role, [parcel.state for parcel in parcels]):
        raise Conflict("already_packed" if actor.role == "buyer" else "already_sent")
    for parcel in parcels:
        parcel.state = ParcelState.UNPACKED
    pieces.cancel_all(order.id)
    order.parcel = Fulfilment.OPEN
    _cancel([order], actor, reason, "cancelled", now)
    stock.put_back(order.code, now)
    counting = next(payment for payment in paying if payment.counts)
    amount = rules.goes_back(
        order_total=queries.held(order.id).total,
        paid=counting.amount - queries.taken_back(counting.id),
        refunded=counting.refunded,
        others_alive=any(other.state != OrderState.CANCELLED for other in orders),
    )
    history.record(
        "order.cancelled",
        f"order:{order.code}",
        by=actor.person_id,
        at=now,
        role=actor.role,
        rupiah=amount,
    )
    refund = amount and refunds.ask(
        counting, amount=amount, reason=reason, by=actor.person_id, now=now, order_id=order.id
    )
    posting.kept(order, now=now)
    return refund or None


def locked_paid(
    order_code: str, *, group_id: int | None, ikm_id: int | None, version: int | None
) -> tuple[Sequence[Payment], Sequence[Order], Order]:
    """A living paid order with all its group's payments and orders, locked, as the page showed it.

    Whose it must be is said by `group_id` or `ikm_id`; another's is not there. While a card bank is
    to decide about the payment nothing of it goes back: the buyer might be paid twice; while the
    buyer complains, what goes back is settled there alone.
    """
    found = db.session.execute(
        select(Order.group_id, Order.ikm_id).where(Order.code == order_code)
    ).first()
    if found is None or (group_id, ikm_id) not in (
        (found.group_id, None),
        (None, found.ikm_id),
        (None, None),
    ):
        raise NotFound()
    paying = payments.locked_group(found.group_id)
    orders = payments.locked_orders(found.group_id)
    order = next(order for order in orders if order.code == order_code)
    if version is not None and order.version != version:
        raise Conflict("order_moved")
    if order.state not in (OrderState.NEW, OrderState.ACCEPTED):
        raise Conflict("order_over")
    if order.contested:
        raise Conflict("complaint_open")
    if any(disputes.undecided(payment.id) for payment in paying if payment.counts):
        raise Conflict("payment_disputed")
    return paying, orders, order


def _cancel(
    orders: Sequence[Order], actor: Actor, reason: str, what: str, now: datetime
) -> None:  # fmt: skip
    for order in orders:
        order.state = move(OrderState(order.state), OrderState.CANCELLED, ORDER_MOVES)
        order.cancel_reason, order.due_at = reason, None
    db.session.flush()
    events.note(orders, what, actor=actor.role, by=actor.person_id, at=now, reason=reason)
