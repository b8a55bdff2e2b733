"""The label of a product: kept, checked, and put into words for the press."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from marketplace.catalog import products, shelves
from marketplace.catalog.labels import rules
from marketplace.catalog.labels.models import LabelSize, ProductLabel
from marketplace.catalog.labels.rules import Content, Item, Kind
from marketplace.catalog.sheets import Choice, Sheet
from marketplace.core import regions
from marketplace.core.db import db, read, read_one
from marketplace.core.errors import Conflict, NotFound
from marketplace.makers.models import Ikm

FIRST_PAPER = {Kind.FOOD: "pouch", Kind.CARE: "kotak", Kind.CRAFT: "gantungan"}
FIRST_LOOK = "gading"
FRESH = "buah-segar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the maker filled in."""

    version: int  # of the label that was on the page; 0 when there was none
    paper: str
    look: str
    ingredients: str
    permit: str
    halal: str
    care: str
    story: str
    batch: str
    best_before: date | None
    sizes: dict[int, tuple[str, str]]  # of a variant: what is in it, and its number for tills


@dataclass(frozen=True, slots=True)
class Kept:
    """A label as it stands, filled as far as the product tells by itself."""

    kind: Kind
    maker: str
    address: str
    place: str
    wish: Wish
    today: date

    def content(self, sheet: Sheet, choice: Choice) -> Content:
        """What one size of the product would say; what has run out meanwhile says nothing."""
        answers, wish = sheet.attributes, self.wish
        return Content(
            kind=self.kind,
            name=sheet.name,
            address=self.address,
            net=wish.sizes[choice.id][0],
            ingredients=wish.ingredients,
            permit="" if rules.has_ended(wish.permit, self.today) else wish.permit,
            halal=wish.halal,
            batch=wish.batch,
            best_before=day if (day := wish.best_before) and day > self.today else None,
            claims_halal=bool(answers.get("halal")),
            shelf_days=answers.get("masa_simpan"),
            fresh=FRESH in _slugs(sheet.category_id),
        )

    def missing(self, sheet: Sheet, choice: Choice) -> list[Item]:
        """What has to be filled in before this size may be printed."""
        return rules.missing(self.content(sheet, choice))

    def needed(self, sheet: Sheet, choice: Choice) -> list[Item]:
        """What this size must say, filled in or not."""
        return rules.needed(self.content(sheet, choice))


_LABEL = select(ProductLabel.__table__).where(ProductLabel.product_id == bindparam("product_id"))
_SIZES = select(LabelSize.variant_id, LabelSize.net, LabelSize.ean).where(
    LabelSize.variant_id.in_(bindparam("variants", expanding=True))
)
_SHOP = select(Ikm.name, Ikm.address, Ikm.place, Ikm.village_code).where(
    Ikm.id == bindparam("ikm_id")
)


def of_product(sheet: Sheet, *, today: date) -> Kept:
    """The label of a product; before the first time it is filled from what the product says."""
    kind = rules.kind_of(_slugs(sheet.category_id))
    shop = read_one(_SHOP, {"ikm_id": sheet.ikm_id})
    if shop is None:
        raise NotFound()
    row = read_one(_LABEL, {"product_id": sheet.id})
    known = {
        size.variant_id: (size.net, size.ean)
        for size in read(_SIZES, {"variants": [choice.id for choice in sheet.choices]})
    }
    net = _net(sheet)
    sizes = {choice.id: known.get(choice.id, (net, "")) for choice in sheet.choices}
    wish = _first(sheet, kind, today, sizes) if row is None else _stored(row, sizes)
    return Kept(kind, shop.name, _address(shop), shop.place, wish, today)


