"""Secrets at rest: sealed with a key that follows from SECRET_KEY, and opened with old ones too.

A sealed value is: one byte version, four bytes that name the key, twelve of nonce, then AES-GCM.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NAME_BYTES, NONCE_BYTES = 4, 12
_keys: list[tuple[bytes, bytes]] = []  # (name, key), today's first


class CannotOpen(Exception):
    """The seal is broken, meant for something else, or its key is gone."""


def use_keys(secret: str, *older: str) -> None:
    """Say at start which secrets there are, today's first."""
    _keys[:] = [_derived(value) for value in (secret, *older)]


def seal(plain: bytes, *, purpose: str) -> bytes:
    """Close a secret; only the same purpose opens it."""
    name, key = _keys[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + name + nonce + _cipher(key).encrypt(nonce, plain, purpose.encode())


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """Open a secret with the key it names."""
    start = len(VERSION) + NAME_BYTES
    name, nonce = sealed[len(VERSION) : start], sealed[start : start + NONCE_BYTES]
    for known, key in _keys:
        if known == name and sealed[:1] == VERSION:
            try:
                body = sealed[start + NONCE_BYTES :]
                return _cipher(key).decrypt(nonce, body, purpose.encode())
            except Exception:  # a broken seal has its own class there, a short one is a ValueError
                break
    raise CannotOpen


def _cipher(key: bytes) -> AESGCM:
    """Loaded when the first secret is opened: most processes never need it, and it is heavy."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _derived(secret: str) -> tuple[bytes, bytes]:
    """A key of its own for sealing, and a name that says nothing about it (HMAC-SHA-256)."""
    key = hmac.digest(secret.encode(), b"guyub sealing key 1", "sha256")
    return hmac.digest(secret.encode(), b"guyub sealing name 1", "sha256")[:NAME_BYTES], key
