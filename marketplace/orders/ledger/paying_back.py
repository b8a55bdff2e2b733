"""How a promised refund ends in the book: sent, come back, or the card bank's doing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.core.db import db
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.posting import Booking, post, reverse
from marketplace.orders.ledger.rules import Account, Fact, holder_of
from marketplace.orders.models import Payment, Refund


def sent(refund: Refund, payment: Payment, *, now: datetime) -> None:
    """The money has really gone; what an officer sends leaves our bank, whoever held it before."""
    subject = f"refund:{refund.code}"
    if queries.is_booked(Fact.REFUND_SENT, subject):  # it went once before, and came back
        subject += ":again"
    holder = Account.BANK if refund.by_hand else holder_of(payment.provider)
    post([_kept(Fact.REFUND_SENT, refund, refund.due, subject)], now=now, money=holder)


def came_back(refund: Refund, *, now: datetime) -> None:
    """The provider could not deliver it: it lies there again, and is still the buyer's."""
    wrong = db.session.scalars(
        select(LedgerEntry.id).where(
            LedgerEntry.fact == Fact.REFUND_SENT, LedgerEntry.subject == f"refund:{refund.code}"
        )
    )
    reverse(wrong.one(), reason="provider", by=None, now=now)


def by_card_bank(refund: Refund, dispute: str, amount: int, *, now: datetime) -> None:
    """What a card bank keeps for the buyer is what we had promised anyway."""
    subject = f"{dispute}:{refund.code}"
    post([_kept(Fact.REFUND_BY_CARD_BANK, refund, amount, subject)], now=now)


def not_needed(refund: Refund, amount: int, *, now: datetime) -> None:
    """The buyer has it from the card bank, which the market had counted as its own loss."""
    post([_kept(Fact.REFUND_NOT_NEEDED, refund, amount)], now=now)


def _kept(fact: Fact, refund: Refund, amount: int, subject: str = "") -> Booking:
    """A promise that was kept, or need not be; no shop's business."""
    return Booking(
        fact,
        subject or f"refund:{refund.code}",
        amount,
        order_id=refund.order_id,
        payment_id=refund.payment_id,
    )