def save(sheet: Sheet, wish: Wish, *, kind: Kind, now: datetime, today: date) -> None:
    """Keep it; numbers that cannot be true are refused at their field, as Invalid.

    Raises Conflict("label_changed") when somebody else kept another one meanwhile.
    """
    values = {
        "paper": wish.paper,
        "look": wish.look,
        "ingredients": wish.ingredients,
        "permit": rules.permit(wish.permit, kind, today),
        "halal": rules.halal(wish.halal),
        "care": wish.care,
        "story": wish.story,
        "batch": wish.batch,
        "best_before": rules.best_before(wish.best_before, today),
        "updated_at": now,
    }
    sizes = {id: (net, rules.ean(number)) for id, (net, number) in wish.sizes.items()}
    products.lock(sheet.id)  # of two first labels at once the second sees the first
    label = db.session.get(ProductLabel, sheet.id, with_for_update=True, populate_existing=True)
    if (label.version if label else 0) != wish.version:
        raise Conflict("label_changed")
    if label is None:
        db.session.add(ProductLabel(product_id=sheet.id, **values))
    else:
        for name, value in values.items():
            setattr(label, name, value)
    for variant_id, (net, number) in sizes.items():
        db.session.merge(LabelSize(variant_id=variant_id, net=net, ean=number))


def facts(kept: Kept, day: str) -> tuple[tuple[str, str], ...]:
    """Headings and words of the facts, in order; `day` is the best-before day in words."""
    wish = kept.wish
    bpom = wish.permit[:1].isalpha()
    made = "Diproduksi oleh" if kept.kind != Kind.CRAFT else "Dibuat oleh"
    permit = ("BPOM RI" if bpom else "P-IRT No.", rules.written(wish.permit))
    rows = [
        ("Komposisi" if kept.kind != Kind.CRAFT else "Bahan", wish.ingredients),
        (made, f"{kept.maker}, {kept.address}" if kept.address else kept.maker),
        permit,
        ("Halal No.", wish.halal),
        ("Kode produksi", wish.batch),
        ("Baik digunakan sebelum", day),
        ("Cara simpan" if kept.kind != Kind.CRAFT else "Cara merawat", wish.care),
    ]
    return tuple((head, words) for head, words in rows if words)


def _first(sheet: Sheet, kind: Kind, today: date, sizes: dict[int, tuple[str, str]]) -> Wish:
    answers = sheet.attributes
    days = answers.get("masa_simpan")
    return Wish(
        version=0,
        paper=FIRST_PAPER[kind],
        look=FIRST_LOOK,
        ingredients=str(answers.get("bahan", "")) if kind == Kind.CRAFT else "",
        permit=str(answers.get("pirt") or answers.get("bpom") or ""),
        halal="",
        care="",
        story="",
        batch=f"{today:%y%m%d}",
        best_before=today + timedelta(days=min(days, 3650)) if days else None,
        sizes=sizes,
    )


def _stored(row: Any, sizes: dict[int, tuple[str, str]]) -> Wish:
    return Wish(
        version=row.version,
        paper=row.paper,
        look=row.look,
        ingredients=row.ingredients,
        permit=row.permit,
        halal=row.halal,
        care=row.care,
        story=row.story,
        batch=row.batch,
        best_before=row.best_before,
        sizes=sizes,
    )


def _address(shop: Any) -> str:
    """Street, village, district, regency and province; empty while the street is not known."""
    village = regions.place(shop.village_code or "")
    if not shop.address:
        return ""
    street = " ".join(shop.address.split())
    return f"{street}, {village.full_name}" if village else street


def _net(sheet: Sheet) -> str:
    """ "Berat bersih 250 g", as far as the product was asked for it."""
    answers = sheet.attributes
    if answers.get("berat_bersih"):
        return f"Berat bersih {answers['berat_bersih']} g"
    if answers.get("isi_bersih"):
        return f"Isi bersih {answers['isi_bersih']}"
    return ""


def _slugs(category_id: int | None) -> list[str]:
    tree = shelves.tree()
    shelf = tree.get(category_id or 0)
    return [tree[id].slug for id in shelf.path] if shelf else []
