"""Orders whose time is over: not answered, not paid, not sent, or quietly received."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.core.db import db, locked_row
from marketplace.orders import rules
from marketplace.orders.models import Order, OrderGroup
from marketplace.orders.states import Fulfilment, OrderState

# Everything that will come is on its way or there: from here an order completes by itself.
GONE = (Fulfilment.SHIPPED, Fulfilment.RECEIVED)
# Something waits for the shop, or for whoever should fetch it: after long silence an officer asks.
UNFINISHED = tuple(there for there in Fulfilment if there not in GONE)


def orders(state: OrderState, now: datetime, *, parcels: tuple[Fulfilment, ...]) -> list[str]:
    """Codes of orders whose time is over in that state, longest waiting first."""
    return list(
        db.session.scalars(
            select(Order.code)
            .where(Order.state == state, Order.due_at <= now, Order.parcel.in_(parcels))
            .where(Order.contested.is_(False))
            .order_by(Order.due_at, Order.id)
            .limit(500)
        )
    )


def unpaid(now: datetime, *, more: timedelta = timedelta(0)) -> list[int]:
    """Groups that wait for money beyond the time the goods are kept."""
    return list(
        db.session.scalars(
            select(OrderGroup.id)
            .join(Order, Order.group_id == OrderGroup.id)
            .where(Order.state == OrderState.WAITING, Order.due_at <= now - more)
            .group_by(OrderGroup.id)
            .order_by(OrderGroup.id)
            .limit(500)
        )
    )


def look_again_later(code: str, now: datetime) -> None:
    """An officer was told about this silent order; the next reminder comes after as long again."""
    order = locked_row(Order, code)
    if order.state == OrderState.ACCEPTED:
        order.due_at = now + rules.LOOK_AFTER_SILENCE
