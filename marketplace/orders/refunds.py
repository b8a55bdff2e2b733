"""Money going back: asked for with what needs it, carried out by a job or an officer."""

from __future__ import annotations

from datetime import datetime

from marketplace.core import history, jobs
from marketplace.core.db import db, locked_row
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.orders import alarms, rules
from marketplace.orders.ledger import posting
from marketplace.orders.ledger.rules import Shares
from marketplace.orders.models import Order, Payment, Refund
from marketplace.orders.ports import RefundReading, RefundSide
from marketplace.orders.states import REFUND_MOVES, RefundState


def ask(
    payment: Payment,
    *,
    amount: int,
    reason: str,
    by: int | None,
    now: datetime,
    order_id: int | None = None,
    shares: Shares | None = None,
) -> Refund:
    """Promise to give money back, never more than came in; `payment` is locked by the caller.

    `shares` says what it is made of; without it, see `posting.shares_for`.
    """
    if amount > payment.amount - payment.refunded:
        raise Conflict("refund_too_large", asked=amount)
    payment.refunded += amount
    order = db.session.get_one(Order, order_id) if order_id else None
    shares = shares or posting.shares_for(amount, order, payment)
    code = new_code()
    refund = Refund(
        code=code,
        payment_id=payment.id,
        order_id=order_id,
        amount=amount,
        commission=shares.commission,
        commission_tax=shares.commission_tax,
        reason=reason,
        state=RefundState.ASKED,
        key=f"refund:{code}:1",
        by=by,
        created_at=now,
        touched_at=now,
    )
    db.session.add(refund)
    posting.promised(refund, shares, order, now=now)
    history.record(
        "refund.asked", f"refund:{code}", by=by, at=now, rupiah=amount, payment=payment.code
    )
    if payment.provider not in rules.ON_OUR_ACCOUNT:
        jobs.enqueue("refunds.send", key=f"refund:{code}", refund_code=code)
    return refund


def locked(code: str) -> Refund:
    """One refund, locked, as it stands."""
    return locked_row(Refund, code)


def record(code: str, reading: RefundReading, *, now: datetime) -> bool:
    """Write down what the provider says of it, once. True when the money has just gone back."""
    refund = locked(code)
    refund.reference, refund.touched_at = reading.reference, now
    if refund.state in (RefundState.DONE, RefundState.FAILED):
        return False
    if reading.side is RefundSide.DONE:
        _done(refund, by=None, now=now)
        return True
    if reading.side is RefundSide.PENDING:
        if refund.state == RefundState.ASKED:
            refund.state = move(RefundState.ASKED, RefundState.SENT, REFUND_MOVES)
        return False
    fail(refund, "provider", now=now)
    return False


def fail(refund: Refund, why: str, *, now: datetime) -> None:
    """The provider will not do it: the buyer still waits for the money, so a person must act."""
    refund.state = move(RefundState(refund.state), RefundState.FAILED, REFUND_MOVES)
    refund.touched_at = now
    alarms.sound(
        "refund_failed", f"refund:{refund.code}", now=now, rupiah=refund.amount, why=why
    )  # fmt: skip


def sent_by_hand(code: str, *, by: int, now: datetime, reference: str = "") -> None:
    """An officer sent the money back from the market's account."""
    refund = locked(code)
    payment = db.session.get_one(Payment, refund.payment_id)
    if payment.provider not in rules.ON_OUR_ACCOUNT and refund.state != RefundState.FAILED:
        raise NotFound()
    if refund.state == RefundState.FAILED:
        refund.state = move(RefundState.FAILED, RefundState.ASKED, REFUND_MOVES)
    if refund.state == RefundState.DONE:
        raise Conflict("already_sent_back")
    _done(refund, by=by, now=now, **({"bank_reference": reference} if reference else {}))


def _done(refund: Refund, *, by: int | None, now: datetime, **said: str) -> None:
    refund.state = move(RefundState(refund.state), RefundState.DONE, REFUND_MOVES)
    refund.done_at = refund.touched_at = now
    payment = db.session.get_one(Payment, refund.payment_id)
    posting.sent(refund, payment, by_hand=by is not None, now=now)
    history.record(
        "refund.done", f"refund:{refund.code}", by=by, at=now, rupiah=refund.amount, **said
    )
