"""What the market shows of a product, worked out from it, its shop, variants and photos."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, select

from marketplace.catalog import shelves
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.rules import district_of, price_band
from marketplace.catalog.states import ProductState
from marketplace.core.db import db
from marketplace.makers import rules as makers
from marketplace.makers.models import Ikm
from marketplace.photos.models import Photo
from marketplace.photos.pictures import cover_of
from marketplace.photos.states import PhotoState

Facet = tuple[str, str]  # its name and a value: ("district", "34.04.07")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A product as lists know it; `shelves` is empty while it is not to be seen."""

    product_id: int
    shelves: tuple[int, ...]
    live_at: datetime
    price: int
    price_to: int
    in_stock: bool
    ready: bool
    sold: int
    district_code: str
    category_id: int  # 0 while it has none
    code: str
    slug: str
    name: str
    cover: str | None
    shop: str
    place: str
    answers: tuple[Facet, ...]  # to the questions that lists can be narrowed by
    category: str  # the names on the way to its shelf
    body: str

    @property
    def facets(self) -> list[Facet]:
        """Everything this product is counted under, once on each of its shelves."""
        return counted_under(self.district_code, self.price, self.ready, self.answers)


def counted_under(
    district_code: str, price: int, ready: bool, answers: Iterable[Facet]
) -> list[Facet]:
    """The facets a product counts for, by what a list keeps of it."""
    found = [("all", ""), ("district", district_code), ("price", str(price_band(price)))]
    if ready:
        found.append(("ready", "1"))
    return found + [(f"a:{code}", value) for code, value in answers]


_FACTS = (
    select(
        Product.id,
        Product.code,
        Product.slug,
        Product.name,
        Product.description,
        Product.attributes,
        Product.category_id,
        Product.state,
        Product.lead_days,
        Product.sold_count,
        Product.live_at,
        Product.price_from,
        Product.price_to,
        Product.in_stock,
        Product.cover,
        Ikm.name.label("shop"),
        Ikm.place,
        Ikm.village_code,
        Ikm.state.label("shop_state"),
    )
    .join(Ikm, Ikm.id == Product.ikm_id)
    .order_by(Product.id)
)


def work_out(ids: Sequence[int], now: datetime) -> list[tuple[Row[Any], Card]]:
    """The card of each product beside the row it was read from; locks them, ids ascending."""
    db.session.flush()
    rows = db.session.execute(_FACTS.where(Product.id.in_(ids)).with_for_update(of=Product)).all()
    offers, covers = _offers(ids), _covers(ids)
    return [(row, _card(row, offers.get(row.id), covers.get(row.id), now)) for row in rows]


def _offers(ids: Sequence[int]) -> dict[int, Row[Any]]:
    left = case((Variant.on_hand > Variant.reserved, 1), else_=0)
    statement = (
        select(
            Variant.product_id,
            func.min(Variant.price).label("low"),
            func.max(Variant.price).label("high"),
            func.max(left).label("in_stock"),
        )
        .where(Variant.product_id.in_(ids), Variant.active)
        .group_by(Variant.product_id)
    )
    return {row.product_id: row for row in db.session.execute(statement)}


def _covers(ids: Sequence[int]) -> dict[int, str]:
    statement = (
        select(Photo.product_id, Photo.code, Photo.version, Photo.widths)
        .where(Photo.product_id.in_(ids), Photo.state == PhotoState.READY)
        .order_by(Photo.product_id, Photo.position, Photo.id)
    )
    covers: dict[int, str] = {}
    for row in db.session.execute(statement):
        covers.setdefault(row.product_id, cover_of(row.code, row.version, row.widths))
    return covers


def _card(row: Row[Any], offer: Row[Any] | None, cover: str | None, now: datetime) -> Card:
    shelf = shelves.tree().get(row.category_id)
    path = shelf.path if shelf else ()
    seen = row.state == ProductState.LIVE and makers.visible(row.shop_state) and offer is not None
    in_stock = bool(offer and offer.in_stock)
    questions = shelf.questions if shelf else ()
    return Card(
        product_id=row.id,
        shelves=(shelves.MARKET, *path) if seen else (),
        live_at=row.live_at or now,
        price=offer.low if offer else 0,
        price_to=offer.high if offer else 0,
        in_stock=in_stock,
        ready=in_stock and not row.lead_days,
        sold=row.sold_count,
        district_code=district_of(row.village_code),
        category_id=row.category_id or 0,
        code=row.code,
        slug=row.slug,
        name=row.name,
        cover=cover,
        shop=row.shop,
        place=row.place,
        answers=tuple(_answers(row.attributes or {}, questions)),
        category=" ".join(shelves.tree()[id].name for id in path),
        body=" ".join([row.description, row.place, *map(str, _spoken(row.attributes or {}))]),
    )


def _answers(attributes: Mapping[str, Any], questions: Sequence[shelves.Question]) -> list[Facet]:
    found: set[Facet] = set()
    for question in questions:
        if question.facet:
            for value in _values(attributes.get(question.code)):
                found.add((question.code, value[:80]))
    return sorted(found)


def _values(answer: Any) -> list[str]:
    """An answer as facet values: a yes counts, a no does not, a list counts each."""
    if isinstance(answer, list):
        return [str(one) for one in answer if one]
    if answer is True:
        return ["ya"]
    return [str(answer)] if answer else []


def _spoken(attributes: Mapping[str, Any]) -> list[str]:
    """The answers that are words."""
    return [
        word
        for answer in attributes.values()
        for word in (answer if isinstance(answer, list) else [answer])
        if isinstance(word, str)
    ]
