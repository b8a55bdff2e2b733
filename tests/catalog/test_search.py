"""Search finds what people mean, on both databases alike."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.catalog import search, shelves, words
from marketplace.catalog.wishes import PAGE, Sort, Wish
from marketplace.core.db import db
from tests import builders
from tests.counting import statements

SUITABLE = Wish(sort=Sort.SUITABLE)


def names(typed: str, wish: Wish = SUITABLE) -> list[str]:
    return [row.name for row in search.search(typed, wish).rows]


@pytest.fixture
def market(app: Flask) -> None:
    """A few products of one shop."""
    shop = builders.shop()
    builders.product("Keripik salak pondoh", shop=shop, price=25_000)
    builders.product("Keripik pisang manis", shop=shop, price=15_000)
    builders.product("Tas anyaman mendong", shop=shop, price=120_000, category="batik", lead_days=5)
    builders.product(
        "Kain batik tulis",
        shop=shop,
        price=450_000,
        category="batik",
        stock=0,
        description="Motif salak dari lereng Merapi.",
    )


@pytest.mark.usefixtures("market")
def test_another_spelling_finds_what_the_shop_wrote() -> None:
    assert names("kripik salak pondo") == ["Keripik salak pondoh"]


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("typed", ["anyaman", "menganyam", "anyam", "ANYAMAN!", "dianyam"])
def test_any_form_of_a_word_finds_it(typed: str) -> None:
    assert names(typed) == ["Tas anyaman mendong"]


@pytest.mark.usefixtures("market")
def test_a_name_ranks_before_a_description() -> None:
    assert names("salak") == ["Keripik salak pondoh", "Kain batik tulis"]


@pytest.mark.usefixtures("market")
def test_the_shop_and_the_category_are_found_too() -> None:
    assert len(names("dapur citra")) == 4
    assert set(names("makanan")) == {"Keripik salak pondoh", "Keripik pisang manis"}


@pytest.mark.usefixtures("market")
def test_a_misspelt_word_is_mended_and_says_so() -> None:
    found = search.search("keripik slaak", SUITABLE)
    assert (found.text, found.mended) == ("keripik salak", True)
    assert [row.name for row in found.rows] == ["Keripik salak pondoh"]


@pytest.mark.usefixtures("market")
def test_a_word_that_nobody_uses_is_left_out_and_named() -> None:
    found = search.search("keripik zzyzxqwv", SUITABLE)
    assert found.left_out == ("zzyzxqwv",)
    assert found.total == 2


@pytest.mark.usefixtures("market")
def test_words_that_never_meet_find_what_is_near() -> None:
    found = search.search("anyaman pisang", SUITABLE)
    assert found.loosened
    assert {row.name for row in found.rows} == {"Tas anyaman mendong", "Keripik pisang manis"}


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("typed", ["", "   ", "!!!", "☃", "wkwkwkwkwkwk", '"', "*", "a:b & | ! ()"])
def test_nothing_sensible_finds_nothing_and_breaks_nothing(typed: str) -> None:
    assert names(typed) == []


@pytest.mark.usefixtures("market")
def test_filters_narrow_and_counts_follow() -> None:
    found = search.search("keripik", SUITABLE)
    assert found.counts["price"] == {"0": 2}
    assert found.counts["district"] == {"34.04.07": 2}
    assert found.counts["ready"] == {"1": 2}
    food = shelves.by_slug("makanan")
    assert food
    assert found.counts["shelf"] == {str(food.id): 2}
    assert names("keripik", Wish(sort=Sort.SUITABLE, highest=20_000)) == ["Keripik pisang manis"]
    assert names("salak", Wish(sort=Sort.SUITABLE, ready=True)) == ["Keripik salak pondoh"]
    assert names("salak", Wish(sort=Sort.SUITABLE, shelf_id=food.id)) == ["Keripik salak pondoh"]
    assert names("salak", Wish(sort=Sort.SUITABLE, district="34.04.12")) == []


@pytest.mark.usefixtures("market")
def test_every_order_is_the_order_it_says() -> None:
    assert names("keripik", Wish(sort=Sort.CHEAPEST))[0] == "Keripik pisang manis"
    assert names("keripik", Wish(sort=Sort.NEWEST))[0] == "Keripik pisang manis"
    assert len(names("keripik", Wish(sort=Sort.MOST_SOLD))) == 2


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_follow_each_other_without_gap_or_repeat(app: Flask, sort: Sort) -> None:
    shop = builders.shop()
    made = PAGE * 2 + 5
    for number in range(made):
        builders.product(f"Keripik {number}", shop=shop, price=1000 + number % 7)
    seen: list[int] = []
    wish = Wish(sort=sort)
    while True:
        found = search.search("keripik", wish)
        assert found.total == made
        seen += [row.product_id for row in found.rows]
        if found.after is None:
            break
        wish = Wish(sort=sort, after=found.after)
    assert len(seen) == len(set(seen)) == made


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize(
    ("typed", "most"), [("keripik salak", 1), ("kripik slaak", 3), ("anyaman pisang", 3), ("zz", 3)]
)
def test_a_search_asks_at_most_three_things(typed: str, most: int) -> None:
    search.search("keripik", SUITABLE)  # the category tree is read once by every process
    with statements(db) as seen:
        search.search(typed, SUITABLE)
    assert len(seen) <= most


def test_words_are_folded_stemmed_and_freed_of_filling() -> None:
    assert words.basic("Kripik dan ANYAMAN yang dijahit, 250g") == [
        "keripik",
        "anyam",
        "jahit",
        "250g",
    ]
    assert words.asked("salak salak salak") == ["salak"]
    assert len(words.asked(" ".join(f"kata{n}" for n in range(50)))) == words.MOST_ASKED
