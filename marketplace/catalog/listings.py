"""Keeps what visitors see in step with what makers own: cards, shelves, counts, search index.

A product is listed while it is live and its shop is open. A sold-out product stays, marked "Habis",
because its address is out in the world and the next batch is on its way. Everything changes in the
transaction of the act that caused it, by differences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from marketplace.catalog import counts, search_index
from marketplace.catalog.cards import Card, work_out
from marketplace.catalog.models import Listing, ListingFacet, Product
from marketplace.core.db import db

CHUNK = 500
KEPT: tuple[str, ...] = (
    "live_at",
    "price",
    "price_to",
    "in_stock",
    "ready",
    "sold",
    "district_code",
    "category_id",
)
KEPT += ("code", "slug", "name", "cover", "shop", "place")
_listing: Any = Listing.__table__
_facet: Any = ListingFacet.__table__
_product: Any = Product.__table__


def relist(product_id: int, now: datetime) -> None:
    """Bring the market's view of one product up to date, after any change a visitor could see."""
    _relist([product_id], now)


def relist_shop(ikm_id: int, now: datetime) -> None:
    """The same for every product of a shop: it opened, paused, moved, or changed its name."""
    ids = db.session.scalars(
        select(Product.id).where(Product.ikm_id == ikm_id).order_by(Product.id)
    ).all()
    for chunk in _chunks(ids):
        _relist(chunk, now)


def rebuild_all(now: datetime) -> int:
    """Make every list anew from the products, e.g. after a large import; how many products."""
    db.session.execute(delete(_listing))
    db.session.execute(delete(_facet))
    search_index.clear()
    ids = db.session.scalars(select(Product.id).order_by(Product.id)).all()
    for chunk in _chunks(ids):
        cards = [card for card in _with_columns(chunk, now) if card.shelves]
        _insert(_listing, [_row(shelf, card) for card in cards for shelf in card.shelves])
        _insert(_facet, _answers(cards))
        search_index.add(cards)
    search_index.rebuild_vocabulary()
    counts.rebuild()
    return len(ids)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))


def _relist(ids: Sequence[int], now: datetime) -> None:
    cards = _with_columns(ids, now)
    before = counts.of(ids)
    listed = _listed(ids)
    for card in cards:
        _bring_up_to_date(card, listed.get(card.product_id, {}))
    seen = [card for card in cards if card.shelves]
    db.session.execute(delete(_facet).where(_facet.c.product_id.in_(ids)))
    _insert(_facet, _answers(seen))
    counts.move(before, counts.wanted(seen))
    search_index.replace(ids, seen)


def _with_columns(ids: Sequence[int], now: datetime) -> list[Card]:
    """The cards; what a product itself carries for its maker's pages is brought up to date too."""
    cards = []
    for row, card in work_out(ids, now):
        cards.append(card)
        fresh = {
            "price_from": card.price,
            "price_to": card.price_to,
            "in_stock": card.in_stock,
            "cover": card.cover,
        }
        if any(getattr(row, name) != value for name, value in fresh.items()):
            mine = _product.c.id == card.product_id
            db.session.execute(update(_product).where(mine).values(fresh))
    return cards


def _listed(ids: Sequence[int]) -> dict[int, dict[int, Any]]:
    """The rows that stand now, by product and shelf."""
    rows: dict[int, dict[int, Any]] = {}
    for row in db.session.execute(select(_listing).where(_listing.c.product_id.in_(ids))):
        rows.setdefault(row.product_id, {})[row.shelf_id] = row
    return rows


def _bring_up_to_date(card: Card, old: dict[int, Any]) -> None:
    """Take the product from shelves it left, change what differs, put it on new shelves."""
    mine = _listing.c.product_id == card.product_id
    if set(old) - set(card.shelves):
        db.session.execute(delete(_listing).where(mine, _listing.c.shelf_id.not_in(card.shelves)))
    differing = {
        name: getattr(card, name)
        for row in old.values()
        for name in KEPT
        if getattr(row, name) != getattr(card, name)
    }
    if differing and card.shelves:
        db.session.execute(update(_listing).where(mine).values(differing))
    _insert(_listing, [_row(shelf, card) for shelf in card.shelves if shelf not in old])


def _row(shelf: int, card: Card) -> dict[str, Any]:
    kept = {name: getattr(card, name) for name in KEPT}
    return {"shelf_id": shelf, "product_id": card.product_id, **kept}


def _answers(cards: Sequence[Card]) -> list[dict[str, Any]]:
    return [
        {"facet": code, "value": value, "product_id": card.product_id}
        for card in cards
        for code, value in card.answers
    ]


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table), rows)
