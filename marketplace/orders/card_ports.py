"""What later money needs from outside: holds on a card, cards kept for later, charges without
the buyer at hand; in our own words, adapters translate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from marketplace.core.money import Money
from marketplace.orders.ports import CheckoutPage


class HoldSide(StrEnum):
    """What the provider says of one hold; only CAPTURED means that money has moved."""

    OPEN = "open"  # the buyer may still agree
    PROCESSING = "processing"  # the buyer is done, the bank is not
    HELD = "held"  # reserved on the card, until `capture_before`
    CAPTURED = "captured"
    RELEASED = "released"  # over without money: let go, too late, or never agreed to


@dataclass(frozen=True, slots=True)
class HoldReading:
    """The truth about one hold at the moment of reading.

    `capture_before` is the provider's own word and never computed: banks differ.
    """

    page: str | None  # the page on which the buyer agreed; unknown to what is read by payment
    payment_reference: str | None  # none before the buyer agreed
    hold_code: str | None
    side: HoldSide
    amount: Money
    captured: Money
    capture_before: datetime | None
    livemode: bool


class SavedCardSide(StrEnum):
    """What became of the page on which a card is kept."""

    OPEN = "open"
    PROCESSING = "processing"
    SAVED = "saved"
    OVER = "over"  # the page ended without a card


@dataclass(frozen=True, slots=True)
class Card:
    """A kept card: what the buyer knows it by, and the provider's name for it."""

    reference: str  # only for the adapter that gave it
    brand: str
    last4: str
    expires: str  # "2031-08", as written on the card


@dataclass(frozen=True, slots=True)
class SavedCardReading:
    """The truth about one page for keeping a card."""

    page: str
    card_code: str | None
    side: SavedCardSide
    card: Card | None
    livemode: bool


class ChargeSide(StrEnum):
    """How a charge without the buyer at hand ended; only PAID means that money has moved."""

    PAID = "paid"
    PROCESSING = "processing"
    DECLINED = "declined"  # the bank said no
    NEEDS_ACTION = "needs_action"  # the bank wants to see the buyer: ask them on a page


@dataclass(frozen=True, slots=True)
class CardCharge:
    """The truth about one such charge; `why` is the bank's reason, for officers only."""

    reference: str
    charge_code: str | None
    side: ChargeSide
    amount: Money
    why: str | None
    livemode: bool


class CardGateway(Protocol):
    """Whoever holds and keeps cards. Called with no transaction open; one key acts once."""

    name: str

    def open_hold(
        self,
        *,
        key: str,
        hold_code: str,
        amount: Money,
        description: str,
        email: str | None,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
    ) -> CheckoutPage:
        """Open a page where the buyer lets us reserve this amount; nothing is taken yet."""
        ...

    def read_hold_page(self, page: str) -> HoldReading:
        """What became of a hold, known by its page."""
        ...

    def read_hold(self, payment_reference: str) -> HoldReading:
        """The same for a hold that the buyer agreed to."""
        ...

    def find_holds(self, *, since: datetime) -> Iterator[HoldReading]:
        """Every hold page of ours since then, newest first."""
        ...

    def close_page(self, page: str) -> None:
        """Close a page for a hold or a card, unless it was used first; twice is the same."""
        ...

    def capture(self, *, key: str, payment_reference: str, amount: Money) -> HoldReading:
        """Take all or a part, once; what is not taken goes back to the card by itself.

        GatewayRefused when the hold is over; read it again to learn how.
        """
        ...

    def release(self, *, key: str, payment_reference: str) -> HoldReading:
        """Let the hold go; when it is over already, say how it ended."""
        ...

    def open_card_page(
        self,
        *,
        key: str,
        card_code: str,
        email: str | None,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
    ) -> CheckoutPage:
        """Open a page where the buyer leaves a card for later; nothing is taken or reserved."""
        ...

    def read_card_page(self, page: str) -> SavedCardReading:
        """What became of it."""
        ...

    def find_card_pages(self, *, since: datetime) -> Iterator[SavedCardReading]:
        """Every such page of ours since then, newest first."""
        ...

    def charge_card(
        self, *, key: str, charge_code: str, card: str, amount: Money, description: str
    ) -> CardCharge:
        """Charge a kept card with the buyer away. The bank's no is an answer, not an error."""
        ...

    def read_card_charge(self, reference: str) -> CardCharge:
        """What became of this charge."""
        ...

    def find_card_charge(
        self, *, card: str, charge_code: str, since: datetime
    ) -> CardCharge | None:
        """The charge of ours under this code, when its answer was lost; None if there is none."""
        ...

    def stop_card_charge(self, *, key: str, reference: str) -> CardCharge:
        """Make sure that nothing comes of a charge any more, unless it was paid first."""
        ...

    def forget_card(self, *, key: str, card: str) -> None:
        """The provider forgets the card; forgetting twice is the same."""
        ...
