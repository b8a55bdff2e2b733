"""Passwords: long, not one that everybody uses, and stored so that guessing is dear.

Argon2id, two rounds over 19 MiB, as ASVS asks. Hashing takes a moment on purpose, so callers do it
before they open a transaction.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from marketplace.core.errors import Invalid

SHORTEST, LONGEST = 10, 256
COMMON = Path(__file__).parent / "data" / "common_passwords.txt.gz"
CONTEXT = (
    "guyub",
    "borong",
    "bareng",
    "batik",
    "perajin",
    "sleman",
    "yogyakarta",
    "jogja",
    "dinas",
)
LEAST_OF_ONES_OWN = 5  # letters that are neither a name we know nor a number
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The hash of a random word that was thrown away: strangers wait as long as everybody.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$j1SPvL0e0"
    "lHT5EbHHSJlNA$kDY7LP/KDc0UQ2Nq2A5mH3GjOAXsm1KqhNch1+qQXMM"
)


def make_hash(password: str) -> str:
    """What is stored of a password."""
    return HASHER.hash(_same(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; a stranger's takes as long and never is."""
    try:
        return HASHER.verify(stored or NOBODY, _same(password)) and stored is not None
    except InvalidHashError:
        return matches(None, password)  # an account without password, closed or imported
    except VerificationError:
        return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return HASHER.check_needs_rehash(stored)


def must_be_strong(password: str, *, field: str = "password", about: tuple[str, ...] = ()) -> None:
    """Refuse a password that is short, common, a pattern, or made of the person's own words."""
    text = _same(password)
    if len(text) < SHORTEST:
        raise Invalid("password_short", field=field, least=SHORTEST)
    if len(text) > LONGEST:
        raise Invalid("password_long", field=field, most=LONGEST)
    folded = text.lower()
    if is_common(folded) or _is_pattern(folded):
        raise Invalid("password_common", field=field)
    rest = folded
    for word in sorted({*CONTEXT, *_words(about)}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if rest != folded and sum(letter.isalpha() for letter in rest) < LEAST_OF_ONES_OWN:
        raise Invalid("password_personal", field=field)


def is_common(folded: str) -> bool:
    """Whether many people use it, as it is or with signs and numbers around it: Rahasia2024!"""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    return any(
        b"\n" + word.encode() + b"\n" in _common() for word in {folded, core} if len(word) >= 4
    )


def _is_pattern(folded: str) -> bool:
    """aaaaaaaaaa, 1212121212, abcabcabcabc, 0123456789, 9876543210."""
    if any(re.fullmatch(rf"(.{{{size}}})\1+.{{0,{size}}}", folded) for size in range(1, 5)):
        return True
    steps = {ord(b) - ord(a) for a, b in zip(folded, folded[1:], strict=False)}
    return steps in ({1}, {-1})


def _words(about: tuple[str, ...]) -> set[str]:
    """The parts of a name or an address that are long enough to be meant."""
    return {
        word for text in about for word in re.split(r"[\W\d_]+", text.lower()) if len(word) >= 4
    }


def _same(password: str) -> str:
    """One spelling of what looks the same, whichever keyboard typed it."""
    return unicodedata.normalize("NFKC", password)


@cache
def _common() -> bytes:
    """One block of text takes a tenth of the memory of a set, and is asked at sign-up only."""
    return b"\n" + gzip.decompress(COMMON.read_bytes())
