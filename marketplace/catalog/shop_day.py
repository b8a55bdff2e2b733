"""How many products are in which state: for a maker's first page."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from marketplace.catalog.models import Product
from marketplace.catalog.states import ProductState
from marketplace.core.db import read

_STATES = (
    select(Product.state, func.count().label("number"))
    .where(Product.ikm_id == bindparam("ikm_id"))
    .group_by(Product.state)
)


def states(ikm_id: int) -> dict[ProductState, int]:
    """A shop's products by state."""
    found = dict.fromkeys(ProductState, 0)
    for row in read(_STATES, {"ikm_id": ikm_id}):
        found[ProductState(row.state)] = int(row.number)
    return found
