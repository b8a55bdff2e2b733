"""Finding products by words, with the same answer on SQLite and PostgreSQL.

All words must occur somewhere in the product, in basic form and accepted spelling. The newest 500
that fit are ranked by where the words stand: name, then shop, then category, then anywhere. One
statement brings the cards and the counts of every facet; a second and third run only when nothing
was found, to mend the spelling and search again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.types import BigInteger

from marketplace.catalog import counts, search_index, shelves, spelling, words
from marketplace.catalog.lists import (
    CARD,
    KEYS,
    Counts,
    asks,
    key_in,
    key_of,
    narrowing,
)
from marketplace.catalog.models import Listing
from marketplace.catalog.search_tables import document
from marketplace.catalog.wishes import LAST_PAGE, PAGE, After, Sort, Wish
from marketplace.core.db import dialect, read

MOST = 500
FIELDS = ("name", "shop", "category", "body")
TIERS = (("in_name", 3), ("in_shop", 2), ("in_category", 1))
FIGURES = tuple(document.c[name] for name in ("product_id", *search_index.FIGURES))
_WORDS: Any = literal_column("search_document.words").label("words")
_l: Any = Listing.__table__.c


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found; `text` is what was searched for in the end."""

    rows: Sequence[Row[Any]]
    after: After | None
    counts: Counts
    text: str
    mended: bool = False  # the spelling was changed to find anything
    loosened: bool = False  # not every word occurs in every product
    left_out: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """How many were found, at most `MOST`."""
        return self.counts.get("all", {}).get("", 0)

    @property
    def capped(self) -> bool:
        """Whether there are more than anybody will look through."""
        return self.total >= MOST


def search(typed: str, wish: Wish) -> Found:
    """Products for what somebody typed; misspelt words are mended when nothing is found."""
    asked = words.asked(typed)
    if not asked:
        return Found((), None, {}, typed)
    found = _look(asked, wish, typed)
    if found.total:
        return found
    meant = spelling.meant(typed)
    again = words.asked(meant.text) if meant.text else []
    if not again:
        return Found((), None, {}, typed, left_out=meant.left_out)
    loose = again == asked
    if loose and (wish.narrowed or wish.shelf_id or len(asked) == 1):
        return found
    return _look(
        again,
        wish,
        meant.text,
        loose=loose,
        mended=meant.changed and not meant.left_out,
        left_out=meant.left_out,
    )


def _look(
    asked: Sequence[str], wish: Wish, typed: str, *, loose: bool = False, **more: Any
) -> Found:
    values = wish.values | _queries(asked, loose)
    if wish.after is not None:
        key = wish.after.key
        values["key"] = key if wish.sort is Sort.SUITABLE else key_of(wish.sort, key)
        values["last"] = wish.after.product_id
    values["most"] = MOST
    if values.pop("shelf"):
        values["leaves"] = shelves.within(wish.shelf_id)
    kind, going_on, asking = dialect(), wish.after is not None, asks(wish.shelf_id)
    statement = _statement(kind, wish.sort, going_on, bool(wish.shelf_id), asking, wish.shape)
    rows = read(statement, values)
    cards = [row for row in rows if row.facet is None]
    cards.sort(key=lambda row: row.nth)
    facets = counts.as_table(row[:3] for row in rows if row.facet is not None)
    facets["shelf"] = counts.below(wish.shelf_id, facets.get("leaf", {}))
    return Found(cards[:PAGE], _next(cards, wish), facets, typed, loosened=loose, **more)


def _next(cards: Sequence[Row[Any]], wish: Wish) -> After | None:
    if len(cards) <= PAGE or wish.page >= LAST_PAGE:
        return None
    last = cards[PAGE - 1]
    key = last.tier if wish.sort is Sort.SUITABLE else key_in(wish.sort, last)
    return After(key, last.product_id)


# --- Statements -----------------------------------------------------------------------------------


