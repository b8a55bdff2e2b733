"""QRIS codes with an amount from any provider that speaks SNAP (Midtrans, Xendit, DOKU, banks).

Amounts travel as text with two decimals; that form lives here alone.
"""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from marketplace.adapters import snap_signatures as signatures
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.signed_events import MAX_BODY, NEWEST_SECONDS, OLDEST_SECONDS
from marketplace.core import clock
from marketplace.core.money import Money
from marketplace.orders.ports import (
    EventRefused,
    GatewayDown,
    GatewayRefused,
    ProviderEvent,
    RefundReading,
    RefundSide,
)
from marketplace.orders.qris.ports import Bill, BillReading, BillSide

TOKEN_PATH = "/v1.0/access-token/b2b"  # noqa: S105 - an address, no secret
GENERATE, QUERY, CANCEL, REFUND = (
    f"/v1.0/qr/qr-mpm-{act}" for act in ("generate", "query", "cancel", "refund")
)
SERVICE = "47"  # the number of "generate", by which a query names what it asks about
SIDES = {
    "00": BillSide.PAID,
    "01": BillSide.OPEN,
    "02": BillSide.OPEN,
    "03": BillSide.OPEN,
    "04": BillSide.BACK,
    "05": BillSide.ENDED,
    "06": BillSide.ENDED,
    "07": BillSide.ENDED,
}
WAIT_SECONDS = 10.0
TOKEN_MARGIN = 60.0  # a token about to end is not used any more


@dataclass(frozen=True, kw_only=True)
class SnapKeys:
    """What the provider and we gave each other."""

    client_id: str
    client_secret: str = field(repr=False)
    private_pem: bytes = field(repr=False)  # ours, to ask for tokens
    provider_pem: bytes  # theirs, to know their messages
    merchant_id: str
    channel_id: str = "95221"


