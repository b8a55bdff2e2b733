"""What must be true of parcels and pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, or_, select

from marketplace.catalog.models import StockMove
from marketplace.core.db import db
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import Fact
from marketplace.orders.models import Order, OrderLine, Payment
from marketplace.orders.parcels.models import Parcel, ParcelLine
from marketplace.orders.parcels.rules import LIVING
from marketplace.orders.states import Fulfilment, OrderState, ParcelState

Rows = Sequence[Row[Any]]
_PAID = exists().where(Payment.group_id == Order.group_id, Payment.counts)


def o5_each_piece_once() -> Rows:
    """What is packed lies in parcels, in those of its own order, and never more than was ordered.

    A completed order has nothing left to come; of a paid order that was cancelled nothing comes.
    """
    inside = (
        select(func.coalesce(func.sum(ParcelLine.quantity), 0))
        .join(Parcel, Parcel.id == ParcelLine.parcel_id)
        .where(
            ParcelLine.line_id == OrderLine.id,
            Parcel.order_id == OrderLine.order_id,
            Parcel.state.in_(LIVING),
        )
        .correlate(OrderLine)
        .scalar_subquery()
    )
    come = OrderLine.packed + OrderLine.cancelled
    return _rows(
        select(Order.code, Order.state, OrderLine.id, OrderLine.packed, inside)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            or_(
                OrderLine.packed != inside,
                come > OrderLine.quantity,
                and_(Order.state == OrderState.COMPLETED, come != OrderLine.quantity),
                and_(
                    Order.state == OrderState.CANCELLED,
                    OrderLine.cancelled != case((_PAID, OrderLine.quantity), else_=0),
                ),
            )
        )
    )


def o6_an_order_is_as_far_as_its_parcels() -> Rows:
    """What an order says of its way is what its parcels say, and they know when they went it."""
    left = OrderLine.quantity - OrderLine.packed - OrderLine.cancelled
    lines = (
        select(OrderLine.order_id, func.sum(left).label("left"))
        .group_by(OrderLine.order_id)
        .subquery()
    )
    counts = {
        state: func.sum(case((Parcel.state == state, 1), else_=0)).label(state)
        for state in ParcelState
    }
    parcels = (
        select(Parcel.order_id, func.max(Parcel.number).label("last"), *counts.values())
        .group_by(Parcel.order_id)
        .subquery()
    )
    there = folded(
        lines.c.left, {state: func.coalesce(parcels.c[state], 0) for state in ParcelState}
    )
    astray = (
        select(Order.code, Order.parcel, there, Order.parcels, parcels.c.last)
        .join(lines, lines.c.order_id == Order.id)
        .outerjoin(parcels, parcels.c.order_id == Order.id)
        .where(or_(Order.parcel != there, Order.parcels != func.coalesce(parcels.c.last, 0)))
    )
    out_of_time = select(Parcel.order_id, Parcel.number, Parcel.state).where(
        or_(
            Parcel.state.in_([ParcelState.SHIPPED, ParcelState.READY, ParcelState.RECEIVED])
            & Parcel.left_at.is_(None),
            (Parcel.state == ParcelState.RECEIVED) & Parcel.received_at.is_(None),
            (Parcel.state != ParcelState.RECEIVED) & Parcel.confirmed_at.is_not(None),
        )
    )
    return [*_rows(out_of_time), *_rows(astray)]


def folded(left: Any, counts: Mapping[ParcelState, Any]) -> ColumnElement[str]:
    """`rules.fold` for the database, from how many pieces are left and how many parcels are how."""
    of = {state: counts[state] for state in LIVING}
    off_the_bench = of[ParcelState.SHIPPED] + of[ParcelState.READY] + of[ParcelState.RECEIVED]
    return case(
        (of[ParcelState.PACKED] + off_the_bench == 0, Fulfilment.OPEN.value),
        (and_(of[ParcelState.PACKED] > 0, off_the_bench > 0), Fulfilment.NEXT.value),
        (of[ParcelState.PACKED] > 0, Fulfilment.PACKED.value),
        (left > 0, Fulfilment.PARTLY.value),
        (of[ParcelState.READY] > 0, Fulfilment.READY.value),
        (of[ParcelState.SHIPPED] > 0, Fulfilment.SHIPPED.value),
        else_=Fulfilment.RECEIVED.value,
    )


def s7_what_will_not_come_is_back() -> Rows:
    """Pieces that were cancelled stand in the book of their shelf as returned."""
    returned = (
        select(func.coalesce(func.sum(StockMove.quantity), 0))
        .where(
            StockMove.order_code == Order.code,
            StockMove.variant_id == OrderLine.variant_id,
            StockMove.kind == "returned",
        )
        .correlate(Order, OrderLine)
        .scalar_subquery()
    )
    return _rows(
        select(Order.code, OrderLine.id, OrderLine.cancelled, returned)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.cancelled > 0, returned < OrderLine.cancelled)
    )


def m10_what_was_paid_for_it_went_back() -> Rows:
    """For pieces that will not come at least what was paid for them was promised to the buyer.

    Unless a card bank has taken it from what was held.
    """
    worth = (
        select(OrderLine.order_id, func.sum(OrderLine.cancelled * OrderLine.price).label("amount"))
        .group_by(OrderLine.order_id)
        .subquery()
    )
    gone = (
        Fact.GOODS_RETURNED,
        Fact.GOODS_TAKEN_BACK,
        Fact.CHARGEBACK_FROM_ESCROW,
        Fact.GOODS_KEPT,
    )
    back = (
        select(LedgerEntry.order_id, func.sum(LedgerEntry.amount).label("amount"))
        .where(LedgerEntry.fact.in_(gone))
        .group_by(LedgerEntry.order_id)
        .subquery()
    )
    return _rows(
        select(Order.code, worth.c.amount, back.c.amount)
        .join(worth, worth.c.order_id == Order.id)
        .outerjoin(back, back.c.order_id == Order.id)
        .where(worth.c.amount > func.coalesce(back.c.amount, 0))
    )


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement).all())


CHECKS = {
    "M10": m10_what_was_paid_for_it_went_back,
    "O5": o5_each_piece_once,
    "O6": o6_an_order_is_as_far_as_its_parcels,
    "S7": s7_what_will_not_come_is_back,
}
