"""Money on our account that no order has a right to yet, in the book of money.

What pays an order at once is booked by its payment alone. Everything else is booked as unclaimed
when somebody has looked at it, and booked out again by what becomes of it.
"""

from __future__ import annotations

from datetime import datetime

from marketplace.orders.bank.models import Receipt
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


def _post(fact: Fact, subject: str, amount: int, now: datetime) -> None:
    post([Booking(fact, subject, amount)], now=now, money=Account.BANK)
