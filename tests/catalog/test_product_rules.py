"""Rules of listing a product, on paper."""

from __future__ import annotations

from marketplace.catalog import product_rules as rules
from marketplace.catalog.states import ProductState

HINTS = {1: ["makanan"], 2: ["keripik", "kripik"], 3: ["batik", "kain batik"], 4: ["kain"]}


def test_a_name_points_to_its_shelf() -> None:
    assert rules.guesses("Kripik salak pondoh!", HINTS) == [2]
    assert rules.guesses("Kain batik tulis 2 m", HINTS) == [3, 4]
    assert rules.guesses("Kain batik tulis 2 m", HINTS, departments={3}) == [4, 3]
    assert rules.guesses("Batikan", HINTS) == []
    assert rules.guesses("", HINTS) == []


def test_the_thing_is_named_before_what_it_is_made_of() -> None:
    hints = {1: ["salak", "pondoh"], 2: ["keripik"], 3: ["sambal"], 4: ["kacang"]}
    assert rules.guesses("Keripik salak pondoh", hints) == [2, 1]
    assert rules.guesses("Salak pondoh segar", hints) == [1]
    assert rules.guesses("Sambal pecel kacang", hints) == [3, 4]


def test_three_products_earn_trust() -> None:
    assert not rules.earns_trust(2)
    assert rules.earns_trust(3)


def test_a_trusted_shops_draft_goes_live_and_a_returned_one_is_seen_again() -> None:
    assert rules.first_state(True, ProductState.DRAFT) == ProductState.LIVE
    assert rules.first_state(True, ProductState.RETURNED) == ProductState.REVIEW
    assert rules.first_state(False, ProductState.DRAFT) == ProductState.REVIEW


def test_the_sign_of_a_page_changes_with_what_it_shows() -> None:
    assert rules.fingerprint({"a": 1, "b": 2}) == rules.fingerprint({"b": 2, "a": 1})
    assert rules.fingerprint({"a": 1}) != rules.fingerprint({"a": 2})


def test_a_photo_is_told_by_what_colour_and_how() -> None:
    told = rules.suggested_alt("Kain batik", "Cokelat", 0)
    assert told == "Kain batik, warna cokelat, difoto utuh"
    assert rules.suggested_alt("Teh kelor", "", 2) == "Teh kelor, difoto dari dekat"
    assert len(rules.suggested_alt("k" * 300, "", 0)) == 200


def test_a_size_stands_once_whatever_its_capitals() -> None:
    assert rules.duplicate(["200 gram", "500 gram"]) is None
    assert rules.duplicate(["Merah", " merah "]) == " merah "
