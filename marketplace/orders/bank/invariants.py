"""What must be true of the money on our own account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.core.db import db
from marketplace.orders.bank.models import Receipt, ReceiptReturn, ReceiptUse, Settlement
from marketplace.orders.bank.states import ReceiptState, ReturnState, UseKind
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import HOLDERS, Account, Fact
from marketplace.orders.models import Payment
from marketplace.orders.states import PaymentState

Rows = Sequence[Row[Any]]


def b1_a_receipt_is_used_as_its_uses_say() -> Rows:
    """Every rupiah of a line is used at most once; what is used up is done, and only that."""
    uses = (
        select(func.coalesce(func.sum(ReceiptUse.amount), 0))
        .where(ReceiptUse.receipt_id == Receipt.id)
        .correlate(Receipt)
        .scalar_subquery()
    ) + (
        select(func.coalesce(func.sum(Settlement.net), 0))
        .where(Settlement.receipt_id == Receipt.id, Settlement.taken_back_at.is_(None))
        .correlate(Receipt)
        .scalar_subquery()
    )
    done = Receipt.state == ReceiptState.DONE
    return _rows(
        select(Receipt.code, Receipt.state, Receipt.used, uses).where(
            or_(Receipt.used != uses, done != (Receipt.used == Receipt.amount))
        )
    )


def b2_lines_pay_no_more_than_was_asked() -> Rows:
    """The lines of one payment add up to it exactly, and it is paid."""
    return _rows(
        select(Payment.code, Payment.amount, func.sum(ReceiptUse.amount))
        .join(ReceiptUse, ReceiptUse.payment_id == Payment.id)
        .group_by(Payment.id, Payment.code, Payment.amount, Payment.state)
        .having(
            or_(func.sum(ReceiptUse.amount) != Payment.amount, Payment.state != PaymentState.PAID)
        )
    )


def b3_the_book_knows_what_is_unclaimed() -> Rows:
    """What the book holds for lines is what is left of them, and what still has to be sent back."""
    wrong = aliased(LedgerEntry)
    of_lines = func.coalesce(wrong.subject, LedgerEntry.subject).like("receipt:%")
    booked = {
        account: select(
            func.coalesce(
                func.sum(
                    case((LedgerEntry.credit == account, LedgerEntry.amount), else_=0)
                    - case((LedgerEntry.debit == account, LedgerEntry.amount), else_=0)
                ),
                0,
            )
        )
        .select_from(LedgerEntry)
        .outerjoin(wrong, wrong.id == LedgerEntry.reverses)
        .where(of_lines)
        .scalar_subquery()
        for account in (Account.UNCLAIMED, Account.REFUNDS)
    }
    left = (
        select(func.coalesce(func.sum(Receipt.amount - Receipt.used), 0))
        .where(Receipt.state != ReceiptState.NEW)
        .scalar_subquery()
    )
    back = (
        select(func.coalesce(func.sum(ReceiptReturn.amount), 0))
        .where(ReceiptReturn.state == ReturnState.DECIDED)
        .scalar_subquery()
    )
    figures = select(
        booked[Account.UNCLAIMED].label("unclaimed"),
        left.label("left"),
        booked[Account.REFUNDS].label("promised"),
        back.label("back"),
    ).subquery()
    differ = or_(figures.c.unclaimed != figures.c.left, figures.c.promised != figures.c.back)
    return _rows(select(figures).where(differ))


def b4_what_goes_back_was_decided() -> Rows:
    """A return is what its receipt was used for, and the other way round."""
    backs = select(ReceiptUse.receipt_id, ReceiptUse.amount).where(ReceiptUse.kind == UseKind.BACK)
    used = backs.subquery()
    return _rows(
        select(ReceiptReturn.code, ReceiptReturn.amount, used.c.amount)
        .outerjoin(used, used.c.receipt_id == ReceiptReturn.receipt_id)
        .where(or_(used.c.amount.is_(None), used.c.amount != ReceiptReturn.amount))
    )


def b5_what_a_provider_paid_out_is_wholly_booked() -> Rows:
    """Such a line is all of it gross less fee, on the provider's account; taken back, it is not."""
    counts = Settlement.taken_back_at.is_(None)
    whole = and_(
        Receipt.amount == Settlement.net, Settlement.gross - Settlement.fee == Settlement.net
    )
    subject = "settlement:" + Settlement.code
    booked = [_booked(subject, fact) for fact in (Fact.SETTLED, Fact.PROVIDER_FEE)]
    should = [case((counts, amount), else_=0) for amount in (Settlement.net, Settlement.fee)]
    subjects = select("settlement:" + Settlement.code)
    of_settlement = LedgerEntry.fact.in_([Fact.SETTLED, Fact.PROVIDER_FEE])
    account = case(HOLDERS, value=Settlement.provider, else_="")
    return [
        *_rows(
            select(Settlement.code, Settlement.net, Settlement.fee, *booked)
            .join(Receipt, Receipt.id == Settlement.receipt_id)
            .where(or_(~whole, booked[0] != should[0], booked[1] != should[1]))
        ),
        *_rows(
            select(LedgerEntry.id, LedgerEntry.subject, LedgerEntry.amount).where(
                of_settlement, LedgerEntry.subject.not_in(subjects)
            )
        ),
        *_rows(
            select(LedgerEntry.id, Settlement.code, LedgerEntry.credit)
            .join(Settlement, LedgerEntry.subject == subject)
            .where(of_settlement, LedgerEntry.credit != account)
        ),
    ]


def _booked(subject: Any, fact: Fact) -> Any:
    """What the book holds of this fact; a booking that was reversed counts for nothing."""
    mirror = aliased(LedgerEntry)
    reversed_ = select(mirror.id).where(mirror.reverses == LedgerEntry.id).exists()
    return (
        select(func.coalesce(func.sum(LedgerEntry.amount), 0))
        .where(LedgerEntry.fact == fact, LedgerEntry.subject == subject, ~reversed_)
        .correlate(Settlement)
        .scalar_subquery()
    )


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement).all())


CHECKS = {
    "B1": b1_a_receipt_is_used_as_its_uses_say,
    "B2": b2_lines_pay_no_more_than_was_asked,
    "B3": b3_the_book_knows_what_is_unclaimed,
    "B4": b4_what_goes_back_was_decided,
    "B5": b5_what_a_provider_paid_out_is_wholly_booked,
}
