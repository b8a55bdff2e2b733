"""Stripe Checkout: the buyer pays on Stripe's page, and we read there what happened.

The only module that imports stripe, which costs memory: import it only where a key is set.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import requests
import stripe

from marketplace.adapters.breaker import Breaker
from marketplace.adapters.signed_events import check_signature
from marketplace.adapters.stripe_words import (
    CURRENCY,
    checkout_page,
    checkout_reading,
    parse_event,
    payment_code,
    refund_reading,
    to_stripe_amount,
    understand,
)
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
)

API_VERSION = "2026-05-27.dahlia"
CONNECT_SECONDS, READ_SECONDS = 2.0, 10.0
LONGEST_METADATA = 500
PAGE = 100

log = logging.getLogger(__name__)


def key_is_live(api_key: str) -> bool:
    """Whether a key moves real money; a key of neither kind is no key."""
    kind, _, mode = api_key.partition("_")
    mode = mode.partition("_")[0]
    if kind not in {"sk", "rk"} or mode not in {"test", "live"}:
        raise ValueError("a Stripe key starts with sk_test_, sk_live_, rk_test_ or rk_live_")
    return mode == "live"


def patient_client() -> stripe.HTTPClient:
    """Waits two seconds for a connection and ten for an answer, and never repeats by itself."""
    return stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS))


class StripeGateway:
    """Money by Stripe Checkout; every call stands outside our transactions."""

    name = "stripe"

    def __init__(
        self,
        *,
        api_key: str,
        webhook_secrets: Sequence[str],
        guard: Callable[[], None],
        api_base: str | None = None,
        account: str | None = None,
        http_client: stripe.HTTPClient | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        if not webhook_secrets or not all(webhook_secrets):
            raise ValueError("Stripe without a webhook secret would believe anybody")
        self._livemode = key_is_live(api_key)
        self._secrets = tuple(webhook_secrets)
        self._account = account
        self._guard = guard
        self._breaker = breaker or Breaker()
        self._stripe = stripe.StripeClient(
            api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": api_base} if api_base else None,
            max_network_retries=0,
            http_client=http_client or patient_client(),
        ).v1

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
        params: dict[str, Any] = {
            "mode": "payment",
            "locale": "id",
            "client_reference_id": payment_code,
            "metadata": {"payment_code": payment_code},
            "payment_intent_data": {"metadata": {"payment_code": payment_code}},
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
        if email:
            params["customer_email"] = email
        session = self._ask(self._stripe.checkout.sessions.create, params, {"idempotency_key": key})
        return understand(checkout_page, session)

    def read_checkout(self, reference: str) -> CheckoutReading:
        """What became of this checkout, with the payment behind it."""
        session = self._ask(
            self._stripe.checkout.sessions.retrieve, reference, {"expand": ["payment_intent"]}
        )
        return understand(checkout_reading, session)

    def find_checkouts(self, *, since: datetime) -> Iterator[CheckoutReading]:
        """Every checkout of ours since then; those made by others in the account are left out."""
        params: dict[str, Any] = {
            "created": {"gte": int(since.timestamp())},
            "limit": PAGE,
            "expand": ["data.payment_intent"],
        }
        while True:
            page = self._ask(self._stripe.checkout.sessions.list, params)
            for session in page["data"]:
                if session.get("currency") == CURRENCY and payment_code(session):
                    yield understand(checkout_reading, session)
            if not page["has_more"] or not page["data"]:
                return
            params = {**params, "starting_after": page["data"][-1]["id"]}

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
        params: dict[str, Any] = {"payment_intent": payment_reference, "limit": PAGE}
        while True:
            page = self._ask(self._stripe.refunds.list, params)
            for refund in page["data"]:
                if (refund.get("metadata") or {}).get("refund_code") == refund_code:
                    return understand(refund_reading, refund)
            if not page["has_more"] or not page["data"]:
                return None
            params = {**params, "starting_after": page["data"][-1]["id"]}

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        """Believe a message only when it is signed, fresh, for our account and our mode."""
        check_signature(body, signature, self._secrets, now=now)
        event = parse_event(body)
        if event.livemode is not self._livemode:
            raise EventRefused("wrong_mode")
        if event.account is not None and event.account != self._account:
            raise EventRefused("wrong_account")
        return event

    def _ask(self, call: Callable[..., stripe.StripeObject], *args: Any) -> dict[str, Any]:
        """One call over the network, with its failure said in our words."""
        self._guard()
        if not self._breaker.allows():
            raise GatewayDown("resting")
        started = time.monotonic()
        answered = False
        try:
            answer = call(*args)
            answered = True
        except stripe.StripeError as error:
            trouble = _in_our_words(error, seconds=time.monotonic() - started)
            answered = trouble.code not in {"unreachable", "timeout", "server_error"}
            # Stripe's sentences may hold parts of keys and cards: only its codes are written down.
            log.warning(
                "stripe answered %s: status %s, code %s, request %s",
                trouble.code,
                error.http_status,
                error.code,
                error.request_id,
            )
            raise trouble from None
        finally:
            (self._breaker.succeeded if answered else self._breaker.failed)()
        return answer.to_dict()


def _in_our_words(error: stripe.StripeError, *, seconds: float) -> GatewayDown | GatewayRefused:
    """A definite no is only what Stripe decided about the request itself; all else is unknown."""
    status = error.http_status
    if isinstance(error, stripe.APIConnectionError):
        slow = isinstance(error.__cause__, requests.Timeout)
        return GatewayDown("timeout" if slow else "unreachable", seconds=seconds)
    if status == 409:
        return GatewayDown("busy", seconds=seconds)
    if status == 429:
        return GatewayDown("limited", seconds=seconds)
    if status in {401, 403}:
        return GatewayDown("credentials", seconds=seconds)
    if isinstance(error, stripe.IdempotencyError):
        return GatewayDown("key_mismatch", seconds=seconds)
    if status is not None and 400 <= status < 500:
        return GatewayRefused(error.code or "invalid_request", status=status)
    return GatewayDown("server_error", seconds=seconds)
