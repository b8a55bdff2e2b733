"""What a provider of QRIS codes with an amount must do for us, in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from marketplace.core.money import Money
from marketplace.orders.ports import ProviderEvent, RefundReading


class BillSide(StrEnum):
    """What the provider says of one bill; only PAID means that money has moved."""

    OPEN = "open"
    PAID = "paid"
    BACK = "back"  # paid, and given back since
    ENDED = "ended"  # over without money: cancelled, refused, or its time ran out


@dataclass(frozen=True, slots=True)
class Bill:
    """A code for one amount, to be scanned once until it expires."""

    reference: str
    payload: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class BillReading:
    """The truth about one bill at the moment of reading; only this settles a payment."""

    reference: str
    side: BillSide
    amount: Money
    payment_code: str


class QrisProvider(Protocol):
    """Whoever issues codes with an amount and knows at once when one is paid.

    Called with no transaction open. Errors are those of `orders.ports`: GatewayDown when no truth
    is known, GatewayRefused for a definite no, EventRefused for a message that is not theirs.
    """

    name: str

    def open_bill(self, *, payment_code: str, amount: Money, expires_at: datetime) -> Bill:
        """A code for this amount. One payment has one bill: asking twice is refused over there."""
        ...

    def read_bill(self, reference: str, *, payment_code: str) -> BillReading:
        """What became of this bill."""
        ...

    def cancel_bill(self, reference: str, *, payment_code: str, amount: Money) -> BillReading:
        """Close the bill unless it was paid first, and say which."""
        ...

    def refund(
        self,
        reference: str,
        *,
        payment_code: str,
        refund_code: str,
        amount: Money,
        reason: str,
    ) -> RefundReading:
        """Give back part or all of what was paid; one refund code gives back once."""
        ...

    def read_notice(
        self, path: str, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> ProviderEvent:
        """Believe a message only when it is signed by the provider, and fresh."""
        ...
