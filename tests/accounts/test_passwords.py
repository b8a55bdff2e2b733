"""A password is long, not everybody's, and checked at the same cost for strangers."""

from __future__ import annotations

import gzip

import pytest

from marketplace.accounts import passwords
from marketplace.core.errors import Invalid


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("pendek", "password_short"),
        ("x" * 257, "password_long"),
        ("aaaaaaaaaaaa", "password_common"),
        ("abcabcabcabc", "password_common"),
        ("0123456789", "password_common"),
        ("1234567890", "password_common"),
        ("Password123!", "password_common"),
        ("rahasia2024", "password_common"),
        ("BISMILLAH99", "password_common"),
        ("sayangku!!!!", "password_common"),
        ("asihlestari1", "password_personal"),
        ("guyubbatik12", "password_personal"),
        ("batik-sleman-9", "password_personal"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.must_be_strong(password, about=("Asih Lestari", "asih"))
    assert refused.value.code == code


@pytest.mark.parametrize(
    "password",
    ["kawung-truntum-ceplok", "tiga kelinci makan wortel", "ژألف باء جيم دال", "x9!Kq2#mVt"],
)
def test_a_password_of_ones_own_is_taken_without_rules_of_composition(password: str) -> None:
    passwords.must_be_strong(password, about=("Asih Lestari", "asih"))


def test_the_list_of_common_passwords_holds_more_than_ten_thousand() -> None:
    words = gzip.decompress(passwords.COMMON.read_bytes()).split()
    assert len(words) > 10_000
    assert passwords.is_common("rahasia")


def test_a_hash_opens_for_its_password_only() -> None:
    stored = passwords.make_hash("tiga kelinci makan wortel")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(stored, "tiga kelinci makan wortel")
    assert not passwords.matches(stored, "tiga kelinci makan bayam")
    assert not passwords.matches(None, "tiga kelinci makan wortel")
    assert not passwords.matches("!", "!")


def test_a_hash_with_weaker_settings_is_outdated() -> None:
    weaker = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    assert passwords.is_outdated(weaker)
    assert not passwords.is_outdated(passwords.make_hash("tiga kelinci makan wortel"))


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    assert passwords.matches(
        passwords.make_hash("kafe\u0301 di pojok pasar"), "kafé di pojok pasar"
    )
