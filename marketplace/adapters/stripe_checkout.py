"""Stripe Checkout: the buyer pays on Stripe's page, and we read there what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from marketplace.adapters.stripe_wire import StripeWire
from marketplace.adapters.stripe_words import (
    CURRENCY,
    checkout_page,
    checkout_reading,
    code_in,
    refund_reading,
    to_stripe_amount,
    understand,
)
from marketplace.core.money import Money
from marketplace.orders.ports import (
    CheckoutPage,
    CheckoutReading,
    GatewayRefused,
    PaymentSide,
    RefundReading,
)

LONGEST_METADATA = 500


class StripeCheckout(StripeWire):
    """Money by Stripe Checkout, and back again."""

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
        """Open Stripe's page for one payment; the same key gives the same page again."""
        params = self._page_for(amount, description, email, success_url, cancel_url, expires_at) | {
            "client_reference_id": payment_code,
            "metadata": {"payment_code": payment_code},
            "payment_intent_data": {"metadata": {"payment_code": payment_code}},
        }
        session = self._ask(self._stripe.checkout.sessions.create, params, {"idempotency_key": key})
        return understand(checkout_page, session)

    def read_checkout(self, reference: str) -> CheckoutReading:
        """What became of this checkout, with the payment behind it."""
        session = self._ask(
            self._stripe.checkout.sessions.retrieve, reference, {"expand": ["payment_intent"]}
        )
        if session["mode"] != "payment" or code_in(session, "hold_code"):
            raise GatewayRefused("not_a_checkout")  # a page for a card or a hold takes no money
        return understand(checkout_reading, session)

    def find_checkouts(self, *, since: datetime) -> Iterator[CheckoutReading]:
        """Every checkout of ours since then; those made by others in the account are left out."""
        for session in self._sessions(since=since, expand="payment_intent"):
            if session.get("currency") == CURRENCY and code_in(session, "payment_code"):
                yield understand(checkout_reading, session)

    def _page_for(
        self,
        amount: Money,
        description: str,
        email: str | None,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
    ) -> dict[str, Any]:
        params: dict[str, Any] = {
            "mode": "payment",
            "locale": "id",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": CURRENCY,
                        "unit_amount": to_stripe_amount(amount),
                        "product_data": {"name": description},
                    },
                }
            ],
            # Rupiah in, rupiah out: Stripe must not offer the total in another currency.
            "adaptive_pricing": {"enabled": False},
            "success_url": success_url,
            "cancel_url": cancel_url,
            "expires_at": int(expires_at.timestamp()),
        }
        return params | ({"customer_email": email} if email else {})

    def _sessions(self, *, since: datetime, expand: str) -> Iterator[dict[str, Any]]:
        yield from self._each(
            self._stripe.checkout.sessions.list,
            {"created": {"gte": int(since.timestamp())}, "expand": [f"data.{expand}"]},
        )

    def expire_checkout(self, reference: str) -> CheckoutReading:
        """Close the page; when Stripe says it is closed already, read how it ended."""
        try:
            session = self._ask(
                self._stripe.checkout.sessions.expire, reference, {"expand": ["payment_intent"]}
            )
        except GatewayRefused:
            reading = self.read_checkout(reference)
            if reading.side is PaymentSide.OPEN:
                raise
            return reading
        return understand(checkout_reading, session)

    def refund(
        self,
        *,
        key: str,
        payment_reference: str,
        refund_code: str,
        amount: Money,
        reason: str,
    ) -> RefundReading:
        """Give money back; our refund code travels along so that a lost answer can be found."""
        params: dict[str, Any] = {
            "payment_intent": payment_reference,
            "amount": to_stripe_amount(amount),
            "reason": "requested_by_customer",
            "metadata": {"refund_code": refund_code, "reason": reason[:LONGEST_METADATA]},
        }
        refund = self._ask(self._stripe.refunds.create, params, {"idempotency_key": key})
        return understand(refund_reading, refund)

    def read_refund(self, reference: str) -> RefundReading:
        """What became of this refund."""
        return understand(refund_reading, self._ask(self._stripe.refunds.retrieve, reference))

    def find_refund(self, *, payment_reference: str, refund_code: str) -> RefundReading | None:
        """Look for our code among the refunds of one payment; the list is never behind."""
        for refund in self._each(self._stripe.refunds.list, {"payment_intent": payment_reference}):
            if code_in(refund, "refund_code") == refund_code:
                return understand(refund_reading, refund)
        return None
