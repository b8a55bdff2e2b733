"""The book of a variant: the maker's own moves of the shelf, and what is read of it.

Whatever changes `on_hand` writes a line; sales and cancelled sales write theirs in `stock.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from marketplace.accounts.models import Person
from marketplace.catalog.events import PiecesCameBack
from marketplace.catalog.models import Product, StockMove, Variant
from marketplace.catalog.states import MoveKind, ProductState
from marketplace.core import jobs
from marketplace.core.db import db, read, read_one
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.events import announce

MOST_ON_HAND = 1_000_000
PAGE = 30
MOST_NUMBER = 2**31 - 1
_NOT_TO_COUNT = (ProductState.REMOVED,)


@dataclass(frozen=True, slots=True)
class Count:
    """What a maker counted: `shown` stood on the page, `counted` stands on the shelf.

    Both hold what was sold and has not left yet, for that stands on the shelf as well. `key` names
    the form, so that sending it twice counts once.
    """

    shown: int
    counted: int
    key: str


def set_on_hand(variant_id: int, new: int, by: int | None, now: datetime) -> None:
    """Another number typed for the shelf; less than what buyers are paying for is refused."""
    if not 0 <= new <= MOST_ON_HAND:
        raise Invalid("stock_out_of_range", field="stock", most=MOST_ON_HAND)
    variant = locked(variant_id)
    if new != variant.on_hand:
        kind = MoveKind.OPENING if variant.moves is None else MoveKind.ADJUSTED
        write(variant, kind, new - variant.on_hand, by=by, now=now)


def count(variant: Variant, seen: Count, *, unsent: int, by: int, now: datetime) -> int:
    """Note the difference that a count has shown, and say it; the same form counts once.

    A sale between looking and saving changes nothing on the shelf: the piece stands there until it
    is sent. So the difference is taken as long as book and `unsent` together say what was shown;
    when they do not (somebody sent a parcel, or counted before), the count is refused with both
    numbers, and the maker looks once more.
    """
    before = written(variant, seen.key)
    if before is not None:
        return before
    now_stands = variant.on_hand + unsent
    if now_stands != seen.shown:
        raise Conflict("shelf_moved", shown=seen.shown, now=now_stands, counted=seen.counted)
    if seen.counted > MOST_ON_HAND:
        raise Invalid("stock_out_of_range", field="counted", most=MOST_ON_HAND)
    difference = seen.counted - seen.shown
    write(variant, MoveKind.COUNTED, difference, by=by, now=now, key=seen.key)
    return difference


def written(variant: Variant, key: str) -> int | None:
    """What the form of this key has done to the variant already; none when it is new."""
    return db.session.scalar(
        select(StockMove.quantity).where(StockMove.key == key, StockMove.variant_id == variant.id)
    )


def locked(variant_id: int, *, ikm_id: int | None = None) -> Variant:
    """The variant for changing its shelf; another shop's is not there."""
    variant = db.session.get(
        Variant, variant_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if variant is None:
        raise NotFound()
    if ikm_id is not None:
        owner = db.session.execute(
            select(Product.ikm_id, Product.state).where(Product.id == variant.product_id)
        ).one()
        if owner.ikm_id != ikm_id or owner.state in _NOT_TO_COUNT:
            raise NotFound()
    return variant


def write(
    variant: Variant,
    kind: MoveKind,
    quantity: int,
    *,
    by: int | None,
    now: datetime,
    reason: str = "",
    key: str | None = None,
) -> None:
    """One more line in the book of a locked variant, and the shelf as it is after it."""
    after = variant.on_hand + quantity
    if after < variant.reserved:
        raise Invalid("stock_below_reserved", field="stock", reserved=variant.reserved)
    if after > MOST_ON_HAND:
        raise Invalid("stock_out_of_range", field="stock", most=MOST_ON_HAND)
    was_left = variant.on_hand > variant.reserved
    variant.on_hand, variant.moves = after, (variant.moves or 0) + 1
    db.session.add(
        StockMove(
            variant_id=variant.id,
            number=variant.moves,
            at=now,
            kind=kind,
            quantity=quantity,
            after=after,
            by=by,
            reason=reason,
            key=key,
        )
    )
    if was_left != (after > variant.reserved):
        jobs.enqueue("catalog.relist", product_ids=[variant.product_id])
    if quantity > 0 and not was_left:
        announce(PiecesCameBack(variant_id=variant.id))


@dataclass(frozen=True, slots=True)
class Book:
    """A page of a variant's book, the newest line first."""

    variant: Row[Any]
    lines: Sequence[Row[Any]]  # at, kind, quantity, after, reason, order_code, who, number
    before: int | None  # where the next page begins


_VARIANT = (
    select(
        Variant.id,
        Variant.name.label("choice"),
        Variant.on_hand,
        Variant.reserved,
        Product.code,
        Product.name,
        Product.cover,
        Product.lead_days,
    )
    .join(Product, Product.id == Variant.product_id)
    .where(
        Variant.id == bindparam("variant"),
        Product.ikm_id == bindparam("ikm_id"),
        Product.state.not_in(_NOT_TO_COUNT),
    )
)
_LINES = (
    select(
        StockMove.number,
        StockMove.at,
        StockMove.kind,
        StockMove.quantity,
        StockMove.after,
        StockMove.reason,
        StockMove.order_code,
        Person.name.label("who"),
    )
    .outerjoin(Person, Person.id == StockMove.by)
    .where(
        StockMove.variant_id == bindparam("variant"),
        StockMove.number < bindparam("before"),
    )
    .order_by(StockMove.number.desc())
    .limit(PAGE + 1)
)


def book(ikm_id: int, variant_id: int, before: int | None = None) -> Book:
    """What happened to a variant's shelf, as its own shop reads it."""
    variant = read_one(_VARIANT, {"variant": variant_id, "ikm_id": ikm_id})
    if variant is None:
        raise NotFound()
    lines = read(_LINES, {"variant": variant_id, "before": min(before or MOST_NUMBER, MOST_NUMBER)})
    return Book(variant, lines[:PAGE], lines[PAGE - 1].number if len(lines) > PAGE else None)
