"""Names for things that leave the house: short codes, secret tokens and slugs."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # no 0 1 i l o u: nothing to mistake on the phone


def new_code() -> str:
    """Ten characters that name a thing in an address; a code is no permission."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


def new_token() -> str:
    """A 256-bit secret that opens something without sign-in; only its hash is stored."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token: tokens are random, so one round of SHA-256 suffices."""
    return hashlib.sha256(token.encode()).hexdigest()


def slugify(text: str, longest: int = 60) -> str:
    """Lower-case words joined by hyphens, cut between words: "Teh Kelor!" -> teh-kelor."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    slug = ""
    for word in words:
        if len(slug) + len(word) + 1 > longest:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or (words[0][:longest] if words else "tanpa-nama")
