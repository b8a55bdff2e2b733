"""What keeping watch needs from outside: disputes, money over there, and messages told again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from marketplace.core.money import Money
from marketplace.orders.ports import ProviderEvent


class DisputeSide(StrEnum):
    """How far a dispute is. An inquiry takes no money yet; a dispute has taken it."""

    INQUIRY = "inquiry"  # the bank asks; answer, or give the money back
    INQUIRY_ANSWERED = "inquiry_answered"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    DROPPED = "dropped"  # over without a verdict: nobody asks any more


@dataclass(frozen=True, slots=True)
class DisputeReading:
    """The truth about one dispute; `money_away` while its amount is off our account."""

    reference: str
    payment_reference: str | None
    side: DisputeSide
    amount: Money
    reason: str
    money_away: bool
    evidence_due_by: datetime | None
    opened_at: datetime
    livemode: bool


@dataclass(frozen=True, slots=True)
class MoneyThere:
    """One payment as it lies at the provider, whoever made it.

    An amount is None where it is in another currency, so not from this market.
    """

    reference: str
    payment_reference: str | None
    metadata_codes: frozenset[str]
    amount: Money | None
    captured: bool
    refunded: Money
    made_at: datetime
    livemode: bool


@dataclass(frozen=True, slots=True)
class ToldAgain:
    """A message as the provider keeps it, with its words."""

    event: ProviderEvent
    body: str


class WatchGateway(Protocol):
    """Whoever lets us look at everything that happened. Called with no transaction open."""

    name: str

    def read_dispute(self, reference: str) -> DisputeReading:
        """How a dispute stands."""
        ...

    def find_disputes(self, *, since: datetime) -> Iterator[DisputeReading]:
        """Every dispute opened since then, newest first."""
        ...

    def find_money(self, *, since: datetime) -> Iterator[MoneyThere]:
        """Every payment since then that reserves or took money, newest first."""
        ...

    def find_events(self, *, since: datetime, kinds: Collection[str]) -> Iterator[ToldAgain]:
        """Every message of these kinds since then, newest first, whether it reached us or not."""
        ...
