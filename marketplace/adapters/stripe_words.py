"""What Stripe says, in our words: amounts, checkouts, refunds and events."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from marketplace.core.money import Money
from marketplace.orders.ports import (
    CheckoutPage,
    CheckoutReading,
    EventRefused,
    GatewayDown,
    GatewayRefused,
    PaymentSide,
    ProviderEvent,
    RefundReading,
    RefundSide,
)

CURRENCY = "idr"
LARGEST_RUPIAH = 9_999_999_999  # Stripe takes twelve digits of hundredths

REFUND_SIDES = {
    "pending": RefundSide.PENDING,
    "requires_action": RefundSide.PENDING,
    "succeeded": RefundSide.DONE,
    "failed": RefundSide.FAILED,
    "canceled": RefundSide.FAILED,
}

T = TypeVar("T")


def to_stripe_amount(amount: Money) -> int:
    """Stripe counts rupiah in hundredths: Rp150.000 goes out as 15000000."""
    if amount.rupiah <= 0:
        raise GatewayRefused("amount_too_small", rupiah=amount.rupiah)
    if amount.rupiah > LARGEST_RUPIAH:
        raise GatewayRefused("amount_too_large", rupiah=amount.rupiah)
    return amount.rupiah * 100


def from_stripe_amount(hundredths: int) -> Money:
    """The way back; a part of a rupiah cannot have come from us."""
    rupiah, rest = divmod(hundredths, 100)
    if rest:
        raise ValueError(f"{hundredths} hundredths are not whole rupiah")
    return Money(rupiah)


def parse_event(body: bytes) -> ProviderEvent:
    """Read the few fields we use of a message whose signature is already checked.

    Thin messages of the second API name the object beside instead of carrying it.
    """
    try:
        event = json.loads(body)
        data = event.get("data") or {}
        thing = data.get("object") or event.get("related_object") or {}
        created, livemode = event["created"], event["livemode"]
        if event["object"] not in {"event", "v2.core.event"} or type(livemode) is not bool:
            raise EventRefused("not_an_event")
        return ProviderEvent(
            id=_short(event["id"]),
            kind=_short(event["type"]),
            object_reference=_short(thing["id"]) if thing.get("id") else None,
            livemode=livemode,
            account=_short(event["account"]) if event.get("account") else None,
            created_at=datetime.fromisoformat(created).astimezone(UTC)
            if isinstance(created, str)
            else datetime.fromtimestamp(created, UTC),
            payment_code=_code_in(thing),
        )
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
        raise EventRefused("not_an_event") from None


def _code_in(thing: Mapping[str, Any]) -> str | None:
    code = (thing.get("metadata") or {}).get("payment_code")
    return _short(code) if code else None


def _short(word: object) -> str:
    if not isinstance(word, str) or not 0 < len(word) <= 255:
        raise ValueError("an id or a name is a short text")
    return word


def understand(reader: Callable[[Mapping[str, Any]], T], answer: Mapping[str, Any]) -> T:
    try:
        return reader(answer)
    except (LookupError, TypeError, ValueError) as error:
        raise GatewayDown("unreadable") from error


def checkout_page(session: Mapping[str, Any]) -> CheckoutPage:
    return CheckoutPage(
        reference=session["id"],
        url=session["url"] or "",  # gone when an old key repeats a closed checkout
        expires_at=datetime.fromtimestamp(session["expires_at"], UTC),
    )


def checkout_reading(session: Mapping[str, Any]) -> CheckoutReading:
    if session["currency"] != CURRENCY:
        raise ValueError("a checkout of ours is in rupiah")
    intent = session.get("payment_intent")
    return CheckoutReading(
        reference=session["id"],
        side=_side(session, intent),
        amount=from_stripe_amount(session["amount_total"]),
        payment_reference=intent["id"] if isinstance(intent, Mapping) else intent,
        metadata=dict(session.get("metadata") or {}),
        livemode=session["livemode"],
    )


def _side(session: Mapping[str, Any], intent: Mapping[str, Any] | str | None) -> PaymentSide:
    if session["payment_status"] == "paid":
        return PaymentSide.PAID
    if session["status"] == "open":
        return PaymentSide.OPEN
    if session["status"] == "expired":
        return PaymentSide.EXPIRED
    # Completed but unpaid: a slow method is on its way, or its bank has said no by now.
    if isinstance(intent, Mapping) and intent["status"] in {"requires_payment_method", "canceled"}:
        return PaymentSide.EXPIRED
    return PaymentSide.PROCESSING


def code_in(thing: Mapping[str, Any], name: str) -> str | None:
    """One of our codes in what we sent along."""
    return (thing.get("metadata") or {}).get(name)


def refund_reading(refund: Mapping[str, Any]) -> RefundReading:
    return RefundReading(
        reference=refund["id"],
        side=REFUND_SIDES[refund["status"]],
        amount=from_stripe_amount(refund["amount"]),
    )
