"""How many products stand on a shelf, in all and by facet: kept by differences, never counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import SQLCoreOperations

from marketplace.catalog.cards import Card, counted_under
from marketplace.catalog.models import Listing, ListingFacet, ShelfCount
from marketplace.catalog.rules import PRICE_STEPS
from marketplace.core.db import db, dialect

Counted = Counter[tuple[int, str, str]]  # shelf, facet, value
_listing: Any = Listing.__table__
_facet: Any = ListingFacet.__table__
_count: Any = ShelfCount.__table__


def wanted(cards: Iterable[Card]) -> Counted:
    """What these products should count for."""
    return Counter(
        (shelf, *facet) for card in cards for shelf in card.shelves for facet in card.facets
    )


def of(ids: Sequence[int]) -> Counted:
    """What these products count for as they are listed now."""
    answers: dict[int, list[tuple[str, str]]] = {}
    for row in db.session.execute(select(_facet).where(_facet.c.product_id.in_(ids))):
        answers.setdefault(row.product_id, []).append((row.facet, row.value))
    return Counter(
        (row.shelf_id, *facet)
        for row in db.session.execute(select(_listing).where(_listing.c.product_id.in_(ids)))
        for facet in counted_under(
            row.district_code, row.price, row.ready, answers.get(row.product_id, ())
        )
    )


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


def rebuild() -> None:
    """Count everything once, after a large import."""
    db.session.execute(delete(_count))
    answered = _listing.join(_facet, _facet.c.product_id == _listing.c.product_id)
    for facet, value, source in (
        (literal("all"), literal(""), _listing),
        (literal("district"), _listing.c.district_code, _listing),
        (literal("price"), band_column(_listing.c.price), _listing),
        (literal("ready"), literal("1"), _listing),
        (literal("a:") + _facet.c.facet, _facet.c.value, answered),
    ):
        counted = (
            select(
                _listing.c.shelf_id,
                facet.label("facet"),
                value.label("value"),
                func.count().label("count"),
            )
            .select_from(source)
            .group_by("shelf_id", "facet", "value")
        )
        if source is _listing and facet.compare(literal("ready")):
            counted = counted.where(_listing.c.ready)
        db.session.execute(
            insert(_count).from_select(["shelf_id", "facet", "value", "count"], counted)
        )


def band_column(price: SQLCoreOperations[int]) -> ColumnElement[str]:
    """The number of the price step, in SQL; the same as `rules.price_band`."""
    return case(
        *((price < step, str(band)) for band, step in enumerate(PRICE_STEPS)),
        else_=str(len(PRICE_STEPS)),
    )
