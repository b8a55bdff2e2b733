"""The database walks an index for lists and search; it never reads a table from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text

from marketplace.catalog import lists, search, shelves
from marketplace.catalog.wishes import After, Sort, Wish
from marketplace.core.db import db, dialect
from tests import builders


def plans(act: Callable[[], object]) -> str:
    """How the database goes about every statement of `act`; small tables count as large ones."""
    asked: list[tuple[str, object]] = []

    def note(_: object, __: object, statement: str, values: object, *___: object) -> None:
        asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    explain = "EXPLAIN" if dialect() == "postgresql" else "EXPLAIN QUERY PLAN"
    found = []
    with db.engine.connect() as connection:
        if dialect() == "postgresql":
            connection.execute(text("ANALYZE"))
            connection.execute(text("SET enable_seqscan = off"))
        for statement, values in asked:
            rows = connection.exec_driver_sql(f"{explain} {statement}", values).all()
            found += [str(row[-1]) for row in rows]
    return "\n".join(found)


@pytest.fixture
def shelf_id(app: Flask) -> int:
    """A shelf with enough on it that an index is worth the while."""
    shop = builders.shop()
    for number in range(60):
        builders.product(f"Keripik nomor {number}", shop=shop, price=1000 + number)
    shelf = shelves.by_slug("makanan")
    assert shelf
    return shelf.id


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        (Sort.NEWEST, "ix_listing_new"),
        (Sort.CHEAPEST, "ix_listing_price"),
        (Sort.MOST_SOLD, "ix_listing_sold"),
    ],
)
@pytest.mark.parametrize("place", ["top", "after", "page"])
def test_a_list_walks_the_index_of_its_order(
    shelf_id: int, sort: Sort, index: str, place: str
) -> None:
    after = After(1_000, 1) if place == "after" else None
    wish = Wish(shelf_id=shelf_id, sort=sort, after=after, page=2 if place == "page" else 1)
    plan = plans(lambda: lists.shelf_page(wish))
    assert index in plan
    assert not re.search(r"Seq Scan on listing|SCAN listing(?! USING)", plan)
    assert (
        "TEMP B-TREE FOR ORDER BY" not in plan.replace("LAST TERM OF ", "").split("shelf_count")[0]
    )


def test_the_figures_of_a_shelf_are_looked_up(shelf_id: int) -> None:
    plan = plans(lambda: lists.shelf_counts(Wish(shelf_id=shelf_id)))
    assert re.search(r"pk_shelf_count|SEARCH shelf_count USING", plan)
    assert not re.search(r"Seq Scan on shelf_count|SCAN shelf_count", plan)


def test_search_goes_through_the_full_text_index(shelf_id: int) -> None:
    plan = plans(lambda: search.search("keripik nomor", Wish(sort=Sort.SUITABLE)))
    assert re.search(r"ix_search_document_words|search_index VIRTUAL TABLE INDEX", plan)
    assert not re.search(r"Seq Scan on (search_document|listing)|SCAN listing", plan)
