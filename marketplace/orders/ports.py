"""What paying needs from outside, in our own words; adapters translate, errors too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from marketplace.core.errors import OutsideFailed
from marketplace.core.money import Money

# Stripe takes a deadline between 30 minutes and 24 hours, counted from the moment the request
# arrives. The deadline is part of what one key promises, so it must still be far enough away
# when the same key is sent a second time some minutes later: hence the margins.
SHORTEST_CHECKOUT = timedelta(minutes=40)
LONGEST_CHECKOUT = timedelta(hours=23, minutes=55)


class PaymentSide(StrEnum):
    """What the provider says of one checkout; only PAID means that money has moved."""

    OPEN = "open"  # the buyer may still pay
    PROCESSING = "processing"  # the buyer is done, the money is on its way
    PAID = "paid"
    EXPIRED = "expired"  # over without money: time ran out, closed by us, or the bank said no


class RefundSide(StrEnum):
    """What the provider says of one refund; FAILED means the money stays with us."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """A page at the provider where the buyer pays once, until it expires."""

    reference: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CheckoutReading:
    """The truth about one checkout at the moment of reading; only this settles a payment."""

    reference: str
    side: PaymentSide
    amount: Money
    payment_reference: str | None
    metadata: Mapping[str, str]
    livemode: bool

    @property
    def payment_code(self) -> str | None:
        """Which of our payments this checkout belongs to."""
        return self.metadata.get("payment_code")


@dataclass(frozen=True, slots=True)
class RefundReading:
    """The truth about one refund at the moment of reading."""

    reference: str
    side: RefundSide
    amount: Money


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """A verified hint that something changed over there; read the object again before acting."""

    id: str
    kind: str
    object_reference: str | None
    livemode: bool
    account: str | None
    created_at: datetime
    payment_code: str | None = None  # which of our payments it speaks of, where it says so


class GatewayDown(OutsideFailed):
    """No truth known: it may or may not have happened. Ask again with the same key, or read.

    The code says why: `unreachable`, `timeout`, `busy`, `limited`, `server_error`, `resting`
    (the breaker is open, nothing was sent), `credentials`, `unreadable` (an answer we do not
    understand), `key_mismatch` (this key was used before with other words: read what that did).
    A provider repeats a stored failure for the same key, so when trying again does not help,
    read what happened first; only then may a new key be made.
    """

    code = "gateway_down"

    @property
    def worth_one_more_try(self) -> bool:
        """A page tries once more only after a short failure, so nobody waits over 12 seconds."""
        short = self.params.get("seconds", 0.0) < 1.0
        return short and self.code in {"unreachable", "busy", "server_error"}


class GatewayRefused(OutsideFailed):
    """A definite no: nothing happened over there, and the same request will never succeed."""

    code = "gateway_refused"


@contextmanager
def only_looking() -> Iterator[None]:
    """A no to a look is no answer about money that was sent before: nobody knows, ask again."""
    try:
        yield
    except GatewayRefused as refusal:
        raise GatewayDown(refusal.code) from refusal


class EventRefused(OutsideFailed):
    """The message is not from the provider, not for us, or too old: answer 400, change nothing.

    The code says why: `too_large`, `no_signature`, `wrong_signature`, `too_old`, `too_new`,
    `not_an_event`, `wrong_mode`, `wrong_account`.
    """

    code = "event_refused"


class PaymentGateway(Protocol):
    """Whoever takes the buyer's money. Called with no transaction open; one key acts once."""

    name: str

    def open_checkout(
        self,
        *,
        key: str,
        payment_code: str,
        amount: Money,
        description: str,
        email: str | None,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
    ) -> CheckoutPage:
        """Open a page to pay this amount once; the same key gives the same page again.

        Every argument belongs to the key: store `expires_at` with the intent and repeat it.
        """
        ...

    def read_checkout(self, reference: str) -> CheckoutReading:
        """What became of this checkout."""
        ...

    def find_checkouts(self, *, since: datetime) -> Iterator[CheckoutReading]:
        """Every checkout of this shop made since then, newest first; others' are left out.

        Pages are fetched while iterating, so iterate with no transaction open.
        """
        ...

    def expire_checkout(self, reference: str) -> CheckoutReading:
        """Close the page unless it was paid first, and say which; closing twice is the same."""
        ...

    def refund(
        self,
        *,
        key: str,
        payment_reference: str,
        refund_code: str,
        amount: Money,
        reason: str,
    ) -> RefundReading:
        """Give back part or all of a payment, never more than was paid."""
        ...

    def read_refund(self, reference: str) -> RefundReading:
        """What became of this refund."""
        ...

    def find_refund(self, *, payment_reference: str, refund_code: str) -> RefundReading | None:
        """The refund of ours under this code, when its answer was lost; None if there is none."""
        ...

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        """Believe a message only when it is signed, fresh, for our account and our mode."""
        ...