class SnapQris:
    """A `QrisProvider` over SNAP's four QRIS services."""

    name = "snap"

    def __init__(self, *, base: str, keys: SnapKeys, guard: Callable[[], None]) -> None:
        self._base, self._keys, self._guard = urlsplit(base), keys, guard
        self._breaker = Breaker()
        self._token, self._token_until = "", 0.0

    # --- What the port asks for -------------------------------------------------------------------

    def open_bill(self, *, payment_code: str, amount: Money, expires_at: datetime) -> Bill:
        answer = self._call(
            GENERATE,
            {
                "partnerReferenceNo": payment_code,
                "amount": written(amount),
                "merchantId": self._keys.merchant_id,
                "validityPeriod": signatures.stamp(expires_at),
            },
        )
        return Bill(_text(answer, "referenceNo"), _text(answer, "qrContent"), expires_at)

    def read_bill(self, reference: str, *, payment_code: str) -> BillReading:
        answer = self._call(QUERY, {**self._named(reference, payment_code), "serviceCode": SERVICE})
        side = SIDES.get(_text(answer, "latestTransactionStatus"))
        if side is None:
            raise GatewayDown("unreadable")
        return BillReading(reference, side, read(answer.get("amount")), payment_code)

    def cancel_bill(self, reference: str, *, payment_code: str, amount: Money) -> BillReading:
        with suppress(GatewayRefused):  # paid or over before: the reading says which
            self._call(
                CANCEL,
                {
                    **self._named(reference, payment_code),
                    "amount": written(amount),
                    "reason": "Pesanan tidak jadi dibayar",
                },
            )
        return self.read_bill(reference, payment_code=payment_code)

    def refund(
        self,
        reference: str,
        *,
        payment_code: str,
        refund_code: str,
        amount: Money,
        reason: str,
    ) -> RefundReading:
        answer = self._call(
            REFUND,
            {
                **self._named(reference, payment_code),
                "partnerRefundNo": refund_code,
                "refundAmount": written(amount),
                "reason": reason[:255],
            },
        )
        return RefundReading(
            _text(answer, "refundNo"), RefundSide.DONE, read(answer.get("refundAmount"))
        )

    def read_notice(
        self, path: str, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> ProviderEvent:
        if len(body) > MAX_BODY:
            raise EventRefused("too_large")
        known = {name.lower(): value for name, value in headers.items()}
        at, signature = known.get("x-timestamp", ""), known.get("x-signature", "")
        if not at or not signature:
            raise EventRefused("no_signature")
        words = signatures.service_string("POST", path, "", body, at)
        if not signatures.is_of(words, signature, self._keys.provider_pem):
            raise EventRefused("wrong_signature")
        try:
            sent, content = datetime.fromisoformat(at), json.loads(body)
        except (ValueError, RecursionError):
            raise EventRefused("not_an_event") from None
        _refuse_stale(sent, now)
        return _event(content, sent)

    # --- The wire ---------------------------------------------------------------------------------

    def _named(self, reference: str, payment_code: str) -> dict[str, Any]:
        return {
            "originalReferenceNo": reference,
            "originalPartnerReferenceNo": payment_code,
            "merchantId": self._keys.merchant_id,
        }

    def _call(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        """One signed request; a token that is not believed any more is renewed once."""
        self._guard()
        body = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
        for last in (False, True):
            at = signatures.stamp(clock.now())
            token = self._valid_token()
            words = signatures.service_string("POST", path, token, body, at)
            status, answer = self._send(
                path,
                body,
                {
                    "Authorization": f"Bearer {token}",
                    "X-TIMESTAMP": at,
                    "X-SIGNATURE": signatures.by_secret(words, self._keys.client_secret),
                    "X-PARTNER-ID": self._keys.client_id,
                    "X-EXTERNAL-ID": str(secrets.randbelow(10**32)),
                    "CHANNEL-ID": self._keys.channel_id,
                },
            )
            if status == 401 and not last:
                self._token = ""
                continue
            return _judged(status, answer)
        raise AssertionError("unreachable")

    def _valid_token(self) -> str:
        if not self._token or time.monotonic() > self._token_until:
            at = signatures.stamp(clock.now())
            words = signatures.token_string(self._keys.client_id, at)
            status, answer = self._send(
                TOKEN_PATH,
                b'{"grantType":"client_credentials"}',
                {
                    "X-TIMESTAMP": at,
                    "X-CLIENT-KEY": self._keys.client_id,
                    "X-SIGNATURE": signatures.by_key(words, self._keys.private_pem),
                },
            )
            if status == 401:
                raise GatewayDown("credentials")
            answer = _judged(status, answer)
            self._token = _text(answer, "accessToken")
            lasts = str(answer.get("expiresIn", ""))
            seconds = int(lasts) if lasts.isascii() and lasts.isdigit() else 0
            self._token_until = time.monotonic() + seconds - TOKEN_MARGIN
        return self._token

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if not self._breaker.allows():
            raise GatewayDown("resting")
        kind = (
            http.client.HTTPSConnection
            if self._base.scheme == "https"
            else http.client.HTTPConnection
        )
        connection = kind(self._base.netloc, timeout=WAIT_SECONDS)
        begun = time.monotonic()
        try:
            connection.request("POST", path, body, {**headers, "Content-Type": "application/json"})
            response = connection.getresponse()
            raw = response.read(MAX_BODY)
        except (OSError, http.client.HTTPException) as fault:
            self._breaker.failed()
            code = "timeout" if isinstance(fault, TimeoutError) else "unreachable"
            raise GatewayDown(code, seconds=time.monotonic() - begun) from fault
        finally:
            connection.close()
        self._breaker.succeeded()
        try:
            answer = json.loads(raw)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise GatewayDown("server_error" if response.status >= 500 else "unreadable")
        return response.status, answer


# --- Words of the wire ----------------------------------------------------------------------------


def written(amount: Money) -> dict[str, str]:
    """Rp10.000 is "10000.00" on the wire."""
    return {"value": f"{amount.rupiah}.00", "currency": "IDR"}


def read(amount: object) -> Money:
    """The other way round; sen, or another currency, is nothing we asked for."""
    if not isinstance(amount, dict) or amount.get("currency") != "IDR":
        raise GatewayDown("unreadable")
    whole, _, sen = str(amount.get("value", "")).partition(".")
    if not (whole.isascii() and whole.isdigit()) or sen.strip("0"):
        raise GatewayDown("unreadable")
    return Money(int(whole))


def _judged(status: int, answer: dict[str, Any]) -> dict[str, Any]:
    if status == 200 and str(answer.get("responseCode", "")).startswith("200"):
        return answer
    if status == 409:
        raise GatewayDown("key_mismatch")
    if status == 429:
        raise GatewayDown("limited")
    if status == 401:
        raise GatewayDown("credentials")
    if 400 <= status < 500:
        raise GatewayRefused(str(answer.get("responseCode", status))[:20])
    raise GatewayDown("server_error")


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise GatewayDown("unreadable")
    return value


def _refuse_stale(sent: datetime, now: datetime) -> None:
    if sent.tzinfo is None:
        raise EventRefused("not_an_event")
    age = (now - sent).total_seconds()
    if age > OLDEST_SECONDS:
        raise EventRefused("too_old")
    if age < -NEWEST_SECONDS:
        raise EventRefused("too_new")


def _event(content: object, sent: datetime) -> ProviderEvent:
    if not isinstance(content, dict):
        raise EventRefused("not_an_event")
    reference = str(content.get("originalReferenceNo") or "")
    status = str(content.get("latestTransactionStatus") or "")
    if not reference or status not in SIDES:
        raise EventRefused("not_an_event")
    return ProviderEvent(
        id=f"{reference}:{status}",
        kind=f"qris.{SIDES[status]}",
        object_reference=reference,
        livemode=True,
        account=None,
        created_at=sent,
        payment_code=str(content.get("originalPartnerReferenceNo") or "") or None,
    )