def _queries(asked: Sequence[str], loose: bool) -> dict[str, str]:
    """The query, and the same words held to fewer fields, in the database's own language.

    The words are letters and digits only, so nothing in them is read as an operator.
    """
    postgresql = dialect() == "postgresql"
    found = {}
    for name, fields in (("query", 4), ("in_name", 1), ("in_shop", 2), ("in_category", 3)):
        either = loose and name == "query"
        if postgresql:
            weights = "ABCD"[:fields]
            found[name] = (" | " if either else " & ").join(f"{one}:{weights}" for one in asked)
        else:
            both = (" OR " if either else " AND ").join(f'"{one}"' for one in asked)
            found[name] = f"{{{' '.join(FIELDS[:fields])}}} : ({both})"
    return found


@cache
def _statement(
    kind: str, sort: Sort, going_on: bool, shelf: bool, answers: bool, shape: tuple[Any, ...]
) -> CompoundSelect[Any]:
    conditions = [_fits(kind, document.c, "query"), *narrowing(shape, document.c)]
    if shelf:
        conditions.append(document.c.category_id.in_(bindparam("leaves", expanding=True)))
    newest = (
        select(*FIGURES, *([_WORDS] if kind == "postgresql" else []))
        .where(*conditions)
        # "+ 0": never walk the whole table backwards in the hope of meeting enough that fit
        .order_by((document.c.product_id + 0).desc())
        .limit(bindparam("most"))
        .subquery("newest")
    )
    where = [(_fits(kind, newest.c, name), tier) for name, tier in TIERS]
    figures = [newest.c[one.name] for one in FIGURES]
    hit = select(*figures, case(*where, else_=0).label("tier")).cte("hit")
    figures_too = map(_padded, counts.grouped(hit, answers=answers))
    return union_all(_cards(hit, sort, going_on), *figures_too)


def _fits(kind: str, rows: Any, query: str) -> ColumnElement[bool]:
    """Whether the words of these rows fit the query of that name."""
    if kind == "postgresql":
        # a cast is read once for all rows; to_tsquery would be called for each
        asked = text(f"CAST(:{query} AS tsquery)")
        words_of = rows.get("words", _WORDS)
        return words_of.op("@@", is_comparison=True)(asked)
    index: ColumnElement[Any] = literal_column("search_index")
    return rows.product_id.in_(
        select(literal_column("rowid"))
        .select_from(text("search_index"))
        .where(index.op("MATCH", is_comparison=True)(bindparam(query)))
    )


def _cards(hit: Any, sort: Sort, going_on: bool) -> Select[Any]:
    rising = sort is Sort.CHEAPEST
    key = hit.c.tier if sort is Sort.SUITABLE else hit.c[KEYS[sort].name]
    order = (key, hit.c.product_id) if rising else (key.desc(), hit.c.product_id.desc())
    page = select(func.row_number().over(order_by=order).label("nth"), hit.c.tier, hit.c.product_id)
    if going_on:
        here = tuple_(key, hit.c.product_id)
        seen = tuple_(bindparam("key", type_=key.type), bindparam("last", type_=BigInteger()))
        page = page.where(here > seen if rising else here < seen)
    found = page.order_by(*order).limit(PAGE + 1).subquery("page")
    nothing: list[Any] = [null().label(name) for name in ("facet", "value", "count")]
    return (
        select(*nothing, found.c.nth, found.c.tier, *CARD)
        .join_from(found, Listing.__table__, _l.product_id == found.c.product_id)
        .where(_l.shelf_id == shelves.MARKET)
    )


def _padded(counted: Select[Any]) -> Select[Any]:
    """A row of figures in the shape of a card, so that both come in one statement."""
    rows = counted.subquery()
    # without names of their own: psycopg remembers how a statement is sent up to 4,096 letters
    empty: list[Any] = [literal_column("NULL") for _ in ("nth", "tier", *CARD)]
    return select(rows.c.facet, rows.c.value, rows.c.count, *empty)
