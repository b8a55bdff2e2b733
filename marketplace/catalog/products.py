"""The life of a product: sent in, shown, hidden, removed, brought back; and a maker's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from marketplace.catalog import listings, sheets
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.product_rules import UNDO_DAYS, first_state
from marketplace.catalog.rules import stock_words
from marketplace.catalog.states import PRODUCT_MOVES, ProductState
from marketplace.core import history
from marketplace.core.db import db, read
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.history import HistoryEntry
from marketplace.core.states import move
from marketplace.photos import photos
from marketplace.photos.pictures import Picture, picture

PAGE = 18  # more would weigh over 15 kB, which a weak signal takes long for


def lock(product_id: int) -> None:
    """Whoever changes the photos of a product does so one after the other."""
    db.session.execute(select(Product.id).where(Product.id == product_id).with_for_update())


def locked(ikm_id: int, code: str, *, removed: bool = False) -> Product:
    """A product of this shop, to be changed; variants first, as buying locks them."""
    id = db.session.scalar(select(Product.id).where(Product.ikm_id == ikm_id, Product.code == code))
    if id is None:
        raise NotFound()
    db.session.execute(
        select(Variant.id).where(Variant.product_id == id).order_by(Variant.id).with_for_update()
    )
    product = db.session.get_one(Product, id, with_for_update=True, populate_existing=True)
    if (product.state == ProductState.REMOVED) is not removed:
        raise NotFound()
    return product


def variants_of(product_id: int) -> Sequence[Variant]:
    """What is sold of a product, in the maker's order."""
    return db.session.scalars(
        select(Variant)
        .where(Variant.product_id == product_id, Variant.active)
        .order_by(Variant.position, Variant.id)
    ).all()


def submit(ikm_id: int, code: str, *, by: int, now: datetime) -> ProductState:
    """Finished: to the market from a trusted shop, else to the dinas; nothing may be missing."""
    product = locked(ikm_id, code)
    sheet = sheets.of_shop(ikm_id, code)
    if sheet.missing():
        raise Invalid("product_incomplete")
    photos.describe(product.id, sheet.alts())
    there = first_state(sheet.trusted, ProductState(product.state))
    _go(product, there, by=by, now=now)
    product.submitted_at = now
    if there == ProductState.LIVE:
        product.live_at = product.live_at or now
    listings.relist(product.id, now)
    return there


def hide(ikm_id: int, code: str, *, by: int, now: datetime) -> None:
    """Off the market for a while; the address answers that it is not there."""
    product = locked(ikm_id, code)
    _go(product, ProductState.HIDDEN, by=by, now=now)
    listings.relist(product.id, now)


def show(ikm_id: int, code: str, *, by: int, now: datetime) -> None:
    """Back on the market after it was hidden."""
    product = locked(ikm_id, code)
    if product.state != ProductState.HIDDEN:
        raise Conflict("wrong_state")
    _go(product, ProductState.LIVE, by=by, now=now)
    listings.relist(product.id, now)


def remove(ikm_id: int, code: str, *, by: int, now: datetime) -> None:
    """Away from the shop; it may come back for a month, orders keep what was bought."""
    product = locked(ikm_id, code)
    _go(product, ProductState.REMOVED, by=by, now=now)
    listings.relist(product.id, now)


def restore(ikm_id: int, code: str, *, by: int, now: datetime) -> None:
    """Bring a removed product back to where it was."""
    product = locked(ikm_id, code, removed=True)
    last = db.session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.subject == subject(code), HistoryEntry.act == "product.removed")
        .order_by(HistoryEntry.id.desc())
        .limit(1)
    ).one()
    if now - last.at > timedelta(days=UNDO_DAYS):
        raise Conflict("product_gone", days=UNDO_DAYS)
    _go(product, ProductState(last.detail["was"]), by=by, now=now, act="product.restored")
    listings.relist(product.id, now)


def subject(code: str) -> str:
    """How the history names a product."""
    return f"product:{code}"


def _go(
    product: Product, there: ProductState, *, by: int, now: datetime, act: str | None = None
) -> None:
    was = ProductState(product.state)
    product.state = move(was, there, PRODUCT_MOVES)
    if ProductState.REMOVED not in (was, there):
        product.state_reason = ""
    history.record(
        act or f"product.{there.value}", subject(product.code), by=by, at=now, was=was.value
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A product in its maker's list."""

    id: int
    code: str
    name: str
    state: ProductState
    reason: str
    cover: Picture | None
    price: int | None
    price_to: int | None
    left: int
    lead_days: int | None

    @property
    def stock(self) -> str:
        """How much is left, in words and a figure."""
        words = stock_words(self.left)
        return f"Stok {self.left}" if words == "Ada" else words


_left = func.sum(Variant.on_hand - Variant.reserved)
_OFFERS = (
    select(
        Variant.product_id,
        func.min(Variant.price).label("price"),
        func.max(Variant.price).label("price_to"),
        _left.label("left"),
    )
    .join(Product, Product.id == Variant.product_id)
    .where(Product.ikm_id == bindparam("ikm_id"), Variant.active)
    .group_by(Variant.product_id)
    .subquery()
)
_LIST = (
    select(
        Product.id,
        Product.code,
        Product.name,
        Product.state,
        Product.state_reason,
        Product.cover,
        Product.lead_days,
        _OFFERS.c.price,
        _OFFERS.c.price_to,
        _OFFERS.c.left,
    )
    .outerjoin(_OFFERS, _OFFERS.c.product_id == Product.id)
    .where(Product.ikm_id == bindparam("ikm_id"), Product.id < bindparam("before"))
    .where(Product.state.in_(bindparam("states", expanding=True)))
    .order_by(Product.id.desc())
    .limit(PAGE + 1)
)
_FOUND = _LIST.where(func.lower(Product.name).like(bindparam("like"), escape="\\"))
_STANDING = [state.value for state in ProductState if state != ProductState.REMOVED]


def listed(
    ikm_id: int, *, state: ProductState | None, words: str, before: int | None
) -> tuple[list[Row], int | None]:
    """A page of a shop's products, the newest first; and where the next page begins, if any."""
    params: dict[str, Any] = {
        "ikm_id": ikm_id,
        "before": before or 2**62,
        "states": [state.value] if state else _STANDING,
    }
    statement = _LIST
    if words:
        statement = _FOUND
        params["like"] = f"%{_escaped(words.lower())}%"
    rows = [_row(row) for row in read(statement, params)]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def _row(row: Any) -> Row:
    return Row(
        id=row.id,
        code=row.code,
        name=row.name or "Produk tanpa nama",
        state=ProductState(row.state),
        reason=row.state_reason,
        cover=picture(row.cover),
        price=row.price,
        price_to=row.price_to,
        left=int(row.left or 0),
        lead_days=row.lead_days,
    )


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
