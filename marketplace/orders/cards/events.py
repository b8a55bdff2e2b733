"""What happens with promised money that others want to hear; `purpose` says what it was for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.core.events import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class CardEvent(Event):
    """Which promise, and what for: a word of whoever asked for it, as `pledge:7f3k2qd9xw`."""

    code: str
    purpose: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldTaken(CardEvent):
    """The buyer agreed: the amount is reserved, until the bank lets it go by itself."""

    amount: int
    capture_before: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldCaptured(CardEvent):
    """Money has moved: so much of the hold, no more is to come."""

    captured: int
    provider: str
    payment_reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldEnded(CardEvent):
    """Nothing was taken and nothing will be; `lapsed` when it was held and we did not let it go."""

    lapsed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CardKept(CardEvent):
    """A card may be charged later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CardCharged(CardEvent):
    """Money has moved from a kept card."""

    amount: int
    provider: str
    payment_reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CardRefused(CardEvent):
    """Nothing was taken; with `wants_buyer` the bank would agree if the buyer were there."""

    wants_buyer: bool
