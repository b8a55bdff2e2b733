"""The dinas looks at the first products of a new shop, and again at what the shop changes in them.

Oldest first, each decided once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from marketplace.catalog import changes, listings, products, sheets
from marketplace.catalog.events import ProductApproved, ProductReturned
from marketplace.catalog.models import Category, Product
from marketplace.catalog.product_rules import earns_trust
from marketplace.catalog.states import PRODUCT_MOVES, ProductState
from marketplace.core import history
from marketplace.core.db import db, read, read_one
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.events import announce
from marketplace.core.states import move
from marketplace.makers import trust
from marketplace.makers.models import Ikm
from marketplace.makers.own import refuse_own_shop
from marketplace.photos.pictures import Picture, picture

PAGE = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A product in the queue of the dinas."""

    id: int
    code: str
    name: str
    shop: str
    place: str
    category: str
    since: datetime
    cover: Picture | None


_ROWS = (
    select(
        Product.id,
        Product.code,
        Product.name,
        func.coalesce(Product.changed_at, Product.submitted_at).label("since"),
        Product.cover,
        Ikm.name.label("shop"),
        Ikm.place,
        Category.name.label("category"),
    )
    .join(Ikm, Ikm.id == Product.ikm_id)
    .outerjoin(Category, Category.id == Product.category_id)
)
_QUEUE = (
    _ROWS.where(Product.state == ProductState.REVIEW.value)
    .order_by(Product.submitted_at, Product.id)
    .limit(PAGE + 1)
)
_CHANGED = (
    _ROWS.where(Product.state == ProductState.LIVE.value, Product.changed_at.is_not(None))
    .order_by(Product.changed_at, Product.id)
    .limit(PAGE)
)
_AFTER = _QUEUE.where(
    or_(
        Product.submitted_at > bindparam("at"),
        (Product.submitted_at == bindparam("at")) & (Product.id > bindparam("id")),
    )
)
_APPROVED = select(func.count()).where(
    Product.ikm_id == bindparam("ikm_id"), Product.live_at.is_not(None)
)


def queue(after: tuple[datetime, int] | None) -> tuple[list[Waiting], Waiting | None]:
    """A page of what waits, the longest waiting first; and the last of it when more follow."""
    rows = read(_AFTER, {"at": after[0], "id": after[1]}) if after else read(_QUEUE)
    page = [_waiting(row) for row in rows[:PAGE]]
    return page, page[-1] if len(rows) > PAGE else None


def changed() -> list[Waiting]:
    """The live products that new shops changed, the longest waiting first; more follow those."""
    return [_waiting(row) for row in read(_CHANGED)]


def approved_count(ikm_id: int) -> int:
    """How many products of a shop the dinas has let pass."""
    row = read_one(_APPROVED, {"ikm_id": ikm_id})
    return int(row[0]) if row else 0


def approve(code: str, *, seen: str, by: int, now: datetime) -> bool:
    """Let a product pass; after the first three the shop is trusted with the rest.

    True for a new one, false when what was changed in a live one has been seen and may stay.
    """
    product = _decided(code, seen, by)
    if product.state == ProductState.LIVE:
        changes.let_pass(product)
        history.record("product.change_seen", products.subject(code), by=by, at=now)
        return False
    product.state = move(ProductState(product.state), ProductState.LIVE, PRODUCT_MOVES)
    product.state_reason, product.live_at = "", product.live_at or now
    changes.let_pass(product)
    db.session.flush()
    history.record("product.approved", products.subject(code), by=by, at=now)
    trusted_now = earns_trust(approved_count(product.ikm_id)) and trust.trust(
        product.ikm_id, by=by, now=now
    )
    listings.relist(product.id, now)
    announce(ProductApproved(product_id=product.id, trusted_now=trusted_now))
    return True


def send_back(code: str, *, seen: str, reason: str, by: int, now: datetime) -> None:
    """Give a product back with a reason that says what to mend; a live one leaves the market."""
    product = _decided(code, seen, by)
    product.state = move(ProductState(product.state), ProductState.RETURNED, PRODUCT_MOVES)
    product.state_reason, product.changed_at = reason, None
    history.record("product.returned", products.subject(code), by=by, at=now, reason=reason)
    listings.relist(product.id, now)
    announce(ProductReturned(product_id=product.id))


def _decided(code: str, seen: str, by: int) -> Product:
    """The product, if it still waits and is what was looked at; else somebody was faster."""
    ikm_id = db.session.scalar(select(Product.ikm_id).where(Product.code == code))
    if ikm_id is None:
        raise NotFound()
    refuse_own_shop(by, [ikm_id])
    product = products.locked(ikm_id, code)
    sheet = sheets.of_any(code)
    if not sheet.waits:
        raise Conflict("already_decided")
    if sheet.content_sign() != seen:
        raise Conflict("changed_while_reviewed")
    return product


def _waiting(row: Any) -> Waiting:
    return Waiting(
        id=row.id,
        code=row.code,
        name=row.name,
        shop=row.shop,
        place=row.place,
        category=row.category or "",
        since=row.since,
        cover=picture(row.cover),
    )
