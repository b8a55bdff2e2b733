"""One cart for many shops."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from marketplace.core.db import read_one
from marketplace.orders.models import Cart, CartLine

COUNT = (
    select(func.coalesce(func.sum(CartLine.quantity), 0))
    .join(Cart, Cart.id == CartLine.cart_id)
    .where(Cart.person_id == bindparam("person_id"))
)


def count_of(person_id: int) -> int:
    """How many pieces lie in a person's cart."""
    row = read_one(COUNT, {"person_id": person_id})
    return int(row[0]) if row else 0
