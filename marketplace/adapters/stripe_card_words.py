"""What Stripe says of holds, kept cards and charges without the buyer, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marketplace.adapters.stripe_words import CURRENCY, code_in, from_stripe_amount
from marketplace.core.money import ZERO, Money
from marketplace.orders.card_ports import (
    Card,
    CardCharge,
    ChargeSide,
    HoldReading,
    HoldSide,
    SavedCardReading,
    SavedCardSide,
)

HOLD_SIDES = {
    "requires_payment_method": HoldSide.OPEN,
    "requires_confirmation": HoldSide.OPEN,
    "requires_action": HoldSide.OPEN,
    "processing": HoldSide.PROCESSING,
    "requires_capture": HoldSide.HELD,
    "succeeded": HoldSide.CAPTURED,
    "canceled": HoldSide.RELEASED,
}
BANK_WANTS_THE_BUYER = "authentication_required"


def hold_on_page(session: Mapping[str, Any]) -> HoldReading:
    """A hold as its page tells it; before the buyer agrees there is no payment to read."""
    if session["currency"] != CURRENCY:
        raise ValueError("a hold of ours is in rupiah")
    intent = session.get("payment_intent")
    side = HoldSide.OPEN
    if isinstance(intent, Mapping):
        reading = hold_reading(intent)
        side = reading.side
    if side is HoldSide.OPEN and session["status"] != "open":
        side = HoldSide.RELEASED if session["status"] == "expired" else HoldSide.PROCESSING
    known = isinstance(intent, Mapping)
    return HoldReading(
        page=session["id"],
        payment_reference=reading.payment_reference if known else None,
        hold_code=code_in(session, "hold_code"),
        side=side,
        amount=from_stripe_amount(session["amount_total"]),
        captured=reading.captured if known else ZERO,
        capture_before=reading.capture_before if known else None,
        livemode=session["livemode"],
    )


def hold_reading(intent: Mapping[str, Any]) -> HoldReading:
    """A hold as its payment tells it, with the charge expanded."""
    return HoldReading(
        page=None,
        payment_reference=intent["id"],
        hold_code=code_in(intent, "hold_code"),
        side=HOLD_SIDES[intent["status"]],
        amount=_rupiah(intent, intent["amount"]),
        captured=from_stripe_amount(intent.get("amount_received") or 0),
        capture_before=_capture_before(intent.get("latest_charge")),
        livemode=intent["livemode"],
    )


def _capture_before(charge: Any) -> datetime | None:
    if not isinstance(charge, Mapping):
        return None
    details = (charge.get("payment_method_details") or {}).get("card") or {}
    stamp = details.get("capture_before")
    return datetime.fromtimestamp(stamp, UTC) if stamp else None


def saved_card_reading(session: Mapping[str, Any]) -> SavedCardReading:
    """The page for a card, and the card when there is one."""
    setup = session.get("setup_intent")
    card = None
    side = {"open": SavedCardSide.OPEN, "expired": SavedCardSide.OVER}.get(
        session["status"], SavedCardSide.PROCESSING
    )
    if isinstance(setup, Mapping):
        if setup["status"] == "succeeded":
            side, card = SavedCardSide.SAVED, _card(setup)
        elif setup["status"] == "canceled":
            side = SavedCardSide.OVER
    return SavedCardReading(
        page=session["id"],
        card_code=code_in(session, "card_code"),
        side=side,
        card=card,
        livemode=session["livemode"],
    )


def _card(setup: Mapping[str, Any]) -> Card:
    method = setup["payment_method"]
    shown = method["card"]
    return Card(
        reference=f"{setup['customer']}/{method['id']}",
        brand=shown["brand"],
        last4=shown["last4"],
        expires=f"{shown['exp_year']:04}-{shown['exp_month']:02}",
    )


def split_card(reference: str) -> tuple[str, str]:
    """Stripe's two names of a kept card: the customer's and the card's."""
    customer, _, method = reference.partition("/")
    return customer, method


def card_charge(intent: Mapping[str, Any]) -> CardCharge:
    """A charge without the buyer; who asks for them again is told by the bank's own code."""
    trouble = intent.get("last_payment_error") or {}
    return CardCharge(
        reference=intent["id"],
        charge_code=code_in(intent, "charge_code"),
        side=_charge_side(intent["status"], trouble.get("code")),
        amount=_rupiah(intent, intent["amount"]),
        why=trouble.get("decline_code") or trouble.get("code"),
        livemode=intent["livemode"],
    )


def _charge_side(status: str, trouble: str | None) -> ChargeSide:
    if status == "succeeded":
        return ChargeSide.PAID
    if status == "processing":
        return ChargeSide.PROCESSING
    if status == "requires_action" or (
        status == "requires_payment_method" and trouble == BANK_WANTS_THE_BUYER
    ):
        return ChargeSide.NEEDS_ACTION
    if status in {"requires_payment_method", "requires_confirmation", "canceled"}:
        return ChargeSide.DECLINED
    raise ValueError(f"{status} is no end of a charge without the buyer")


def _rupiah(intent: Mapping[str, Any], hundredths: int) -> Money:
    if intent["currency"] != CURRENCY:
        raise ValueError("a payment of ours is in rupiah")
    return from_stripe_amount(hundredths)
