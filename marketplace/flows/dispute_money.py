"""What disputes do to the book: the bank takes, gives back, or keeps."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.money import Money
from marketplace.orders.disputes.events import (
    DisputeClosed,
    DisputeEvent,
    DisputeMoneyReturned,
    DisputeMoneyTaken,
)
from marketplace.orders.ledger import posting, queries
from marketplace.orders.models import Order, Payment
from marketplace.orders.states import OrderState


def taken(event: DisputeMoneyTaken) -> None:
    """The bank took the amount; nobody's yet. Of money we do not know there is nothing to book."""
    payment = _payment(event)
    if payment is not None:
        posting.chargeback(payment, _subject(event), event.amount, now=clock.now())


def returned(event: DisputeMoneyReturned) -> None:
    """The bank gave it back."""
    payment = _payment(event)
    if payment is not None:
        posting.chargeback_won(payment, _subject(event), event.amount, now=clock.now())


def closed(event: DisputeClosed) -> None:
    """Lost: each order bears its share, but nobody more than its goods; the rest is the market's.

    A shop that has its money already owes its share; for an order on its way it comes from what is
    held for the goods.
    """
    payment = _payment(event) if event.lost else None
    if payment is None:
        return
    orders = db.session.scalars(
        select(Order).where(Order.group_id == payment.group_id).order_by(Order.id)
    ).all()
    shares = Money(event.amount).split([order.total for order in orders])
    parts = {
        order: min(share.rupiah, _bears(order)) for order, share in zip(orders, shares, strict=True)
    }
    borne = event.amount - sum(parts.values())
    posting.chargeback_lost(payment, _subject(event), parts, borne=borne, now=clock.now())


def _bears(order: Order) -> int:
    if order.state == OrderState.COMPLETED:
        return order.total
    return queries.held(order.id).goods


def _payment(event: DisputeEvent) -> Payment | None:
    return db.session.get(Payment, event.payment_id) if event.payment_id is not None else None


def _subject(event: DisputeEvent) -> str:
    return f"dispute:{event.reference}"
