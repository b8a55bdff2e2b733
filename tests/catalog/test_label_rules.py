"""What a label must say, and numbers that cannot be true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from marketplace.catalog.labels import rules
from marketplace.catalog.labels.rules import Content, Item, Kind
from marketplace.core.errors import Invalid

TODAY = date(2026, 11, 22)
BLANK = Content(
    kind=Kind.FOOD,
    name="Keripik",
    address="Turi",
    net="",
    ingredients="",
    permit="",
    halal="",
    batch="",
    best_before=None,
    claims_halal=False,
    shelf_days=180,
    fresh=False,
)


def test_packaged_food_says_everything() -> None:
    assert rules.missing(BLANK) == [
        Item.NET,
        Item.INGREDIENTS,
        Item.PERMIT,
        Item.BATCH,
        Item.BEST_BEFORE,
    ]


def test_what_keeps_less_than_a_week_has_no_pirt_number() -> None:
    assert Item.PERMIT not in rules.missing(replace(BLANK, shelf_days=6))
    assert Item.PERMIT in rules.missing(replace(BLANK, shelf_days=7))


def test_fresh_fruit_says_weight_maker_and_batch() -> None:
    assert rules.missing(replace(BLANK, fresh=True)) == [Item.NET, Item.BATCH]


def test_who_says_halal_names_the_certificate() -> None:
    assert Item.HALAL in rules.missing(replace(BLANK, claims_halal=True))
    assert Item.HALAL not in rules.missing(replace(BLANK, claims_halal=True, halal="ID341"))


def test_a_basket_says_its_name_and_its_maker() -> None:
    assert rules.missing(replace(BLANK, kind=Kind.CRAFT)) == []
    assert rules.missing(replace(BLANK, kind=Kind.CRAFT, address="")) == [Item.ADDRESS]


def test_soap_always_names_its_permit() -> None:
    assert Item.PERMIT in rules.missing(replace(BLANK, kind=Kind.CARE, shelf_days=3))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (["makanan-camilan", "keripik"], Kind.FOOD),
        (["minuman-herbal", "kopi"], Kind.FOOD),
        (["aksesori", "perawatan-badan"], Kind.CARE),
        (["batik-kain", "kain-batik"], Kind.CRAFT),
        ([], Kind.CRAFT),
    ],
)
def test_the_shelf_says_what_kind_of_label_it_is(path: list[str], kind: Kind) -> None:
    assert rules.kind_of(path) == kind


@pytest.mark.parametrize(
    "typed",
    ["2063404011234-28", "206340401123428", "P-IRT No. 2063404011234-28", "206 3404 01 1234 28"],
)
def test_a_pirt_number_is_taken_however_it_is_typed(typed: str) -> None:
    number = rules.permit(typed, Kind.FOOD, TODAY)
    assert rules.written(number) == "2063404011234-28"
    assert rules.pirt_region(number) == "34.04"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("20634040112342", "label_pirt_form"),  # a digit short
        ("2063404011234288", "label_pirt_form"),
        ("906340401123428", "label_pirt_form"),  # no such packaging
        ("٢٠٦٣٤٠٤٠١١٢٣٤٢٨", "label_pirt_form"),
        ("206340401123425", "label_pirt_over"),
    ],
)
def test_a_pirt_number_that_cannot_be_true_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.permit(typed, Kind.FOOD, TODAY)
    assert refused.value.code == code


def test_a_pirt_number_of_this_year_is_still_good() -> None:
    assert rules.permit("206340401123426", Kind.FOOD, TODAY)


def test_bpom_numbers_begin_with_letters_and_soap_takes_no_other() -> None:
    assert rules.permit("BPOM RI MD 123456789012", Kind.FOOD, TODAY) == "MD123456789012"
    assert rules.permit("NA18201234567", Kind.CARE, TODAY) == "NA18201234567"
    with pytest.raises(Invalid, match="label_bpom_form"):
        rules.permit("206340401123428", Kind.CARE, TODAY)


@pytest.mark.parametrize("number", ["8991234567891", "4006381333931", "0000000000000"])
def test_a_barcode_number_with_the_right_last_digit_is_taken(number: str) -> None:
    assert rules.ean(number) == number


@pytest.mark.parametrize("place", range(12))
def test_one_wrong_digit_of_a_barcode_number_is_seen(place: int) -> None:
    number = "8991234567891"
    wrong = str((int(number[place]) + 1) % 10)
    with pytest.raises(Invalid, match="label_ean_check"):
        rules.ean(number[:place] + wrong + number[place + 1 :])


def test_a_barcode_number_has_thirteen_digits() -> None:
    assert rules.ean("899 1234 567891") == "8991234567891"
    for typed in ("899123456789", "89912345678911", "899123456789a", "٨٩٩١٢٣٤٥٦٧٨٩١"):
        with pytest.raises(Invalid, match="label_ean_form"):
            rules.ean(typed)


def test_the_best_before_day_lies_ahead() -> None:
    assert rules.best_before(date(2026, 11, 23), TODAY)
    assert rules.best_before(None, TODAY) is None
    for day, code in ((TODAY, "label_past"), (date(2037, 1, 1), "label_too_far")):
        with pytest.raises(Invalid, match=code):
            rules.best_before(day, TODAY)


def test_a_halal_number_has_letters_and_digits() -> None:
    assert rules.halal("id 3411 0000 1234 56789") == "ID34110000123456789"
    with pytest.raises(Invalid, match="label_halal_form"):
        rules.halal("halal!")
