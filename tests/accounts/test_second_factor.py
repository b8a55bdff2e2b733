"""A code opens once; a spare code too."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from marketplace.accounts import people, second_factor
from marketplace.core.errors import Invalid
from marketplace.core.work import transaction
from tests import builders
from tests.builders import NOON


def enrolled() -> tuple[int, str, list[str]]:
    person_id, secret = builders.person(), second_factor.new_secret()
    with transaction():
        code = pyotp.TOTP(secret).at(NOON)
        codes = second_factor.set_up(people.locked(person_id), secret, code, now=NOON)
    return person_id, secret, codes


def test_a_code_opens_once(app: Flask) -> None:
    person_id, secret, _ = enrolled()
    later = NOON + timedelta(seconds=30)
    code = pyotp.TOTP(secret).at(later)
    with transaction():
        assert not second_factor.open_with(people.locked(person_id), code, now=later)
    with pytest.raises(Invalid, match="code_used"), transaction():
        second_factor.open_with(people.locked(person_id), code, now=later)


def test_the_code_that_set_it_up_opens_nothing_more(app: Flask) -> None:
    person_id, secret, _ = enrolled()
    with pytest.raises(Invalid, match="code_used"), transaction():
        second_factor.open_with(people.locked(person_id), pyotp.TOTP(secret).at(NOON), now=NOON)


@pytest.mark.parametrize(
    "typed", ["", "000000", "12345", "١٢٣٤٥٦", "abcd-efgh-ijkl-mnop", "x" * 500]
)
def test_a_wrong_code_opens_nothing(app: Flask, typed: str) -> None:
    person_id, _, _ = enrolled()
    with pytest.raises(Invalid, match="code_wrong"), transaction():
        second_factor.open_with(people.locked(person_id), typed, now=NOON)


def test_an_old_code_is_over(app: Flask) -> None:
    person_id, secret, _ = enrolled()
    code, later = pyotp.TOTP(secret).at(NOON + timedelta(minutes=2)), NOON + timedelta(minutes=4)
    with pytest.raises(Invalid, match="code_wrong"), transaction():
        second_factor.open_with(people.locked(person_id), code, now=later)


def test_each_of_ten_spare_codes_opens_once_however_it_is_copied(app: Flask) -> None:
    person_id, _, codes = enrolled()
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 16 for code in codes)  # 80 bits in base 32
    with transaction():
        assert second_factor.open_with(
            people.locked(person_id), codes[0].upper().replace("-", " "), now=NOON
        )
    assert second_factor.spare_codes_left(person_id) == 9
    with pytest.raises(Invalid, match="code_wrong"), transaction():
        second_factor.open_with(people.locked(person_id), codes[0], now=NOON)


def test_the_secret_is_sealed_in_the_database(app: Flask) -> None:
    person_id, secret, _ = enrolled()
    with transaction():
        assert secret.encode() not in (people.locked(person_id).totp_secret or b"")
    assert second_factor.code_of(person_id, now=NOON) == pyotp.TOTP(secret).at(NOON)
