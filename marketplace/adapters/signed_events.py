"""A provider's message is believed only with a fresh signature over its exact bytes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from marketplace.orders.ports import EventRefused

MAX_BODY = 1024 * 1024
OLDEST_SECONDS = 300
# Stripe's own library believes any future timestamp; a clock a minute ahead is all we forgive.
NEWEST_SECONDS = 60
MAX_HEADER = 4096


def sign(body: bytes, secret: str, *, at: datetime) -> str:
    """The signature header for these bytes, in the form Stripe uses."""
    stamp = int(at.timestamp())
    return f"t={stamp},v1={_digest(body, secret, stamp)}"


def check_signature(body: bytes, header: str, secrets: Iterable[str], *, now: datetime) -> None:
    """Refuse a message that none of our secrets signed within the last five minutes."""
    if len(body) > MAX_BODY:
        raise EventRefused("too_large")
    stamp, signatures = _read_header(header)
    # Every secret is compared with every signature so that timing tells nothing.
    matches = [
        hmac.compare_digest(_digest(body, secret, stamp), signature)
        for secret in secrets
        for signature in signatures
    ]
    if not any(matches):
        raise EventRefused("wrong_signature")
    age = now.timestamp() - stamp
    if age > OLDEST_SECONDS:
        raise EventRefused("too_old")
    if age < -NEWEST_SECONDS:
        raise EventRefused("too_new")


def _read_header(header: str) -> tuple[int, list[str]]:
    if not header or len(header) > MAX_HEADER or not header.isascii():
        raise EventRefused("no_signature")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    if len(stamps) != 1 or not stamps[0].isdecimal() or len(stamps[0]) > 12 or not signatures:
        raise EventRefused("no_signature")
    return int(stamps[0]), signatures


def _digest(body: bytes, secret: str, stamp: int) -> str:
    return hmac.new(secret.encode(), b"%d." % stamp + body, hashlib.sha256).hexdigest()
