"""A maker's shelf as it stands in the room: what the book says and what is sold but still there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from marketplace.catalog.models import Product, Variant, Waiting
from marketplace.catalog.states import ProductState, WaitState
from marketplace.core.db import read, read_one
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.parcels.models import Parcel, ParcelLine
from marketplace.orders.parcels.rules import GONE
from marketplace.orders.states import Fulfilment, OrderState

PAGE = 20
MOST_ID = 2**63 - 1
COUNTED = (ProductState.LIVE, ProductState.HIDDEN, ProductState.REVIEW, ProductState.RETURNED)

_GONE = (
    select(func.coalesce(func.sum(ParcelLine.quantity), 0))
    .join(Parcel, Parcel.id == ParcelLine.parcel_id)
    .where(ParcelLine.line_id == OrderLine.id, Parcel.state.in_(GONE))
    .scalar_subquery()
)
_SOLD_HERE = (
    select(
        OrderLine.variant_id,
        func.sum(OrderLine.quantity - OrderLine.cancelled - _GONE).label("pieces"),
    )
    .join(Order, Order.id == OrderLine.order_id)
    .where(
        Order.ikm_id == bindparam("ikm_id"),
        Order.state.in_((OrderState.NEW, OrderState.ACCEPTED)),
        Order.parcel.not_in((Fulfilment.SHIPPED, Fulfilment.RECEIVED)),
    )
    .group_by(OrderLine.variant_id)
)
_UNSENT = _SOLD_HERE.subquery()
_UNSENT_OF = _SOLD_HERE.where(OrderLine.variant_id == bindparam("variant"))
# whole products only, so that the choices of one never part over two pages
_SOME = (
    select(Product.id)
    .where(
        Product.ikm_id == bindparam("ikm_id"),
        Product.state.in_(COUNTED),
        Product.lead_days.is_(None),
        Product.id < bindparam("before"),
    )
    .order_by(Product.id.desc())
    .limit(PAGE + 1)
    .subquery()
)
_LINE = (
    select(Waiting.variant_id, Variant.price, func.count().label("people"))
    .join(Variant, Variant.id == Waiting.variant_id)
    .join(Product, Product.id == Variant.product_id)
    .where(Product.ikm_id == bindparam("ikm_id"), Waiting.state == WaitState.WAITING)
    .group_by(Waiting.variant_id, Variant.price)
    .cte("line")
)
_ALL = _LINE.alias("all_in_line")
_SHELF = (
    select(
        Variant.id,
        Variant.product_id,
        Variant.name.label("choice"),
        Variant.on_hand,
        func.coalesce(_UNSENT.c.pieces, 0).label("unsent"),
        Product.name,
        Product.code,
        Product.cover,
        func.coalesce(_LINE.c.people, 0).label("people"),
        select(func.sum(_ALL.c.people)).scalar_subquery().label("all_people"),
        select(func.sum(_ALL.c.people * _ALL.c.price)).scalar_subquery().label("all_worth"),
    )
    .join(Product, Product.id == Variant.product_id)
    .outerjoin(_UNSENT, _UNSENT.c.variant_id == Variant.id)
    .outerjoin(_LINE, _LINE.c.variant_id == Variant.id)
    .where(Product.id.in_(select(_SOME.c.id)), Variant.active)
    .order_by(Product.id.desc(), Variant.position, Variant.id)
)


def unsent(ikm_id: int, variant_id: int) -> int:
    """Pieces of a variant that are paid and have not left the shop yet."""
    row = read_one(_UNSENT_OF, {"ikm_id": ikm_id, "variant": variant_id})
    return int(row.pieces) if row else 0


def of_shop(ikm_id: int, before: int | None = None) -> tuple[Sequence[Row[Any]], int | None]:
    """Everything that can be counted, the newest product first, and where the next page begins.

    `people` wait for it; `all_people` and what they would pay are of the whole shop.
    """
    rows = read(_SHELF, {"ikm_id": ikm_id, "before": before or MOST_ID})
    products = list(dict.fromkeys(row.product_id for row in rows))
    if len(products) <= PAGE:
        return rows, None
    shown = set(products[:PAGE])
    return [row for row in rows if row.product_id in shown], products[PAGE - 1]
