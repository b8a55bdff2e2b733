"""The unguessable address of an order: a 256-bit token, of which only the hash is stored.

The token is made from the group's code with the shop's own secret, so that a letter written weeks
later can carry it again. Whoever reads the database without the secret cannot open any order.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

from marketplace.core.ids import token_hash


def token_of(group_code: str, secret: str) -> str:
    """The token that opens this group's page."""
    digest = hmac.new(secret.encode(), f"order:{group_code}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def known_token(group_code: str, stored_hash: str, secrets: Iterable[str]) -> str | None:
    """The token as it was given out, though the secret may have been changed since."""
    tokens = (token_of(group_code, secret) for secret in secrets)
    return next((token for token in tokens if token_hash(token) == stored_hash), None)
