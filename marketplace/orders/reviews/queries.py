"""What pages show of reviews: newest first, page after page by the number of the last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, case, select

from marketplace.catalog.models import Product
from marketplace.core.db import read, read_one
from marketplace.core.json_rows import told
from marketplace.orders.models import Order, OrderGroup, OrderLine
from marketplace.orders.reviews.models import Review, ReviewEvent, ReviewPhoto
from marketplace.orders.reviews.states import ReviewState
from marketplace.photos.models import Photo
from marketplace.photos.states import PhotoState

PAGE = 20
NEWEST = 3
_LAST = 2**62


_PHOTOS: Any = (
    select(Photo.code, Photo.version, Photo.widths)
    .join(ReviewPhoto, ReviewPhoto.photo_id == Photo.id)
    .where(ReviewPhoto.review_id == Review.id, Photo.state == PhotoState.READY)
    .order_by(Photo.id)
    .correlate(Review)
)
_REVIEW = select(Review.__table__, told(_PHOTOS).label("photos"))
_OF_PRODUCT = (
    _REVIEW.where(
        Review.product_id == bindparam("product_id"),
        Review.state == ReviewState.SHOWN,
        Review.id < bindparam("before"),
    )
    .order_by(Review.id.desc())
    .limit(bindparam("most"))
)
_WITH_PRODUCT = (
    select(
        Review.__table__,
        told(_PHOTOS).label("photos"),
        Product.name.label("product"),
        Product.slug,
        Product.code.label("product_code"),
    )
    .join(Product, Product.id == Review.product_id)
    .order_by(Review.id.desc())
)
_OF_SHOP = _WITH_PRODUCT.where(
    Review.ikm_id == bindparam("ikm_id"), Review.id < bindparam("before")
).limit(PAGE + 1)
_AT_DESK = (
    _WITH_PRODUCT.order_by(None)
    .order_by(
        case((Review.reports > 0, 0), (Review.changed_since.is_not(None), 1), else_=2),
        Review.reports.desc(),
        Review.id.desc(),
    )
    .limit(100)
)
_ONE = _WITH_PRODUCT.where(Review.code == bindparam("code"))
_SAID = (
    select(ReviewEvent.__table__)
    .where(ReviewEvent.review_id == bindparam("id"))
    .order_by(ReviewEvent.id)
)
_OF_ORDER = (
    _REVIEW.join(OrderLine, OrderLine.id == Review.line_id)
    .join(Order, Order.id == OrderLine.order_id)
    .where(Order.id == bindparam("order_id"))
)
_BUYER = (
    select(OrderGroup.code)
    .join(Order, Order.group_id == OrderGroup.id)
    .join(OrderLine, OrderLine.order_id == Order.id)
    .join(Review, Review.line_id == OrderLine.id)
    .where(Review.code == bindparam("code"))
)


def newest(product_id: int) -> Sequence[Row[Any]]:
    """The newest few of a product, for its page."""
    return read(_OF_PRODUCT, {"product_id": product_id, "before": _LAST, "most": NEWEST})


def of_product(
    product_id: int, before: int | None = None
) -> tuple[Sequence[Row[Any]], int | None]:  # fmt: skip
    """A page of a product's reviews, and where the next begins."""
    values = {"product_id": product_id, "before": before or _LAST, "most": PAGE + 1}
    return _paged(read(_OF_PRODUCT, values))


def of_shop(ikm_id: int, before: int | None = None) -> tuple[Sequence[Row[Any]], int | None]:
    """A page of what is said of a shop's things, hidden ones too."""
    return _paged(read(_OF_SHOP, {"ikm_id": ikm_id, "before": before or _LAST}))


def at_desk() -> Sequence[Row[Any]]:
    """What was reported, most often on top; what changed since it was judged; then the newest."""
    return read(_AT_DESK)


def one(code: str) -> Row[Any] | None:
    """One review with its product."""
    return read_one(_ONE, {"code": code})


def said(review_id: int) -> Sequence[Row[Any]]:
    """Everything that happened to it, in turn."""
    return read(_SAID, {"id": review_id})


def of_order(order_id: int) -> Mapping[int, Row[Any]]:
    """The reviews of an order, by the line they are of."""
    return {row.line_id: row for row in read(_OF_ORDER, {"order_id": order_id})}


def group_of(code: str) -> str | None:
    """The code of what its writer bought, for letters."""
    row = read_one(_BUYER, {"code": code})
    return str(row.code) if row else None


def _paged(rows: Sequence[Row[Any]]) -> tuple[Sequence[Row[Any]], int | None]:
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
