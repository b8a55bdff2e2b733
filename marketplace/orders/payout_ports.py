"""What paying the makers needs from outside, in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from marketplace.core.money import Money


class PayoutSide(StrEnum):
    """What whoever pays out says of one payout; RETURNED means that all of it came back."""

    SENT = "sent"  # on its way
    DONE = "done"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class PayoutReading:
    """The truth about one payout at the moment of reading."""

    reference: str
    payout_code: str | None
    account: str
    side: PayoutSide
    amount: Money
    returned: Money  # how much of it came back so far
    livemode: bool


@dataclass(frozen=True, slots=True)
class AccountReading:
    """Whether a maker can be paid, and what the provider still wants to know of them."""

    account: str
    can_be_paid: bool
    missing: tuple[str, ...]


class PayoutGateway(Protocol):
    """Whoever carries money to the makers. Called with no transaction open; one key acts once."""

    name: str

    def read_account(self, account: str) -> AccountReading:
        """Whether money may be sent to this account now."""
        ...

    def send(
        self, *, key: str, payout_code: str, account: str, amount: Money, description: str
    ) -> PayoutReading:
        """Send money to a maker's account; GatewayRefused when ours holds too little."""
        ...

    def read_payout(self, reference: str) -> PayoutReading:
        """What became of it."""
        ...

    def find_payout(self, *, payout_code: str) -> PayoutReading | None:
        """The payout of ours under this code, when its answer was lost; None if there is none."""
        ...

    def find_payouts(self, *, since: datetime) -> Iterator[PayoutReading]:
        """Every payout of ours made since then, newest first, as it stands now."""
        ...

    def take_back(self, *, key: str, reference: str, amount: Money, reason: str) -> PayoutReading:
        """Take all or a part back from the maker's account, never more than went there.

        GatewayRefused when the maker's balance does not cover it: then it stays their debt.
        """
        ...
