"""What disputes do to the book: the bank takes, gives back, or keeps."""

from __future__ import annotations

from marketplace.core import clock, jobs
from marketplace.core.db import db
from marketplace.core.money import Money
from marketplace.orders import payments, refunds
from marketplace.orders.complaints import cases
from marketplace.orders.disputes.events import (
    DisputeClosed,
    DisputeEvent,
    DisputeMoneyReturned,
    DisputeMoneyTaken,
)
from marketplace.orders.ledger import posting, queries
from marketplace.orders.ledger.rules import Fact
from marketplace.orders.models import Order, Payment
from marketplace.orders.states import OrderState

TAKEN_FROM_SHOP = (Fact.GOODS_TAKEN_BACK, Fact.POSTAGE_TAKEN_BACK, Fact.CHARGEBACK_FROM_SHOP)


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
    """Nobody asks any more: a lost one is somebody's loss, and refunds that waited are sent."""
    payment = _payment(event)
    if payment is None:
        return
    if event.lost:
        _lost(payment, event)
    for code in refunds.waiting(payment.id):  # nobody sent them while the bank was to decide
        jobs.enqueue("refunds.send", key=f"refund:{code}:{event.dispute_id}", refund_code=code)


def _lost(payment: Payment, event: DisputeClosed) -> None:
    """Each order bears its share, but nobody more than its goods; the rest is the market's.

    First of all, what was promised back and not sent yet is kept by that: the buyer has it from the
    bank. A shop that has its money already owes its share; for an order on its way it comes from
    what is held for the goods. What went back to the buyer before is nobody's share any more, and
    money that came late or twice was never for the orders: the market bears it. The orders are
    locked: none of them is completed or cancelled in the same moment.
    """
    payments.locked_group(payment.group_id)
    orders = payments.locked_orders(payment.group_id) if payment.counts else []
    for order in orders:
        if order.contested:  # what was held for its complaint is what the bank keeps
            posting.undisputed(order, cases.subject_of(order), now=clock.now())
    amount = event.amount - refunds.by_card_bank(
        payment, _subject(event), event.amount, now=clock.now()
    )
    most = [_bears(order) for order in orders]
    weights = [order.total if bears else 0 for order, bears in zip(orders, most, strict=True)]
    shares = Money(amount).split(weights) if any(weights) else [Money(0) for _ in orders]
    parts = {
        order: min(share.rupiah, bears)
        for order, share, bears in zip(orders, shares, most, strict=True)
    }
    borne = amount - sum(parts.values())
    posting.chargeback_lost(payment, _subject(event), parts, borne=borne, now=clock.now())


def _bears(order: Order) -> int:
    """The most that comes from this order: what its shop has of it, or its held goods."""
    if order.state != OrderState.COMPLETED:
        return queries.held(order.id).goods
    sums = queries.sums_of_order(order.id)
    got = sum(sums.get(fact, 0) for fact in (Fact.GOODS_RELEASED, Fact.POSTAGE_RELEASED))
    return max(0, got - sum(sums.get(fact, 0) for fact in TAKEN_FROM_SHOP))


def _payment(event: DisputeEvent) -> Payment | None:
    return db.session.get(Payment, event.payment_id) if event.payment_id is not None else None


def _subject(event: DisputeEvent) -> str:
    return f"dispute:{event.reference}"
