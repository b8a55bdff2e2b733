"""Everything a maker filled in about one product, as the pages of its making show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from marketplace.catalog import questions, shelves
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.product_rules import STEPS, fingerprint, suggested_alt
from marketplace.catalog.states import ProductState
from marketplace.core.db import read, read_one
from marketplace.core.errors import NotFound
from marketplace.makers.models import Ikm
from marketplace.photos.photos import Shown, of_product


@dataclass(frozen=True, slots=True)
class Choice:
    """One size or colour with its price, weight and stock."""

    id: int
    name: str
    price: int
    weight_g: int
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A product as its maker sees it, finished or not."""

    id: int
    ikm_id: int
    sentra_id: int | None
    code: str
    slug: str
    name: str
    description: str
    category_id: int | None
    attributes: dict[str, Any]
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    lead_days: int | None
    state: ProductState
    state_reason: str
    submitted_at: datetime | None
    live_at: datetime | None
    passed: dict[str, str] | None
    changed_at: datetime | None
    shop: str
    place: str
    trusted: bool
    choices: tuple[Choice, ...]
    photos: tuple[Shown, ...]

    @property
    def title(self) -> str:
        return self.name or "Produk tanpa nama"

    @property
    def cover(self) -> Shown | None:
        """The photo that stands on the card."""
        return next((photo for photo in self.photos if photo.ready), None)

    @property
    def path(self) -> tuple[str, ...]:
        """The names of the shelves from the top down to this product's."""
        tree = shelves.tree()
        shelf = tree.get(self.category_id or 0)
        return tuple(tree[id].name for id in shelf.path) if shelf else ()

    @property
    def colour(self) -> str:
        """The colour, when the maker was asked for it."""
        return str(self.attributes.get("warna", ""))

    def alts(self) -> dict[str, str]:
        """What each photo shows, with a suggestion where nobody has said so yet."""
        ready = [photo for photo in self.photos if photo.ready]
        return {
            photo.code: photo.alt or suggested_alt(self.name, self.colour, place)
            for place, photo in enumerate(ready)
        }

    @property
    def changed_since(self) -> bool:
        """On the market with something that the dinas has not seen."""
        return self.state == ProductState.LIVE and self.changed_at is not None

    @property
    def waits(self) -> bool:
        """An officer of the dinas is to look at it."""
        return self.state == ProductState.REVIEW or self.changed_since

    @property
    def weighed(self) -> bool:
        """Postage is known only for what has a weight."""
        return all(choice.weight_g > 0 for choice in self.choices)

    @property
    def counted(self) -> bool:
        """Something lies on the shelf; what was on the market before may be sold out."""
        return self.live_at is not None or any(choice.on_hand for choice in self.choices)

    def unanswered(self) -> list[str]:
        """What every product of this kind has to say, and this one does not yet."""
        asked = questions.of_category(self.category_id)
        return [q.label for q in asked if q.required and q.code not in self.attributes]

    def missing(self) -> list[str]:
        """The steps without which buyers cannot choose, in order."""
        done = {
            "foto": self.cover is not None,
            "nama": bool(self.name),
            "jenis": self.category_id is not None,
            "harga": bool(self.choices),
            "ukuran": bool(self.choices) and self.weighed and self.counted,
            "keterangan": not self.unanswered(),
        }
        return [step for step in STEPS if not done[step]]

    def values(self, part: str) -> Any:
        """What one page of the making shows; two editors are told apart by it."""
        return _PARTS[part](self)

    def sign(self, part: str) -> str:
        """The short sign that the page's form carries."""
        return fingerprint(self.values(part))

    def content_sign(self) -> str:
        """The sign of all that the dinas judges: who decides has seen exactly this."""
        parts = ("nama", "jenis", "cerita", "harga", "keterangan")
        shown = [photo.code for photo in self.photos if photo.ready]
        return fingerprint([*(self.values(part) for part in parts), shown])


_PARTS: dict[str, Any] = {
    "nama": lambda sheet: {"name": sheet.name},
    "jenis": lambda sheet: {"category": sheet.category_id},
    "cerita": lambda sheet: {"description": sheet.description},
    "harga": lambda sheet: [[c.id, c.name, c.price] for c in sheet.choices],
    "ukuran": lambda sheet: {
        "lead_days": sheet.lead_days,
        "sides": [sheet.length_mm, sheet.width_mm, sheet.height_mm],
        "choices": [[c.id, c.weight_g, c.on_hand] for c in sheet.choices],
    },
    "keterangan": lambda sheet: sheet.attributes,
    "keterangan-foto": lambda sheet: [[p.code, p.alt] for p in sheet.photos if p.ready],
}

_SHEET = select(
    Product.id,
    Product.ikm_id,
    Product.code,
    Product.slug,
    Product.name,
    Product.description,
    Product.category_id,
    Product.attributes,
    Product.length_mm,
    Product.width_mm,
    Product.height_mm,
    Product.lead_days,
    Product.state,
    Product.state_reason,
    Product.submitted_at,
    Product.live_at,
    Product.passed,
    Product.changed_at,
    Ikm.sentra_id,
    Ikm.name.label("shop"),
    Ikm.place,
    Ikm.trusted,
).join(Ikm, Ikm.id == Product.ikm_id)
_OF_SHOP = _SHEET.where(Product.ikm_id == bindparam("ikm_id"), Product.code == bindparam("code"))
_OF_ANY = _SHEET.where(Product.code == bindparam("code"))
_CHOICES = (
    select(
        Variant.id,
        Variant.name,
        Variant.price,
        Variant.weight_g,
        Variant.on_hand,
        Variant.reserved,
    )
    .where(Variant.product_id == bindparam("product_id"), Variant.active)
    .order_by(Variant.position, Variant.id)
)


def of_shop(ikm_id: int, code: str) -> Sheet:
    """A product of this shop; another shop's does not exist here."""
    return _sheet(read_one(_OF_SHOP, {"ikm_id": ikm_id, "code": code}))


def of_any(code: str) -> Sheet:
    """A product of whichever shop, for the dinas."""
    return _sheet(read_one(_OF_ANY, {"code": code}))


def _sheet(row: Any) -> Sheet:
    if row is None:
        raise NotFound()
    rows = read(_CHOICES, {"product_id": row.id})
    facts = {**row._mapping, "state": ProductState(row.state)}
    choices = tuple(Choice(**choice._mapping) for choice in rows)
    return Sheet(**facts, choices=choices, photos=tuple(of_product(row.id)))
