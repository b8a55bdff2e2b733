"""A sealed secret opens with its key and for its purpose, and with no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from marketplace.accounts import sealing


@pytest.fixture(autouse=True)
def _keys() -> Iterator[None]:
    kept = list(sealing._keys)
    yield
    sealing._keys[:] = kept


def test_a_secret_comes_back_with_its_key() -> None:
    sealing.use_keys("today")
    assert sealing.unseal(sealing.seal(b"rahasia", purpose="a"), purpose="a") == b"rahasia"


def test_a_secret_sealed_before_the_key_changed_still_opens() -> None:
    sealing.use_keys("yesterday")
    sealed = sealing.seal(b"rahasia", purpose="a")
    sealing.use_keys("today", "yesterday")
    assert sealing.unseal(sealed, purpose="a") == b"rahasia"


def test_a_secret_does_not_open_for_another_purpose_key_or_letter() -> None:
    sealing.use_keys("today")
    sealed = sealing.seal(b"rahasia", purpose="a")
    broken = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for body, purpose in ((sealed, "b"), (broken, "a"), (b"", "a"), (sealed[:20], "a")):
        with pytest.raises(sealing.CannotOpen):
            sealing.unseal(body, purpose=purpose)
    sealing.use_keys("tomorrow")
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(sealed, purpose="a")


def test_the_same_secret_never_looks_the_same() -> None:
    sealing.use_keys("today")
    assert sealing.seal(b"x", purpose="a") != sealing.seal(b"x", purpose="a")
