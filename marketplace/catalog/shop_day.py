"""How many products are in which state: for a maker's first page, and for the desk of the dinas."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from marketplace.catalog.models import Product
from marketplace.catalog.states import ProductState
from marketplace.core.db import read, read_one

_STATES = (
    select(Product.state, func.count().label("number"))
    .where(Product.ikm_id == bindparam("ikm_id"))
    .group_by(Product.state)
)
_WAITING = select(
    select(func.count())
    .select_from(Product)
    .where(Product.state == ProductState.REVIEW)
    .scalar_subquery()
    + select(func.count())
    .select_from(Product)
    .where(Product.state == ProductState.LIVE, Product.changed_at.is_not(None))
    .scalar_subquery()
)


def states(ikm_id: int) -> dict[ProductState, int]:
    """A shop's products by state."""
    found = dict.fromkeys(ProductState, 0)
    for row in read(_STATES, {"ikm_id": ikm_id}):
        found[ProductState(row.state)] = int(row.number)
    return found


def waiting_for_review() -> int:
    """How many products wait for the dinas, new or changed."""
    row = read_one(_WAITING)
    return int(row[0]) if row else 0
