"""Whose money it is that came in: found by its amount, or said by a person with a reason.

Rows are locked in one order: the receipts, the payments of a group, its orders, then the stock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from marketplace.core import history
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid
from marketplace.orders import payments
from marketplace.orders.bank import receipts, rules
from marketplace.orders.bank.models import BankLine, Receipt, ReceiptUse
from marketplace.orders.bank.states import ReceiptState, UseKind
from marketplace.orders.models import Order, Payment
from marketplace.orders.own import refuse_own_group
from marketplace.orders.payments import LIVE, ON_OUR_ACCOUNT, Outcome
from marketplace.orders.states import OrderState, PaymentState


class Found(StrEnum):
    """What became of a receipt when somebody, or the amount itself, said whose it is."""

    PAID = "paid"  # it paid: the orders go to the shops
    SEEN = "seen"  # an officer had confirmed this money before; here is the line of it
    PART = "part"  # kept for a payment that is not full yet
    LATE = "late"  # the order is over: somebody decides
    UNCLEAR = "unclear"  # nobody knows
    BACK = "back"  # the order was over in that very moment: it goes back by itself
    PAYOUT = "payout"  # a maker's bank sent a payout back
    KNOWN = "known"  # somebody looked before


@dataclass(frozen=True, slots=True)
class Meeting:
    """A receipt and its payment, and what came of it; `missing` rupiah are still to come."""

    found: Found
    payment_code: str = ""
    missing: int = 0
    outcome: Outcome | None = None


# --- By its amount --------------------------------------------------------------------------------


def match(code: str, *, now: datetime) -> Meeting:
    """Settle the one payment that this very amount was given to, if its day fits; else a person.

    Money that fits nobody, or two, waits in the queue: we never guess with other people's money.
    """
    receipt = receipts.locked(code)
    if receipt.state != ReceiptState.NEW:
        return Meeting(Found.KNOWN)
    line = db.session.get_one(BankLine, receipt.line_id)
    fitting = _fitting(receipt.amount, line.booked_on)
    if len(fitting) != 1:
        receipts.go(receipt, ReceiptState.UNCLEAR, now)
        return Meeting(Found.UNCLEAR)
    return _meet(receipt, fitting[0], by=None, reason="Jumlahnya tepat", now=now)


def _fitting(amount: int, booked_on: date) -> list[str]:
    rows = db.session.execute(
        select(Payment.code, Payment.created_at).where(
            Payment.amount == amount, Payment.provider.in_(ON_OUR_ACCOUNT)
        )
    )
    return [row.code for row in rows if rules.could_be(booked_on, row.created_at)]


# --- By a person ----------------------------------------------------------------------------------


def assign(code: str, payment_code: str, *, reason: str, by: int, now: datetime) -> Meeting:
    """An officer says whose money it is, and why; too little is kept until the rest comes."""
    receipt = receipts.opened(code)
    if receipt.state == ReceiptState.OFFERED:
        raise Conflict("receipt_offered")
    return _meet(receipt, payment_code, by=by, reason=reason, now=now)


# --- A receipt meets its payment ------------------------------------------------------------------


def _meet(
    receipt: Receipt, payment_code: str, *, by: int | None, reason: str, now: datetime
) -> Meeting:
    payment, _ = payments.locked(payment_code)
    if payment.provider not in ON_OUR_ACCOUNT:
        raise Invalid("payment_elsewhere", field="payment")
    refuse_own_group(by, payment.group_id)
    history.record(
        "receipt.assigned",
        f"receipt:{receipt.code}",
        by=by,
        at=now,
        rupiah=receipt.rest,
        payment=payment_code,
        reason=reason,
    )
    if payment.state == PaymentState.PAID:
        return _meet_paid(receipt, payment, by=by, reason=reason, now=now)
    receipt.payment_id = payment.id
    if payment.state not in LIVE or not _still_waits(payment):
        receipts.go(receipt, ReceiptState.LATE, now)
        return Meeting(Found.LATE, payment_code)
    kept = [*_parts(payment, but=receipt), receipt]
    missing = payment.amount - sum(part.rest for part in kept)
    if missing > 0:
        receipts.go(receipt, ReceiptState.PART, now)
        return Meeting(Found.PART, payment_code, missing=missing)
    return _pay(payment, kept, by=by, reason=reason, now=now)


def _meet_paid(
    receipt: Receipt, payment: Payment, *, by: int | None, reason: str, now: datetime
) -> Meeting:
    """An officer confirmed it before the statement came: this is its line. A second line is not."""
    seen = db.session.scalar(select(ReceiptUse.id).where(ReceiptUse.payment_id == payment.id))
    if seen is None and receipt.rest == payment.amount:
        receipt.payment_id = payment.id
        receipts.use(receipt, UseKind.PAYMENT, receipt.rest, payment, reason=reason, by=by, now=now)
        return Meeting(Found.SEEN, payment.code)
    if by is not None:
        raise Conflict("already_paid")
    receipt.payment_id = payment.id
    receipts.go(receipt, ReceiptState.UNCLEAR, now)
    return Meeting(Found.UNCLEAR, payment.code)


def _pay(
    payment: Payment, kept: Sequence[Receipt], *, by: int | None, reason: str, now: datetime
) -> Meeting:
    """All of it is here: the payment settles as when an officer confirms it; more stays open."""
    reference = f"receipt:{kept[-1].code}"
    outcome = payments.money_came(payment.code, charge_reference=reference, now=now, by=by)
    wanted = payment.amount
    for part in kept:
        share = min(wanted, part.rest)
        wanted -= share
        receipts.use(part, UseKind.PAYMENT, share, payment, reason=reason, by=by, now=now)
    found = Found.PAID if outcome is Outcome.PAID else Found.BACK
    return Meeting(found, payment.code, outcome=outcome)


def pay_with(receipt: Receipt, payment: Payment, *, reason: str, now: datetime) -> Outcome:
    """All of this money pays this payment, which is made for it."""
    met = _pay(payment, [receipt], by=None, reason=reason, now=now)
    if met.outcome is None:
        raise Conflict("receipt_done")
    return met.outcome


def _parts(payment: Payment, *, but: Receipt) -> list[Receipt]:
    """What came for this payment before and was not enough."""
    return list(
        db.session.scalars(
            select(Receipt)
            .where(
                Receipt.payment_id == payment.id,
                Receipt.state == ReceiptState.PART,
                Receipt.id != but.id,
            )
            .order_by(Receipt.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def _still_waits(payment: Payment) -> bool:
    states = db.session.scalars(select(Order.state).where(Order.group_id == payment.group_id))
    return all(state == OrderState.WAITING for state in states)
