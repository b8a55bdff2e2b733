"""Cards at Stripe for later: holds that are captured or let go, and cards kept for a charge.

A buyer meets Stripe's own page for both, so no card number ever comes near this market.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from marketplace.adapters.stripe_card_words import (
    card_charge,
    hold_on_page,
    hold_reading,
    saved_card_reading,
    split_card,
)
from marketplace.adapters.stripe_checkout import StripeCheckout
from marketplace.adapters.stripe_words import (
    CURRENCY,
    checkout_page,
    code_in,
    to_stripe_amount,
    understand,
)
from marketplace.core.money import Money
from marketplace.orders.card_ports import CardCharge, HoldReading, HoldSide, SavedCardReading
from marketplace.orders.ports import CheckoutPage, GatewayRefused

CARD_ONLY = ["card"]
IN_SESSION = "payment_intent.latest_charge"
IN_SETUP = "setup_intent.payment_method"
GONE = "resource_missing"


class StripeCards(StripeCheckout):
    """Money that is promised now and taken later."""

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
        """Open Stripe's page for a hold: a payment that waits for our capture."""
        params = self._page_for(amount, description, email, success_url, cancel_url, expires_at) | {
            "client_reference_id": hold_code,
            "metadata": {"hold_code": hold_code},
            "payment_method_types": CARD_ONLY,
            "payment_intent_data": {
                "capture_method": "manual",
                "metadata": {"hold_code": hold_code},
            },
        }
        session = self._ask(self._stripe.checkout.sessions.create, params, {"idempotency_key": key})
        return understand(checkout_page, session)

    def read_hold_page(self, page: str) -> HoldReading:
        """What became of a hold, with the payment and the charge behind its page."""
        session = self._ask(self._stripe.checkout.sessions.retrieve, page, {"expand": [IN_SESSION]})
        return understand(hold_on_page, session)

    def read_hold(self, payment_reference: str) -> HoldReading:
        """The same by the payment's name."""
        intent = self._ask(
            self._stripe.payment_intents.retrieve, payment_reference, {"expand": ["latest_charge"]}
        )
        return understand(hold_reading, intent)

    def find_holds(self, *, since: datetime) -> Iterator[HoldReading]:
        """Every hold page of ours since then."""
        for session in self._sessions(since=since, expand=IN_SESSION):
            if session.get("currency") == CURRENCY and code_in(session, "hold_code"):
                yield understand(hold_on_page, session)

    def close_page(self, page: str) -> None:
        """Expire the session; one that is closed already stays as it is."""
        try:
            self._ask(self._stripe.checkout.sessions.expire, page)
        except GatewayRefused:
            if self._ask(self._stripe.checkout.sessions.retrieve, page)["status"] == "open":
                raise

    def capture(self, *, key: str, payment_reference: str, amount: Money) -> HoldReading:
        """Take all or a part; Stripe lets the rest go at once."""
        params = {"amount_to_capture": to_stripe_amount(amount), "expand": ["latest_charge"]}
        intent = self._ask(
            self._stripe.payment_intents.capture,
            payment_reference,
            params,
            {"idempotency_key": key},
        )
        return understand(hold_reading, intent)

    def release(self, *, key: str, payment_reference: str) -> HoldReading:
        """Let the hold go; when Stripe says that it is over, read how it ended."""
        try:
            intent = self._cancel(key, payment_reference, "abandoned")
        except GatewayRefused:
            reading = self.read_hold(payment_reference)
            if reading.side in (HoldSide.CAPTURED, HoldSide.RELEASED):
                return reading
            raise
        return understand(hold_reading, intent)

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
        """Open Stripe's page in its mode `setup`: it asks for a card and takes nothing."""
        params: dict[str, Any] = {
            "mode": "setup",
            "locale": "id",
            "payment_method_types": CARD_ONLY,
            "customer_creation": "always",
            "client_reference_id": card_code,
            "metadata": {"card_code": card_code},
            "setup_intent_data": {"metadata": {"card_code": card_code}},
            "success_url": success_url,
            "cancel_url": cancel_url,
            "expires_at": int(expires_at.timestamp()),
        }
        if email:
            params["customer_email"] = email
        session = self._ask(self._stripe.checkout.sessions.create, params, {"idempotency_key": key})
        return understand(checkout_page, session)

    def read_card_page(self, page: str) -> SavedCardReading:
        """What became of it, with the card."""
        session = self._ask(self._stripe.checkout.sessions.retrieve, page, {"expand": [IN_SETUP]})
        return understand(saved_card_reading, session)

    def find_card_pages(self, *, since: datetime) -> Iterator[SavedCardReading]:
        """Every such page of ours since then."""
        for session in self._sessions(since=since, expand=IN_SETUP):
            if session.get("mode") == "setup" and code_in(session, "card_code"):
                yield understand(saved_card_reading, session)

    def charge_card(
        self, *, key: str, charge_code: str, card: str, amount: Money, description: str
    ) -> CardCharge:
        """Charge a kept card with the buyer away; a refusal names the payment it was about."""
        customer, method = split_card(card)
        params: dict[str, Any] = {
            "amount": to_stripe_amount(amount),
            "currency": CURRENCY,
            "customer": customer,
            "payment_method": method,
            "payment_method_types": CARD_ONLY,
            "off_session": True,
            "confirm": True,
            "description": description,
            "metadata": {"charge_code": charge_code},
        }
        create = self._stripe.payment_intents.create
        return understand(card_charge, self._ask_bank(create, params, {"idempotency_key": key}))

    def read_card_charge(self, reference: str) -> CardCharge:
        """What became of this charge."""
        return understand(card_charge, self._ask(self._stripe.payment_intents.retrieve, reference))

    def find_card_charge(
        self, *, card: str, charge_code: str, since: datetime
    ) -> CardCharge | None:
        """Look for our code among the payments of one customer; the list is never behind."""
        customer, _ = split_card(card)
        for intent in self._each(
            self._stripe.payment_intents.list,
            {"customer": customer, "created": {"gte": int(since.timestamp())}},
        ):
            if code_in(intent, "charge_code") == charge_code:
                return understand(card_charge, intent)
        return None

    def stop_card_charge(self, *, key: str, reference: str) -> CardCharge:
        """Cancel the payment; when Stripe says that it is over, read how it ended."""
        try:
            intent = self._cancel(key, reference, "requested_by_customer")
        except GatewayRefused:
            return self.read_card_charge(reference)
        return understand(card_charge, intent)

    def forget_card(self, *, key: str, card: str) -> None:
        """Take the card off its customer, which ends every use of it."""
        _, method = split_card(card)
        try:
            self._ask(self._stripe.payment_methods.detach, method, {}, {"idempotency_key": key})
        except GatewayRefused as refusal:
            known = self._ask(self._stripe.payment_methods.retrieve, method)
            if known.get("customer") is not None:
                raise refusal from None

    def _cancel(self, key: str, reference: str, why: str) -> dict[str, Any]:
        params = {"cancellation_reason": why, "expand": ["latest_charge"]}
        return self._ask(
            self._stripe.payment_intents.cancel, reference, params, {"idempotency_key": key}
        )
