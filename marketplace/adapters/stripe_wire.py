"""The wire to Stripe: one account, its key and its messages; every failure said in our words.

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
from marketplace.adapters.stripe_words import parse_event
from marketplace.orders.ports import EventRefused, GatewayDown, GatewayRefused, ProviderEvent

API_VERSION = "2026-05-27.dahlia"
CONNECT_SECONDS, READ_SECONDS = 2.0, 10.0
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


class StripeWire:
    """One account at Stripe; every call stands outside our transactions."""

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

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        """Believe a message only when it is signed, fresh, for our account and our mode."""
        check_signature(body, signature, self._secrets, now=now)
        event = parse_event(body)
        if event.livemode is not self._livemode:
            raise EventRefused("wrong_mode")
        if event.account is not None and event.account != self._account:
            raise EventRefused("wrong_account")
        return event

    def _ask(
        self, call: Callable[..., stripe.StripeObject], *args: Any, bank: bool = False
    ) -> dict[str, Any]:
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
            refused = _refused_by_bank(error) if bank else None
            if refused is not None:
                answered = True
                return refused
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

    def _ask_bank(self, call: Callable[..., stripe.StripeObject], *args: Any) -> dict[str, Any]:
        """The same where a bank may say no: its no is an answer too, the payment it was about."""
        return self._ask(call, *args, bank=True)

    def _each(
        self, call: Callable[..., stripe.StripeObject], params: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """Everything in a list, newest first, a page at a time."""
        params = {**params, "limit": PAGE}
        while True:
            page = self._ask(call, params)
            yield from page["data"]
            if not page["has_more"] or not page["data"]:
                return
            params = {**params, "starting_after": page["data"][-1]["id"]}


def _refused_by_bank(error: stripe.StripeError) -> dict[str, Any] | None:
    """The payment that a bank refused: Stripe made it, and carries it in the refusal."""
    if not isinstance(error, stripe.CardError) or not isinstance(error.json_body, dict):
        return None
    payment = error.json_body.get("error", {}).get("payment_intent")
    return payment if isinstance(payment, dict) else None


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
