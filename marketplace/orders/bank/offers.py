"""Money that came late is offered its order again, for a few days, when the goods are there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from marketplace.core import history
from marketplace.core.db import changed, db
from marketplace.core.errors import Conflict
from marketplace.core.states import move
from marketplace.orders import payments
from marketplace.orders.bank import matching, receipts, reopening, rules
from marketplace.orders.bank.models import Receipt
from marketplace.orders.bank.reopening import Again
from marketplace.orders.bank.states import RECEIPT_MOVES, ReceiptState
from marketplace.orders.models import Order, Payment
from marketplace.orders.own import refuse_own_group
from marketplace.orders.payments import Outcome
from marketplace.orders.states import OrderState


def make(code: str, *, reason: str, by: int, now: datetime) -> Payment:
    """Ask the buyer whether to complete the order with the money that is here."""
    receipt = receipts.locked(code)
    if receipt.state != ReceiptState.LATE:
        raise Conflict("receipt_done")
    late = _whole(receipt)
    refuse_own_group(by, late.group_id)
    reopening.refuse_when_gone(late.group_id, now=now)
    _go(receipt, ReceiptState.OFFERED, now)
    receipt.offered_until = now + rules.OFFER_OPEN
    history.record(
        "receipt.offered",
        f"receipt:{code}",
        by=by,
        at=now,
        rupiah=receipt.rest,
        payment=late.code,
        reason=reason,
    )
    return late


def accept(
    code: str, group_id: int, *, new_group: str, token_hash: str, now: datetime
) -> tuple[Again, Outcome]:
    """The buyer completes the order: opened again and paid with this money, in one step."""
    receipt = receipts.locked(code)
    until = receipt.offered_until
    if receipt.state != ReceiptState.OFFERED or until is None or until <= now:
        raise Conflict("offer_over")
    late = _whole(receipt)
    if late.group_id != group_id:
        raise Conflict("offer_over")
    again = reopening.open_again(
        late, code=new_group, token_hash=token_hash, checkout_key=f"again:{code}", now=now
    )
    history.record(
        "receipt.accepted", f"receipt:{code}", by=None, at=now, payment=again.payment_code
    )
    payment, _ = payments.locked(again.payment_code)
    outcome = matching.pay_with(receipt, payment, reason="Pembeli melanjutkan pesanan", now=now)
    return again, outcome


def lapse(now: datetime) -> int:
    """Offers nobody answered: an officer sends the money back. How many they were."""
    return changed(
        update(Receipt)
        .where(Receipt.state == ReceiptState.OFFERED, Receipt.offered_until <= now)
        .values(state=ReceiptState.LATE, touched_at=now)
        .execution_options(synchronize_session=False)
    )


def withdraw(code: str, *, why: str, now: datetime) -> None:
    """The goods are gone after all: an officer sends the money back."""
    receipt = receipts.locked(code)
    if receipt.state == ReceiptState.OFFERED:
        _go(receipt, ReceiptState.LATE, now)
        receipt.offered_until = None
        history.record("receipt.offer_failed", f"receipt:{code}", by=None, at=now, reason=why)


def _whole(receipt: Receipt) -> Payment:
    """The payment that all of this money is for, if its order ended without any money."""
    late = db.session.get(Payment, receipt.payment_id) if receipt.payment_id else None
    if late is None or receipt.rest != late.amount:
        raise Conflict("offer_not_whole")
    siblings = payments.locked_group(late.group_id)
    states = db.session.scalars(select(Order.state).where(Order.group_id == late.group_id))
    ended = all(state == OrderState.CANCELLED for state in states)
    if not ended or any(other.counts for other in siblings):
        raise Conflict("offer_paid")
    return late


def _go(receipt: Receipt, state: ReceiptState, now: datetime) -> None:
    receipt.state = move(ReceiptState(receipt.state), state, RECEIPT_MOVES)
    receipt.touched_at = now
