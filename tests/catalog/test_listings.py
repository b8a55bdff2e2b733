"""What visitors see follows what makers own, by differences."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import select, update

from marketplace.catalog import listings, shelves
from marketplace.catalog.models import Listing, Product, ShelfCount, Variant
from marketplace.catalog.search_tables import document, word
from marketplace.catalog.states import ProductState
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.makers.models import Ikm
from marketplace.makers.states import ShopState
from tests import builders


def places() -> set[tuple[int, int]]:
    return {tuple(row) for row in db.session.execute(select(Listing.shelf_id, Listing.product_id))}


def kept() -> dict[tuple[int, str, str], int]:
    """Every count that is not nothing."""
    rows = db.session.execute(select(ShelfCount.__table__).where(ShelfCount.count != 0))
    return {(row.shelf_id, row.facet, row.value): row.count for row in rows}


def words() -> dict[str, int]:
    rows = db.session.execute(select(word.c.word, word.c.count).where(word.c.count != 0))
    return {row.word: row.count for row in rows}


def change(product: Product, **values: object) -> None:
    with transaction():
        db.session.execute(update(Product).where(Product.id == product.id).values(**values))
        listings.relist(product.id, builders.NOON)


def shelf(slug: str) -> int:
    found = shelves.by_slug(slug)
    assert found
    return found.id


def test_a_product_stands_on_its_shelf_on_those_above_and_in_the_market(app: Flask) -> None:
    made = builders.product(category="keripik")
    above = {shelf("keripik"), shelf("makanan"), shelves.MARKET}
    assert places() == {(one, made.id) for one in above}


def test_a_hidden_product_leaves_every_shelf_and_count(app: Flask) -> None:
    made = builders.product()
    change(made, state=ProductState.HIDDEN)
    assert places() == set()
    assert kept() == {}
    assert words() == {}
    assert db.session.execute(select(document)).all() == []


def test_a_shop_that_pauses_takes_all_its_products_along(app: Flask) -> None:
    shop = builders.shop()
    for number in range(3):
        builders.product(f"Keripik nomor {number}", shop=shop)
    for state, expected in ((ShopState.PAUSED, 0), (ShopState.OPEN, 9)):
        with transaction():
            db.session.execute(update(Ikm).values(state=state))
            listings.relist_shop(shop.id, builders.NOON)
        assert len(places()) == expected


def test_a_sold_out_product_stays_but_is_not_ready(app: Flask) -> None:
    made = builders.product()
    builders.shelve(db.session.scalars(select(Variant.id)).one(), 0)
    with transaction():
        listings.relist(made.id, builders.NOON)
    row = db.session.scalars(select(Listing).where(Listing.shelf_id == shelves.MARKET)).one()
    assert (row.in_stock, row.ready) == (False, False)
    assert (shelves.MARKET, "ready", "1") not in kept()
    assert kept()[shelves.MARKET, "all", ""] == 1


def test_moving_to_another_shelf_and_price_moves_the_counts(app: Flask) -> None:
    made = builders.product(price=25_000, category="keripik")
    with transaction():
        db.session.execute(update(Variant).values(price=400_000))
    change(made, category_id=shelf("batik"))
    assert kept()[shelf("batik"), "price", "3"] == 1
    assert (shelf("keripik"), "all", "") not in kept()
    assert Counter(one for one, _ in places()) == {shelves.MARKET: 1, shelf("batik"): 1}


def test_relisting_twice_changes_nothing(app: Flask) -> None:
    made = builders.product()
    before = (places(), kept(), words())
    change(made, name=made.name)
    assert (places(), kept(), words()) == before


def test_rebuilding_everything_gives_what_the_differences_gave(app: Flask) -> None:
    shop = builders.shop()
    builders.product("Keripik salak", shop=shop, price=30_000)
    builders.product("Kain batik cap", shop=shop, price=350_000, category="batik", lead_days=7)
    builders.product("Keripik pisang", shop=shop, stock=0)
    before = (places(), kept(), words())
    with transaction():
        assert listings.rebuild_all(builders.NOON) == 3
    assert (places(), kept(), words()) == before


def test_a_changed_name_changes_the_card_and_the_known_words(app: Flask) -> None:
    made = builders.product("Keripik salak")
    change(made, name="Keripik nangka")
    names = set(db.session.scalars(select(Listing.name)))
    assert names == {"Keripik nangka"}
    assert "nangka" in words()
    assert "salak" not in words()
