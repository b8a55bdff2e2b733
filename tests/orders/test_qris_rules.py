"""A QRIS code is read as EMV wrote it down; a wrong letter, country or kind is refused by name.

The first golden payload is the worked example of EMVCo's "EMV QR Code Specification for Payment
Systems: Merchant-Presented Mode"; 29B1 is the check value of this CRC in the public catalogue of
CRC algorithms (reveng). The Indonesian ones are our own, of an invented merchant.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.errors import Invalid
from marketplace.core.money import MAX_RUPIAH
from marketplace.orders.qris import rules
from tests.orders.qris_codes import OURS, code

EMV_EXAMPLE = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN"
    "5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412"
    "340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A"
)
WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=25)


def test_the_checksum_is_that_of_the_public_catalogue() -> None:
    assert rules.checksum("123456789") == "29B1"


def test_the_worked_example_of_emv_is_read_letter_by_letter() -> None:
    elements = dict(rules.elements_of(EMV_EXAMPLE))
    assert elements["59"] == "BEST TRANSPORT"
    assert elements["54"] == "23.72"
    assert dict(rules.elements_of(elements["64"])) == {"00": "ZH", "01": "最佳运输", "02": "北京"}
    assert rules.checksum(EMV_EXAMPLE[:-4]) == elements["63"] == "A13A"
    assert rules.sealed(rules.elements_of(EMV_EXAMPLE)[:-1]) == EMV_EXAMPLE


def test_our_code_is_named_as_people_know_it() -> None:
    found = rules.read(f"  {OURS}\n")
    assert (found.merchant, found.city) == ("GUYUB CONTOH", "SLEMAN")
    assert found.networks == ("ID.CO.CONTOH.WWW", "ID.CO.QRIS.WWW")
    assert found.national_id == "ID1020304050607"


@given(WORDS, WORDS)
def test_every_name_and_city_come_back_as_they_were(merchant: str, city: str) -> None:
    if not (merchant.strip() and city.strip()):
        return
    found = rules.read(code(merchant=merchant, city=city))
    assert (found.merchant, found.city) == (merchant.strip(), city.strip())


@given(st.data())
def test_one_wrong_letter_is_always_noticed(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(OURS) - 1))
    letter = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    if letter.upper() == OURS[place].upper():
        return
    with pytest.raises(Invalid, match="qris_"):
        rules.read(OURS[:place] + letter + OURS[place + 1 :])


@given(st.integers(0, len(OURS) - 1))
def test_a_code_cut_short_is_always_noticed(length: int) -> None:
    with pytest.raises(Invalid, match="qris_"):
        rules.read(OURS[:length])


@given(st.text(max_size=80))
def test_any_scribble_is_refused_with_a_reason(scribble: str) -> None:
    with pytest.raises(Invalid, match="qris_"):
        rules.read(scribble)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"method": "12"}, "qris_one_sale"),
        ({"amount": "50000"}, "qris_one_sale"),
        ({"tip": "01"}, "qris_tip"),
        ({"currency": "840"}, "qris_foreign"),
        ({"country": "SG"}, "qris_foreign"),
        ({"merchant": " "}, "qris_no_merchant"),
        ({"accounts": {}}, "qris_no_merchant"),
        ({"accounts": {"26": "xx"}}, "qris_broken"),
    ],
)
def test_a_code_that_is_not_for_us_is_refused_by_name(wrong: dict[str, str], reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        rules.read(code(**wrong))


def test_a_code_that_says_one_thing_twice_or_begins_with_another_is_refused() -> None:
    elements = rules.elements_of(OURS)[:-1]
    with pytest.raises(Invalid, match="qris_broken"):
        rules.read(rules.sealed([*elements, elements[-1]]))
    with pytest.raises(Invalid, match="qris_not_one"):
        rules.read(rules.sealed([*elements[1:], elements[0]]))


@given(st.integers(1, MAX_RUPIAH))
def test_an_amount_is_put_in_at_its_place_and_sealed_again(rupiah: int) -> None:
    made = rules.with_amount(OURS, rupiah)
    elements = rules.elements_of(made)
    values = dict(elements)
    assert [name for name, _ in elements] == sorted(values)
    assert (values["54"], values["01"]) == (str(rupiah), "12")
    assert rules.checksum(made[:-4]) == values["63"]
    kept = {name: value for name, value in elements if name not in ("01", "54", "63")}
    before = dict(rules.elements_of(OURS))
    assert kept == {name: before[name] for name in kept}


@pytest.mark.parametrize("rupiah", [0, -1, MAX_RUPIAH + 1])
def test_no_code_is_made_for_an_amount_nobody_can_pay(rupiah: int) -> None:
    with pytest.raises(ValueError, match=str(rupiah)):
        rules.with_amount(OURS, rupiah)
