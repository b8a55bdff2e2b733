"""What must be true of reviews and the stars that products carry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, func, or_, select

from marketplace.catalog.models import Product
from marketplace.core.db import db
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.reviews.models import Review
from marketplace.orders.reviews.states import ReviewState
from marketplace.orders.states import OrderState

Rows = Sequence[Row[Any]]


def r1_stars_are_those_of_the_reviews() -> Rows:
    """A product carries the number and the sum of its shown reviews."""
    shown = (
        select(
            Review.product_id,
            func.count().label("number"),
            func.sum(Review.stars).label("stars"),
        )
        .where(Review.state == ReviewState.SHOWN)
        .group_by(Review.product_id)
        .subquery()
    )
    return _rows(
        select(Product.code, Product.rating_count, Product.rating_sum, shown.c.number)
        .outerjoin(shown, shown.c.product_id == Product.id)
        .where(
            or_(
                Product.rating_count != func.coalesce(shown.c.number, 0),
                Product.rating_sum != func.coalesce(shown.c.stars, 0),
            )
        )
    )


def r2_only_what_was_received_is_reviewed() -> Rows:
    """Behind every review stands a completed order of that shop."""
    return _rows(
        select(Review.code, Order.code, Order.state)
        .join(OrderLine, OrderLine.id == Review.line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(or_(Order.state != OrderState.COMPLETED, Order.ikm_id != Review.ikm_id))
    )


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement).all())


CHECKS: dict[str, Callable[[], Rows]] = {
    "R1": r1_stars_are_those_of_the_reviews,
    "R2": r2_only_what_was_received_is_reviewed,
}
