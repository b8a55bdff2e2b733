"""Lists of products: one walk along one index for the cards, kept or counted figures beside them.

Cards are plain rows. A list goes on behind the last card somebody saw instead of counting from the
top; a page number without that card is found by stepping over the narrow index alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    bindparam,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.types import BigInteger

from marketplace.catalog import counts, shelves
from marketplace.catalog.counts import Counts
from marketplace.catalog.models import Listing, ListingFacet
from marketplace.catalog.wishes import LAST_PAGE, PAGE, After, Sort, Wish
from marketplace.core.db import read

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_l: Any = Listing.__table__.c
_f: Any = ListingFacet.__table__.c
CARD: tuple[Any, ...] = (
    _l.product_id,
    _l.code,
    _l.slug,
    _l.name,
    _l.price,
    _l.price_to,
    _l.in_stock,
    _l.ready,
)
CARD += (_l.sold, _l.live_at, _l.cover, _l.shop, _l.place)
KEYS = {Sort.NEWEST: _l.live_at, Sort.CHEAPEST: _l.price, Sort.MOST_SOLD: _l.sold}


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a list."""

    rows: Sequence[Row[Any]]
    after: After | None  # where the next page begins; none at the end
    counts: Counts

    @property
    def total(self) -> int:
        """How many products there are in all pages together."""
        return self.counts.get("all", {}).get("", 0)


def shelf_page(wish: Wish) -> Shown:
    """One page of a shelf with the figures of its facets, in two statements."""
    values = wish.values
    if wish.after is not None:
        values |= {"key": key_of(wish.sort, wish.after.key), "last": wish.after.product_id}
    elif wish.page > 1:
        values["skipped"] = (wish.page - 1) * PAGE - 1
    place = "after" if wish.after else "page" if wish.page > 1 else "top"
    rows = read(_page(wish.sort, place, wish.shape), values)
    return Shown(rows[:PAGE], _next(rows, wish), shelf_counts(wish))


def newest(
    shelf_id: int = shelves.MARKET, *, district: str | None = None, limit: int = PAGE
) -> Sequence[Row[Any]]:
    """The newest cards of a shelf, perhaps of one district only."""
    wish = Wish(shelf_id=shelf_id, district=district)
    return read(_page(wish.sort, "top", wish.shape), wish.values)[:limit]


def shelf_counts(wish: Wish) -> Counts:
    """The facets of a shelf: as kept when nothing is filtered, else counted among what is left."""
    if not wish.narrowed:
        return counts.kept(wish.shelf_id)
    found = counts.as_table(read(_counted(wish.shape, asks(wish.shelf_id)), wish.values))
    found["shelf"] = counts.below(wish.shelf_id, found.get("leaf", {}))
    return found


def asks(shelf_id: int) -> bool:
    """Whether lists of this shelf can be narrowed by answers to its questions."""
    shelf = shelves.tree().get(shelf_id)
    return shelf is not None and any(question.facet for question in shelf.questions)


def key_of(sort: Sort, key: int) -> Any:
    """The sort column's value from the figure that stands in an address."""
    return EPOCH + key * MICROSECOND if sort is Sort.NEWEST else key


def key_in(sort: Sort, row: Row[Any]) -> int:
    """The figure that stands in an address, from a row."""
    if sort is Sort.NEWEST:
        return (row.live_at - EPOCH) // MICROSECOND
    return int(row.price if sort is Sort.CHEAPEST else row.sold)


def _next(rows: Sequence[Row[Any]], wish: Wish) -> After | None:
    if len(rows) <= PAGE or wish.page >= LAST_PAGE:
        return None
    last = rows[PAGE - 1]
    return After(key_in(wish.sort, last), last.product_id)


# --- Statements -----------------------------------------------------------------------------------


@cache
def _page(sort: Sort, place: str, shape: tuple[Any, ...]) -> Select[Any]:
    key = KEYS[sort]
    rising = sort is Sort.CHEAPEST
    here = tuple_(key, _l.product_id)
    conditions = [_l.shelf_id == bindparam("shelf"), *narrowing(shape)]
    order = (key, _l.product_id) if rising else (key.desc(), _l.product_id.desc())
    statement = select(*CARD).where(*conditions).order_by(*order).limit(PAGE + 1)
    if place == "after":
        seen = tuple_(bindparam("key", type_=key.type), bindparam("last", type_=BigInteger()))
        statement = statement.where(here > seen if rising else here < seen)
    elif place == "page":
        edge = (
            select(key, _l.product_id)
            .where(*conditions)
            .order_by(*order)
            .offset(bindparam("skipped"))
            .limit(1)
            .cte("edge")
        )
        # two figures, each asked for once, so that the index begins right there
        last = tuple_(
            select(edge.c[key.name]).scalar_subquery(),
            select(edge.c.product_id).scalar_subquery(),
        )
        statement = statement.where(here > last if rising else here < last)
    return statement


def narrowing(shape: tuple[Any, ...], rows: Any = _l) -> list[ColumnElement[bool]]:
    """The conditions of the filters on listings or documents, by shape."""
    district, lowest, highest, ready, answers = shape
    found: list[ColumnElement[bool]] = []
    if district:
        found.append(rows.district_code == bindparam("district"))
    if lowest:
        found.append(rows.price >= bindparam("lowest"))
    if highest:
        found.append(rows.price <= bindparam("highest"))
    if ready:
        found.append(rows.ready)
    for number in range(answers):
        answer = ListingFacet.__table__.alias(f"answer{number}").c
        found.append(
            select(literal(1))
            .where(
                answer.facet == bindparam(f"facet{number}"),
                answer.value == bindparam(f"value{number}"),
                answer.product_id == rows.product_id,
            )
            .exists()
        )
    return found


@cache
def _counted(shape: tuple[Any, ...], answers: bool) -> CompoundSelect[Any]:
    hit = (
        select(_l.product_id, _l.district_code, _l.price, _l.ready, _l.category_id)
        .where(_l.shelf_id == bindparam("shelf"), *narrowing(shape))
        .cte("hit")
    )
    return union_all(*counts.grouped(hit, answers=answers))
