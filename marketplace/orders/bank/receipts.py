"""Money that came in until all of it is used: it paid, it goes back, or it was for no order."""

from __future__ import annotations

from datetime import datetime

from marketplace.core import history
from marketplace.core.db import db, locked_row
from marketplace.core.errors import Conflict
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.orders.bank import books
from marketplace.orders.bank.models import Receipt, ReceiptReturn, ReceiptUse
from marketplace.orders.bank.states import (
    RECEIPT_MOVES,
    RETURN_MOVES,
    ReceiptState,
    ReturnState,
    UseKind,
)
from marketplace.orders.grants import grants
from marketplace.orders.models import Payment
from marketplace.orders.own import refuse_own_group

OPEN = (ReceiptState.UNCLEAR, ReceiptState.PART, ReceiptState.LATE, ReceiptState.OFFERED)


def locked(code: str) -> Receipt:
    """One receipt, locked, as it stands."""
    return locked_row(Receipt, code)


def opened(code: str) -> Receipt:
    """One receipt of which something is left, locked."""
    receipt = locked(code)
    if receipt.state not in OPEN:
        raise Conflict("receipt_done")
    return receipt


# --- Not for an order -----------------------------------------------------------------------------


def set_aside(code: str, *, reason: str, by: int, now: datetime) -> None:
    """It was never for an order: interest, the owner's own money, a line that came twice."""
    receipt = opened(code)
    history.record(
        "receipt.set_aside", f"receipt:{code}", by=by, at=now, rupiah=receipt.rest, reason=reason
    )
    use(receipt, UseKind.ASIDE, receipt.rest, reason=reason, by=by, now=now)


def give_back(code: str, *, reason: str, by: int, now: datetime) -> ReceiptReturn:
    """What is left of it goes back to whoever sent it; an officer sends it from the bank."""
    receipt = opened(code)
    if receipt.payment_id is not None:
        payment = db.session.get_one(Payment, receipt.payment_id)
        refuse_own_group(by, payment.group_id)
    back = ReceiptReturn(
        code=new_code(),
        receipt_id=receipt.id,
        amount=receipt.rest,
        reason=reason,
        by=by,
        created_at=now,
    )
    db.session.add(back)
    history.record(
        "receipt.returned", f"receipt:{code}", by=by, at=now, rupiah=receipt.rest, reason=reason
    )
    use(receipt, UseKind.BACK, receipt.rest, reason=reason, by=by, now=now)
    db.session.flush()
    return back


def sent_back(code: str, *, reference: str, by: int, now: datetime) -> ReceiptReturn:
    """It has left the account; so much money needs a second person to send it."""
    back = locked_row(ReceiptReturn, code)
    if back.state == ReturnState.SENT:
        raise Conflict("already_sent_back")
    most = grants.limit_at(back.created_at)
    if back.amount > most and back.by == by:
        raise grants.second_person(most)
    back.state = move(ReturnState(back.state), ReturnState.SENT, RETURN_MOVES)
    books.sent(db.session.get_one(Receipt, back.receipt_id), back.amount, now=now)
    back.sent_by, back.sent_at, back.reference = by, now, reference
    history.record(
        "receipt.sent_back",
        f"return:{code}",
        by=by,
        at=now,
        rupiah=back.amount,
        reference=reference,
    )
    return back


# --- Used for good --------------------------------------------------------------------------------


def use(
    receipt: Receipt,
    kind: UseKind,
    amount: int,
    payment: Payment | None = None,
    *,
    reason: str,
    by: int | None,
    now: datetime,
) -> None:
    """So much of it is used for good; what is left over waits for somebody to say what it is."""
    receipt.used += amount
    if receipt.state != ReceiptState.NEW:  # until now it was nobody's in the book
        _book_out(receipt, kind, amount, payment, now)
    receipt.offered_until = None
    db.session.add(
        ReceiptUse(
            receipt_id=receipt.id,
            kind=kind,
            payment_id=payment.id if payment else None,
            amount=amount,
            reason=reason[:200],
            by=by,
            at=now,
        )
    )
    go(receipt, ReceiptState.UNCLEAR if receipt.rest else ReceiptState.DONE, now)


def _book_out(
    receipt: Receipt, kind: UseKind, amount: int, payment: Payment | None, now: datetime
) -> None:
    if kind is UseKind.PAYMENT and payment is not None:
        books.found(receipt, payment, amount, now=now)
    elif kind is UseKind.BACK:
        books.promised(receipt, amount, now=now)
    else:
        books.set_aside(receipt, amount, now=now)


def go(receipt: Receipt, state: ReceiptState, now: datetime) -> None:
    """Move a receipt on; what is nobody's yet when it leaves the new ones is booked as such."""
    receipt.touched_at = now
    if receipt.state == ReceiptState.NEW and receipt.rest:
        books.came(receipt, now=now)
    if receipt.state != state:
        receipt.state = move(ReceiptState(receipt.state), state, RECEIPT_MOVES)
