"""The store for finished pictures: what it promises, whichever store it is."""

import re
from typing import Protocol

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_LONGEST_KEY = 200

# A key never changes its content, so browsers and proxies may keep a picture for good.
CACHE_CONTROL = "public, max-age=31536000, immutable"


class StorageDown(Exception):
    """The store does not answer or takes nothing at present; trying later may help."""


class Missing(Exception):
    """There is nothing under that key."""


class BadKey(Missing, ValueError):
    """No such key can exist: it would lead out of the store or is no key at all."""


class KeyTaken(Exception):
    """Something else is stored under that key, and what is stored never changes."""


class Storage(Protocol):
    """Keeps bytes under a key, written once. Every method may raise `StorageDown`."""

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store for good: the same bytes again are welcome, others raise `KeyTaken`."""

    def get(self, key: str) -> bytes:
        """The stored bytes, or `Missing`."""

    def exists(self, key: str) -> bool:
        """Whether something is stored under that key."""

    def delete(self, key: str) -> None:
        """Forget the key; forgetting what is not there is fine."""

    def url(self, key: str) -> str:
        """Where browsers find it."""

    def ready(self) -> None:
        """Return when the store takes and gives; raise `StorageDown` when it does not."""

    def close(self) -> None:
        """Let go of what the store holds open, at the end of a run."""


def checked_key(key: str) -> str:
    """A key is a path of plain names; nothing in it can climb out of the store."""
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise BadKey(key)
    return key
