"""A product is made page by page: every page is saved by itself and never over somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.catalog import changes, listings, products, questions, sheets, shelves, stock_book
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.product_rules import MOST_LEAD_DAYS, MOST_SIDE_MM, MOST_WEIGHT_G
from marketplace.catalog.states import ProductState
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.ids import new_code, slugify
from marketplace.photos import photos


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits at which product, and the sign of what that page showed."""

    ikm_id: int
    code: str
    seen: str
    by: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Measures:
    """Size, readiness, and for each variant its weight and stock."""

    sides: tuple[int | None, int | None, int | None]  # in millimetres
    lead_days: int | None  # made to order when set
    weights: Mapping[int, int]
    stocks: Mapping[int, int]


def start(ikm_id: int, *, now: datetime) -> Product:
    """Begin a product with nothing in it; the rest comes page by page."""
    product = Product(
        code=new_code(),
        slug="produk",
        ikm_id=ikm_id,
        state=ProductState.DRAFT,
        created_at=now,
        attributes={},
    )
    db.session.add(product)
    db.session.flush()
    return product


def save_name(desk: Desk, name: str) -> None:
    """Call the product something; its address follows until buyers know it."""
    product = opened(desk, "nama", {"name": name})
    product.name = name
    if product.live_at is None:
        product.slug = slugify(name)
    changes.show(product.id, desk.now)


def save_category(desk: Desk, category_id: int) -> None:
    """Put the product on its shelf; answers that this shelf does not ask for fall away."""
    if category_id not in shelves.tree():
        raise Invalid("category_unknown", field="category")
    product = opened(desk, "jenis", {"category": category_id})
    product.category_id = category_id
    asked = {question.code for question in questions.of_category(category_id)}
    product.attributes = {k: v for k, v in product.attributes.items() if k in asked}
    changes.show(product.id, desk.now)


def save_story(desk: Desk, description: str) -> None:
    """Tell buyers what it is, how it is made and kept."""
    product = opened(desk, "cerita", {"description": description})
    product.description = description
    changes.show(product.id, desk.now)


def save_answers(desk: Desk, answers: Mapping[str, Any]) -> None:
    """Answer what everybody answers about this kind of product."""
    product = products.locked(desk.ikm_id, desk.code)
    good = questions.checked(questions.of_category(product.category_id), answers)
    refuse_stale(desk, "keterangan", good)
    product.attributes = good
    changes.show(product.id, desk.now)


def save_measures(desk: Desk, given: Measures) -> None:
    """Weigh and count: every variant has a weight, and a stock that buyers may order from."""
    _check(given)
    product = products.locked(desk.ikm_id, desk.code)
    variants = {v.id: v for v in products.variants_of(product.id)}
    new = {
        "lead_days": given.lead_days,
        "sides": list(given.sides),
        "choices": [[id, given.weights.get(id), given.stocks.get(id)] for id in variants],
    }
    refuse_stale(desk, "ukuran", new)
    if set(given.weights) != set(variants) or set(given.stocks) != set(variants):
        raise Conflict("stale_form")
    product.lead_days = given.lead_days
    product.length_mm, product.width_mm, product.height_mm = given.sides
    for id, variant in variants.items():
        variant.weight_g = given.weights[id]
        _count(variant, given.stocks[id], desk)
    listings.relist(product.id, desk.now)


def save_alts(desk: Desk, alts: dict[str, str]) -> None:
    """Say what each photo shows."""
    product = opened(desk, "keterangan-foto", [[code, alt] for code, alt in alts.items()])
    photos.describe(product.id, alts)


def opened(desk: Desk, part: str, new: Any) -> Product:
    """The product, locked, if nobody else has changed this page meanwhile."""
    product = products.locked(desk.ikm_id, desk.code)
    refuse_stale(desk, part, new)
    return product


def refuse_stale(desk: Desk, part: str, new: Any) -> None:
    """What was saved meanwhile is never written over unseen; the same words twice are fine."""
    sheet = sheets.of_shop(desk.ikm_id, desk.code)
    if sheet.sign(part) != desk.seen and sheet.values(part) != new:
        raise Conflict("stale_form")


def _check(given: Measures) -> None:
    if given.lead_days is not None and not 1 <= given.lead_days <= MOST_LEAD_DAYS:
        raise Invalid("lead_out_of_range", field="lead_days", most=MOST_LEAD_DAYS)
    if any(side is not None and not 1 <= side <= MOST_SIDE_MM for side in given.sides):
        raise Invalid("side_out_of_range", field="length")
    for id, grams in given.weights.items():
        if not 1 <= grams <= MOST_WEIGHT_G:
            raise Invalid("weight_out_of_range", field=f"weight_{id}")


def _count(variant: Variant, pieces: int, desk: Desk) -> None:
    try:
        stock_book.set_on_hand(variant.id, pieces, by=desk.by, now=desk.now)
    except Invalid as refused:
        raise Invalid(refused.code, **{**refused.params, "field": f"stock_{variant.id}"}) from None
    except NotFound:
        raise Conflict("stale_form") from None
