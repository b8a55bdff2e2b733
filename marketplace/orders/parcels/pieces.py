"""Pieces of a sold line: each is packed once or cancelled once, whatever hands do at a time.

Each step is one conditional statement per line; the CHECK constraint `each_once` stands behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select, update

from marketplace.core.db import changed, db
from marketplace.core.errors import Conflict, Invalid
from marketplace.orders.models import OrderLine

Pieces = Mapping[int, int]  # of sold lines, by their ids
_LINE = OrderLine.__table__


def lines(order_id: int) -> Sequence[Row[Any]]:
    """The lines of an order as they stand: what was `paid` for each and is `left` to be packed."""
    paid = (_LINE.c.price * _LINE.c.quantity).label("paid")
    left = (_LINE.c.quantity - _LINE.c.packed - _LINE.c.cancelled).label("left")
    return db.session.execute(
        select(_LINE, paid, left).where(_LINE.c.order_id == order_id).order_by(_LINE.c.id)
    ).all()


def left(order_id: int) -> int:
    """How many pieces of an order are neither packed nor cancelled."""
    return sum(line.left for line in lines(order_id))


def pack(order_id: int, pieces: Pieces) -> None:
    """These go into a parcel."""
    _take(order_id, pieces, _LINE.c.packed)


def cancel(order_id: int, pieces: Pieces) -> None:
    """These will not come."""
    _take(order_id, pieces, _LINE.c.cancelled)


def unpack(pieces: Pieces) -> None:
    """These are taken out of their parcel again."""
    for line_id, count in sorted(pieces.items()):
        fewer = update(_LINE).where(_LINE.c.id == line_id)
        changed(fewer.values(packed=_LINE.c.packed - count))


def cancel_all(order_id: int) -> None:
    """The order is over before anything left the shop: nothing of it will come."""
    whole = update(_LINE).where(_LINE.c.order_id == order_id)
    changed(whole.values(packed=0, cancelled=_LINE.c.quantity))


def some(pieces: Pieces) -> Pieces:
    """The lines of which at least one piece is meant; none at all is no wish."""
    if any(count < 0 for count in pieces.values()) or not any(pieces.values()):
        raise Invalid("no_pieces", field="pieces")
    return {line_id: count for line_id, count in pieces.items() if count}


def _take(order_id: int, pieces: Pieces, column: Any) -> None:
    """The guard itself: only what is left may be taken, all of it or nothing."""
    for line_id, count in sorted(pieces.items()):
        free = _LINE.c.packed + _LINE.c.cancelled + count <= _LINE.c.quantity
        mine = update(_LINE).where(_LINE.c.id == line_id, _LINE.c.order_id == order_id)
        if not changed(mine.where(free).values({column: column + count})):
            raise Conflict("pieces_gone")
