"""What the product page shows, read in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from marketplace.catalog.models import Product, Variant
from marketplace.catalog.states import ProductState
from marketplace.core.db import read, read_one
from marketplace.makers import rules as makers
from marketplace.makers.models import Ikm, Sentra
from marketplace.photos.models import Photo
from marketplace.photos.states import PhotoState


@dataclass(frozen=True, slots=True)
class Offer:
    """A product with its maker, what can be bought of it, and its photos; all plain rows."""

    product: Row[Any]
    variants: Sequence[Row[Any]]  # price, weight_g, left, …
    photos: Sequence[Row[Any]]

    @property
    def left(self) -> int:
        """Pieces of all variants that nobody holds."""
        return sum(variant.left for variant in self.variants)


_PRODUCT = (
    select(
        Product.id,
        Product.code,
        Product.slug,
        Product.name,
        Product.description,
        Product.attributes,
        Product.category_id,
        Product.state,
        Product.length_mm,
        Product.width_mm,
        Product.height_mm,
        Product.lead_days,
        Product.price_from,
        Product.price_to,
        Product.sold_count,
        Product.cover,
        Product.ikm_id,
        Ikm.name.label("shop"),
        Ikm.slug.label("shop_slug"),
        Ikm.owner_name,
        Ikm.story,
        Ikm.quote,
        Ikm.since,
        Ikm.place,
        Ikm.whatsapp,
        Ikm.village_code,
        Ikm.pickup,
        Ikm.visited_on,
        Ikm.state.label("shop_state"),
        Ikm.closed_from,
        Ikm.closed_to,
        Ikm.closed_note,
        Sentra.name.label("sentra"),
        Sentra.slug.label("sentra_slug"),
    )
    .join(Ikm, Ikm.id == Product.ikm_id)
    .outerjoin(Sentra, Sentra.id == Ikm.sentra_id)
    .where(Product.code == bindparam("code"))
)
_VARIANTS = (
    select(
        Variant.id,
        Variant.name,
        Variant.price,
        Variant.weight_g,
        (Variant.on_hand - Variant.reserved).label("left"),
    )
    .where(Variant.product_id == bindparam("product_id"), Variant.active)
    .order_by(Variant.position, Variant.id)
)
_PHOTOS = (
    select(Photo.code, Photo.version, Photo.widths, Photo.width, Photo.height, Photo.alt)
    .where(Photo.product_id == bindparam("product_id"), Photo.state == PhotoState.READY)
    .order_by(Photo.position, Photo.id)
)


class Removed(Exception):
    """The product was here and is gone for good."""


def offer(code: str) -> Offer | None:
    """A product as visitors see it; none while it or its shop is not to be seen."""
    product = read_one(_PRODUCT, {"code": code})
    if product is None:
        return None
    if product.state == ProductState.REMOVED:
        raise Removed()
    if product.state != ProductState.LIVE or not makers.visible(product.shop_state):
        return None
    mine = {"product_id": product.id}
    return Offer(product, read(_VARIANTS, mine), read(_PHOTOS, mine))
