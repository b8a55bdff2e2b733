"""What the product page shows, read in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, select

from marketplace.catalog import shelves
from marketplace.catalog.models import Listing, Product, Variant
from marketplace.catalog.states import ProductState
from marketplace.catalog.wishes import PAGE
from marketplace.core.db import read
from marketplace.core.json_rows import told
from marketplace.makers import rules as makers
from marketplace.makers.models import Ikm, Sentra
from marketplace.photos.models import Photo
from marketplace.photos.states import PhotoState

MOST_ID = 2**63 - 1


class Shot(NamedTuple):
    """What the page needs of a photo."""

    code: str
    version: int
    widths: list[int]
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A product with its maker, what can be bought of it, and its photos; all plain rows."""

    product: Row[Any]
    variants: Sequence[Row[Any]]  # variant_id, variant_name, price, weight_g, left

    @property
    def photos(self) -> list[Shot]:
        """Its photos in their order."""
        return [Shot(*values) for values in self.product.photos or ()]

    @property
    def left(self) -> int:
        """Pieces of all variants that nobody holds."""
        return sum(variant.left for variant in self.variants)


_PHOTOS = (
    select(*(getattr(Photo, name) for name in Shot._fields))
    .where(Photo.product_id == Product.id, Photo.state == PhotoState.READY)
    .order_by(Photo.position, Photo.id)
    .correlate(Product)
)
# A row for each thing that can be bought of the product, or one alone when there is none.
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
        Product.rating_sum,
        Product.rating_count,
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
        Variant.id.label("variant_id"),
        Variant.name.label("variant_name"),
        Variant.price,
        Variant.weight_g,
        (Variant.on_hand - Variant.reserved).label("left"),
        told(_PHOTOS).label("photos"),
    )
    .join(Ikm, Ikm.id == Product.ikm_id)
    .outerjoin(Sentra, Sentra.id == Ikm.sentra_id)
    .outerjoin(Variant, and_(Variant.product_id == Product.id, Variant.active))
    .where(Product.code == bindparam("code"))
    .order_by(Variant.position, Variant.id)
)


_OF_SHOP = (
    select(
        Product.id,
        Product.code,
        Product.slug,
        Product.name,
        Product.price_from.label("price"),
        Product.price_to,
        Product.in_stock,
        Product.sold_count.label("sold"),
        Product.cover,
        Ikm.name.label("shop"),
        Ikm.place,
    )
    .join(Ikm, Ikm.id == Product.ikm_id)
    .where(
        Product.ikm_id == bindparam("ikm_id"),
        Product.state == ProductState.LIVE,
        Product.id < bindparam("before"),
    )
    .order_by(Product.id.desc())
    .limit(PAGE + 1)
)
_OF_SENTRA = (
    select(Listing.__table__)
    .join(Product, Product.id == Listing.product_id)
    .join(Ikm, Ikm.id == Product.ikm_id)
    .where(Listing.shelf_id == shelves.MARKET, Ikm.sentra_id == bindparam("sentra_id"))
    .order_by(Listing.live_at.desc(), Listing.product_id.desc())
    .limit(PAGE)
)


class Removed(Exception):
    """The product was here and is gone for good."""


def offer(code: str) -> Offer | None:
    """A product as visitors see it; none while it or its shop is not to be seen."""
    rows = read(_PRODUCT, {"code": code})
    if not rows:
        return None
    product = rows[0]
    if product.state == ProductState.REMOVED:
        raise Removed()
    if product.state != ProductState.LIVE or not makers.visible(product.shop_state):
        return None
    variants = [row for row in rows if row.variant_id is not None]
    return Offer(product, variants)


def of_shop(ikm_id: int, before: int | None = None) -> tuple[Sequence[Row[Any]], int | None]:
    """A page of a shop's products, newest first, and where the next page begins."""
    rows = read(_OF_SHOP, {"ikm_id": ikm_id, "before": before or MOST_ID})
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def of_sentra(sentra_id: int) -> Sequence[Row[Any]]:
    """The newest products of a sentra's shops."""
    return read(_OF_SENTRA, {"sentra_id": sentra_id})
