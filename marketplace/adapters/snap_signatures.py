"""Signatures of SNAP, Bank Indonesia's standard for open payment interfaces.

A token is asked for with a signature of our own key over `client|time`. With the token every other
request is signed by a shared secret over method, path, token, digest of the body and time. What the
provider sends us carries its own key's signature over the same, without the token.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from marketplace.orders.rules import WIB

_PARTS = re.compile(rb'("(?:[^"\\]|\\.)*")|\s+', re.DOTALL)  # a text, or space outside of texts


def stamp(moment: datetime) -> str:
    """The time as SNAP writes it: Jakarta's, to the second, with its offset."""
    return moment.astimezone(WIB).isoformat(timespec="seconds")


def minified(body: bytes) -> bytes:
    """JSON without the spaces between its parts; each part stays as its sender wrote it."""
    return _PARTS.sub(rb"\1", body)


def token_string(client_id: str, at: str) -> str:
    """What is signed to be given a token."""
    return f"{client_id}|{at}"


def service_string(method: str, path: str, token: str, body: bytes, at: str) -> str:
    """What is signed with every request; `token` is empty for messages to us."""
    digest = hashlib.sha256(minified(body) if body else b"").hexdigest()
    return ":".join([method.upper(), path, *([token] if token else []), digest, at])


def by_secret(words: str, secret: str) -> str:
    """The signature of a secret that both sides know."""
    mac = hmac.new(secret.encode(), words.encode(), hashlib.sha512)
    return base64.b64encode(mac.digest()).decode()


def by_key(words: str, private_pem: bytes) -> str:
    """The signature of our own key."""
    key = serialization.load_pem_private_key(private_pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("SNAP signs with RSA keys")
    signed = key.sign(words.encode(), padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(signed).decode()


def is_of(words: str, signature: str, public_pem: bytes) -> bool:
    """Whether the owner of this key signed these words."""
    key = serialization.load_pem_public_key(public_pem)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("SNAP signs with RSA keys")
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, words.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
