"""What happens with disputes that others want to hear, the ledger first of all.

Each is announced once in the life of a dispute, and once more, with its payment, when that became
known only later; `reference` is the provider's name of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.core.events import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class DisputeEvent(Event):
    """Which dispute, about which payment of ours, if we know it, and about how much."""

    dispute_id: int
    provider: str
    reference: str
    payment_id: int | None
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DisputeOpened(DisputeEvent):
    """A buyer complains to the bank; `inquiry` while the bank only asks."""

    inquiry: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DisputeMoneyTaken(DisputeEvent):
    """The bank has taken the amount off our account at the provider."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DisputeMoneyReturned(DisputeEvent):
    """The bank has put the amount back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DisputeClosed(DisputeEvent):
    """The end; `lost` when the amount stays with the buyer."""

    lost: bool
