"""How many products stand on a shelf, in all and by facet: kept by differences, never counted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import SQLCoreOperations

from marketplace.catalog import shelves
from marketplace.catalog.cards import Card, counted_under
from marketplace.catalog.models import Category, Listing, ListingFacet, ShelfCount
from marketplace.catalog.rules import PRICE_STEPS
from marketplace.core.db import db, dialect, read

MOST_DISTRICTS = 12
FRESH_SECONDS = 1.0

Counted = Counter[tuple[int, str, str]]  # shelf, facet, value
Counts = dict[str, dict[str, int]]  # facet -> value -> products; "shelf" by the child's id
_listing: Any = Listing.__table__
_facet: Any = ListingFacet.__table__
_category: Any = Category.__table__
_count: Any = ShelfCount.__table__


_here = (_count.c.shelf_id == bindparam("shelf"), _count.c.count > 0)
_of_districts = (
    select(_count.c.facet, _count.c.value, _count.c.count)
    .where(*_here, _count.c.facet == "district")
    .order_by(_count.c.count.desc(), _count.c.value)
    .limit(MOST_DISTRICTS)
    .subquery()
)
_KEPT = union_all(
    select(_count.c.facet, _count.c.value, _count.c.count).where(
        *_here, _count.c.facet != "district"
    ),
    select(_of_districts),
)
_fresh: dict[int, tuple[float, Counts]] = {}  # by shelf, and until when


def kept(shelf_id: int) -> Counts:
    """The figures of a shelf; what another process changed is seen within a second."""
    until, found = _fresh.get(shelf_id, (0.0, {}))
    if time.monotonic() >= until:
        found = as_table(read(_KEPT, {"shelf": shelf_id}))
        _fresh[shelf_id] = (time.monotonic() + FRESH_SECONDS, found)
    return found


def forget() -> None:
    """Read the figures anew at the next question."""
    _fresh.clear()


def as_table(rows: Iterable[Any]) -> Counts:
    """Rows of facet, value and count as a table to look up."""
    found: Counts = {}
    for facet, value, count in rows:
        found.setdefault(facet, {})[value] = count
    return found


def wanted(cards: Iterable[Card]) -> Counted:
    """What these products should count for."""
    found: Counted = Counter()
    for card in cards:
        for shelf in card.shelves:
            found.update((shelf, *facet) for facet in card.facets)
            found.update(_in_parent(shelf))
    return found


def of(ids: Sequence[int]) -> Counted:
    """What these products count for as they are listed now."""
    answers: dict[int, list[tuple[str, str]]] = {}
    for row in db.session.execute(select(_facet).where(_facet.c.product_id.in_(ids))):
        answers.setdefault(row.product_id, []).append((row.facet, row.value))
    found: Counted = Counter()
    for row in db.session.execute(select(_listing).where(_listing.c.product_id.in_(ids))):
        facets = counted_under(
            row.district_code, row.price, row.ready, answers.get(row.product_id, ())
        )
        found.update((row.shelf_id, *facet) for facet in facets)
        found.update(_in_parent(row.shelf_id))
    return found


def _in_parent(shelf_id: int) -> list[tuple[int, str, str]]:
    """A product on a shelf is also counted where that shelf hangs, so that menus show figures."""
    shelf = shelves.tree().get(shelf_id)
    return [(shelf.parent_id or shelves.MARKET, "shelf", str(shelf_id))] if shelf else []


def move(before: Counted, after: Counted) -> None:
    """Add the differences, always in the same order so that two acts never wait for each other."""
    rows = [
        {"shelf_id": shelf, "facet": facet, "value": value, "count": by}
        for shelf, facet, value in sorted(set(before) | set(after))
        if (by := after[shelf, facet, value] - before[shelf, facet, value])
    ]
    if rows:
        new = (postgresql if dialect() == "postgresql" else sqlite).insert(_count)
        statement = new.on_conflict_do_update(
            index_elements=list(_count.primary_key),
            set_={"count": _count.c.count + new.excluded.count},
        )
        db.session.execute(statement, rows)
        forget()


def rebuild() -> None:
    """Count everything once, after a large import."""
    forget()
    db.session.execute(delete(_count))
    parent = func.coalesce(_category.c.parent_id, shelves.MARKET)
    hanging = (
        select(parent, literal("shelf"), cast(_listing.c.shelf_id, String(80)), func.count())
        .join_from(_listing, _category, _category.c.id == _listing.c.shelf_id)
        .group_by(parent, _listing.c.shelf_id)
    )
    for counted in [*grouped(_listing, shelf=_listing.c.shelf_id), hanging]:
        names = ["shelf_id", "facet", "value", "count"]
        db.session.execute(insert(_count).from_select(names, counted))


def grouped(hit: Any, *, shelf: Any = None, answers: bool = True) -> list[Select[Any]]:
    """One statement for each facet that counts the rows of `hit`, shelf by shelf if one is named.

    Their columns are (shelf_id,) facet, value, count; `hit` has product_id, category_id,
    district_code, price and ready. Of products found by filters or words, the categories are
    counted as "leaf", and `below` says what that means for a shelf.
    """
    parts = [
        (literal("all"), literal(""), hit, []),
        (literal("district"), hit.c.district_code, hit, []),
        (literal("price"), band_column(hit.c.price), hit, []),
        (literal("ready"), literal("1"), hit, [hit.c.ready]),
    ]
    if answers:
        answered = hit.join(_facet, _facet.c.product_id == hit.c.product_id)
        parts.append((literal("a:") + _facet.c.facet, _facet.c.value, answered, []))
    if shelf is None:
        parts.append((literal("leaf"), hit.c.category_id, hit, []))
    first = [] if shelf is None else [shelf.label("shelf_id")]
    counted = {
        facet.value if isinstance(facet, BindParameter) else "": select(
            *first,
            facet.label("facet"),
            cast(value, String(80)).label("value"),
            func.count().label("count"),
        )
        .select_from(source)
        .where(*conditions)
        .group_by(text("1, 2, 3" if first else "1, 2"))
        for facet, value, source, conditions in parts
    }
    if shelf is None:
        counted["district"] = _largest(counted["district"])
    return list(counted.values())


def _largest(counted: Select[Any]) -> Select[Any]:
    """The districts with most products; more are reached by searching for the place."""
    few = counted.order_by(func.count().desc(), text("2")).limit(MOST_DISTRICTS).subquery()
    return select(few)


def below(shelf_id: int, leaves: Mapping[str, int]) -> dict[str, int]:
    """Products by the shelves that hang directly under this one, from counts by own category."""
    tree = shelves.tree()
    found: Counter[str] = Counter()
    for leaf, count in leaves.items():
        shelf = tree.get(int(leaf))
        way = (shelves.MARKET, *shelf.path) if shelf else ()
        if shelf_id in way[:-1]:
            found[str(way[way.index(shelf_id) + 1])] += count
    return dict(found)


def band_column(price: SQLCoreOperations[int]) -> ColumnElement[str]:
    """The number of the price step, in SQL; the same as `rules.price_band`."""
    return case(
        *((price < step, str(band)) for band, step in enumerate(PRICE_STEPS)),
        else_=str(len(PRICE_STEPS)),
    )
