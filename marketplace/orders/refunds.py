"""Money going back: asked for with what needs it, carried out by a job or an officer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from marketplace.core import history, jobs
from marketplace.core.db import db, locked_row
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.orders import alarms, rules
from marketplace.orders.disputes import queries as disputes
from marketplace.orders.ledger import paying_back, posting
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
    if refund.state == RefundState.DONE and reading.side is not RefundSide.FAILED:
        return False  # nothing new
    refund.reference, refund.touched_at = reading.reference, now
    if refund.state == RefundState.DONE:
        _came_back(refund, now=now)
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
    refund.touched_at, refund.done_at = now, None
    _drop_what_the_buyer_has(refund, now)
    if refund.state == RefundState.FAILED:
        alarms.sound("refund_failed", subject(refund), now=now, rupiah=refund.due, why=why)


def wait_for_bank(refund: Refund, *, now: datetime) -> None:
    """A card bank is to decide first; the old key would repeat the provider's no for ever."""
    refund.attempt += 1
    refund.key, refund.touched_at = f"refund:{refund.code}:{refund.attempt}", now


def by_card_bank(payment: Payment, dispute: str, amount: int, *, now: datetime) -> int:
    """A card bank keeps this much for the buyer: promises that nobody has kept yet are kept so.

    The provider carries none of them out any more. How much of the amount that was.
    """
    rest = amount
    for refund in db.session.scalars(
        select(Refund)
        .where(
            Refund.payment_id == payment.id,
            Refund.state.in_([RefundState.ASKED, RefundState.FAILED]),
        )
        .order_by(Refund.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ):
        part = min(refund.due, rest)
        if part:
            paying_back.by_card_bank(refund, dispute, part, now=now)
            _had_from_bank(refund, part, now)
            rest -= part
    return amount - rest


def waiting(payment_id: int) -> list[str]:
    """Refunds of a payment that were asked for and not sent; their codes."""
    asked = (Refund.payment_id == payment_id, Refund.state == RefundState.ASKED)
    return list(db.session.scalars(select(Refund.code).where(*asked).order_by(Refund.id)))


def sent_by_hand(code: str, *, by: int, now: datetime, reference: str = "") -> None:
    """An officer sent the money back from the market's account.

    What came through a provider goes that way only when the provider said for certain that it will
    not do it, and never while a card bank is to decide whose it is.
    """
    refund = locked(code)
    payment = db.session.get_one(Payment, refund.payment_id)
    if payment.provider not in rules.ON_OUR_ACCOUNT:
        if refund.state != RefundState.FAILED:
            raise NotFound()
        if disputes.undecided(payment.id):
            raise Conflict("payment_disputed")
        refund.by_hand = True
    if refund.state == RefundState.FAILED:
        refund.state = move(RefundState.FAILED, RefundState.ASKED, REFUND_MOVES)
    if refund.state == RefundState.DONE:
        raise Conflict("already_sent_back")
    _done(refund, by=by, now=now, **({"bank_reference": reference} if reference else {}))


def subject(refund: Refund) -> str:
    """How book, history and desk name a refund."""
    return f"refund:{refund.code}"


def _came_back(refund: Refund, *, now: datetime) -> None:
    """The provider had sent it, and the buyer's bank would not have it: it lies there again."""
    if refund.by_hand or not refund.due:
        return
    paying_back.came_back(refund, now=now)
    history.record("refund.came_back", subject(refund), by=None, at=now, rupiah=refund.due)
    fail(refund, "came_back", now=now)


def _drop_what_the_buyer_has(refund: Refund, now: datetime) -> None:
    """It failed after a card bank had given the buyer the same money: nobody owes that twice."""
    payment = db.session.get_one(Payment, refund.payment_id)
    kept = disputes.kept_by_bank(payment.id)
    if not kept:
        return
    due = func.coalesce(func.sum(Refund.amount - Refund.by_bank), 0)
    done = (Refund.payment_id == payment.id, Refund.state == RefundState.DONE)
    gone = db.session.scalar(select(due).where(*done)) or 0
    part = max(0, refund.due - max(0, payment.amount - kept - gone))
    if part:
        paying_back.not_needed(refund, part, now=now)
        _had_from_bank(refund, part, now)


def _had_from_bank(refund: Refund, amount: int, now: datetime) -> None:
    refund.by_bank += amount
    refund.touched_at = now
    history.record("refund.by_card_bank", subject(refund), by=None, at=now, rupiah=amount)
    if refund.due:
        return
    if refund.state == RefundState.FAILED:
        refund.state = move(RefundState.FAILED, RefundState.ASKED, REFUND_MOVES)
    refund.state = move(RefundState(refund.state), RefundState.DONE, REFUND_MOVES)
    refund.done_at = now
    alarms.over(subject(refund), reason="Pembeli menerimanya dari banknya", now=now)


def _done(refund: Refund, *, by: int | None, now: datetime, **said: str) -> None:
    refund.state = move(RefundState(refund.state), RefundState.DONE, REFUND_MOVES)
    refund.done_at = refund.touched_at = now
    paying_back.sent(refund, db.session.get_one(Payment, refund.payment_id), now=now)
    history.record("refund.done", subject(refund), by=by, at=now, rupiah=refund.due, **said)
    alarms.over(subject(refund), reason="Uangnya sudah kembali", now=now)
