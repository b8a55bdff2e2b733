"""What must be true of disputes and of the book together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, case, func, literal, or_, select

from marketplace.core.db import db
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.disputes.states import DisputeState
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import Account, Fact


def d1_the_book_knows_what_banks_took() -> Sequence[Row[Any]]:
    """What a bank took is booked once and comes back once; a lost one is somebody's loss."""
    subject = literal("dispute:") + Dispute.reference
    lost = LedgerEntry.subject == subject
    of_order = subject + ":"
    for_orders = func.substr(LedgerEntry.subject, 1, func.length(of_order)) == of_order

    def booked(amount: Any, *where: Any) -> Any:
        return (
            select(func.coalesce(func.sum(amount), 0))
            .where(LedgerEntry.payment_id == Dispute.payment_id, *where)
            .correlate(Dispute)
            .scalar_subquery()
        )

    taken = booked(LedgerEntry.amount, lost, LedgerEntry.fact == Fact.CHARGEBACK_TAKEN)
    back = booked(LedgerEntry.amount, lost, LedgerEntry.fact == Fact.CHARGEBACK_WON)
    borne = booked(
        LedgerEntry.amount,
        or_(lost, for_orders),
        LedgerEntry.credit == Account.DISPUTES,
        LedgerEntry.fact != Fact.CHARGEBACK_WON,
    )
    amount = Dispute.amount
    found = db.session.execute(
        select(Dispute.code, Dispute.state, amount, taken, back, borne).where(
            Dispute.payment_id.is_not(None),
            or_(
                taken != case((Dispute.taken_at.is_(None), 0), else_=amount),
                back != case((Dispute.returned_at.is_(None), 0), else_=amount),
                borne
                != case(
                    (
                        (Dispute.state == DisputeState.LOST) & Dispute.taken_at.is_not(None),
                        amount - back,
                    ),
                    else_=0,
                ),
            ),
        )
    )
    return list(found.all())


CHECKS = {"D1": d1_the_book_knows_what_banks_took}
