"""Money on our account that no order has a right to yet, in the book of money.

What pays an order at once is booked by its payment alone. Everything else is booked as unclaimed
when somebody has looked at it, and booked out again by what becomes of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.core.db import db
from marketplace.orders.bank.models import Receipt, Settlement
from marketplace.orders.ledger import posting
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.posting import Booking, post
from marketplace.orders.ledger.rules import Account, Fact
from marketplace.orders.models import Payment


def came(receipt: Receipt, *, now: datetime) -> None:
    """What is left of it lies on the account, and nobody knows whose it is."""
    _post(Fact.UNCLAIMED_CAME, f"receipt:{receipt.code}", receipt.rest, now)


def found(receipt: Receipt, payment: Payment, amount: int, *, now: datetime) -> None:
    """So much of it is a payment's, which books it as its own."""
    _post(Fact.UNCLAIMED_FOUND, f"receipt:{receipt.code}:{payment.code}", amount, now)


def set_aside(receipt: Receipt, amount: int, *, now: datetime) -> None:
    """It was never for an order."""
    _post(Fact.UNCLAIMED_SET_ASIDE, f"receipt:{receipt.code}", amount, now)


def promised(receipt: Receipt, amount: int, *, now: datetime) -> None:
    """It goes back to whoever sent it."""
    _post(Fact.UNCLAIMED_RETURNED, f"receipt:{receipt.code}", amount, now)


def sent(receipt: Receipt, amount: int, *, now: datetime) -> None:
    """It has left the account."""
    _post(Fact.REFUND_SENT, f"receipt:{receipt.code}", amount, now)


def settled(receipt: Receipt, settlement: Settlement, *, now: datetime) -> None:
    """It is what a provider paid out: no longer unclaimed, and no longer lying over there."""
    _post(Fact.UNCLAIMED_FOUND, _found_by(receipt, settlement), settlement.net, now)
    posting.settled(
        settlement.provider,
        f"settlement:{settlement.code}",
        net=settlement.net,
        fee=settlement.fee,
        now=now,
    )


def unsettled(
    receipt: Receipt, settlement: Settlement, *, reason: str, by: int, now: datetime
) -> None:
    """That was told wrongly: each of its bookings is met by its mirror image."""
    subjects = (_found_by(receipt, settlement), f"settlement:{settlement.code}")
    wrong = select(LedgerEntry.id).where(LedgerEntry.subject.in_(subjects))
    for entry in db.session.scalars(wrong.order_by(LedgerEntry.id)).all():
        posting.reverse(entry, reason=reason, by=by, now=now)


def _found_by(receipt: Receipt, settlement: Settlement) -> str:
    return f"receipt:{receipt.code}:{settlement.code}"


def _post(fact: Fact, subject: str, amount: int, now: datetime) -> None:
    post([Booking(fact, subject, amount)], now=now, money=Account.BANK)
