"""The parcels of an order as rows; whoever asks holds the lock of the order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.orders.models import Order
from marketplace.orders.parcels.models import Parcel, ParcelLine
from marketplace.orders.parcels.pieces import Pieces
from marketplace.orders.parcels.rules import GONE, LIVING
from marketplace.orders.states import ParcelState


def of_order(order: Order) -> Sequence[Parcel]:
    """Every parcel that was packed and not taken apart again, the first first."""
    return db.session.scalars(
        select(Parcel)
        .where(Parcel.order_id == order.id, Parcel.state.in_(LIVING))
        .order_by(Parcel.number)
        .execution_options(populate_existing=True)
    ).all()


def one(order: Order, number: int | None, *waiting: ParcelState) -> Parcel:
    """The parcel of this number; without one, the first that waits for such an act."""
    for parcel in of_order(order):
        if parcel.number == number or (number is None and parcel.state in waiting):
            return parcel
    raise NotFound()


def add(order_id: int, number: int, pieces: Pieces, now: datetime) -> None:
    """A new parcel with these pieces; its number is never given again."""
    parcel = Parcel(order_id=order_id, number=number, state=ParcelState.PACKED, packed_at=now)
    db.session.add(parcel)
    db.session.flush()
    db.session.add_all(
        ParcelLine(parcel_id=parcel.id, line_id=line_id, quantity=count)
        for line_id, count in sorted(pieces.items())
    )


def gone(order: Order) -> Pieces:
    """How many pieces of each line are out of the maker's hands."""
    rows = db.session.execute(
        select(ParcelLine.line_id, func.sum(ParcelLine.quantity).label("pieces"))
        .join(Parcel, Parcel.id == ParcelLine.parcel_id)
        .where(Parcel.order_id == order.id, Parcel.state.in_(GONE))
        .group_by(ParcelLine.line_id)
    )
    return {row.line_id: int(row.pieces) for row in rows}


def content(parcel: Parcel) -> Pieces:
    """What lies in it."""
    inside = select(ParcelLine.line_id, ParcelLine.quantity)
    rows = db.session.execute(inside.where(ParcelLine.parcel_id == parcel.id))
    return {row.line_id: row.quantity for row in rows}
