"""The demo market as plain data: makers, goods and people, checked before anybody uses them."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CONTENT = HERE / "content"
PICTURES = HERE / "pictures"
REFERENCE = HERE.parent / "catalog" / "data"

VILLAGE_CODE = re.compile(r"\d\d\.\d\d\.\d\d\.[12]\d{3}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FICTIONAL_PHONE = re.compile(r"0812 0000 \d{4}")
KINDS = ("text", "number", "choice", "bool")


class BadContent(ValueError):
    """A data file says something that cannot be sold."""


@dataclass(frozen=True)
class Attribute:
    """One question a category asks about a product, with its allowed answers."""

    code: str
    label: str
    kind: str
    options: tuple[str, ...] = ()
    unit: str = ""
    required: bool = False
    facet: bool = False

    def accepts(self, value: object) -> bool:
        """A choice is one of the options, a number is whole and positive."""
        if self.kind == "choice":
            return value in self.options
        if self.kind == "bool":
            return isinstance(value, bool)
        if self.kind == "number":
            return isinstance(value, int) and not isinstance(value, bool) and value > 0
        return isinstance(value, str) and bool(value.strip())


@dataclass(frozen=True)
class Category:
    """A shelf of the market; it asks its parent's questions and its own."""

    slug: str
    name: str
    parent: str | None
    position: int
    hints: tuple[str, ...]
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True)
class Picture:
    """A file under pictures/ and the words for who cannot see it."""

    file: str
    alt: str

    @property
    def path(self) -> Path:
        return PICTURES / self.file


@dataclass(frozen=True)
class Variant:
    """A choice within a product; its price and weight stand for themselves."""

    name: str
    price: int
    stock: int
    weight_g: int


@dataclass(frozen=True)
class Product:
    """One thing on sale, as its maker describes it."""

    slug: str
    name: str
    category: str
    description: str
    variants: tuple[Variant, ...]
    size_cm: tuple[int, int, int]
    weight_g: int
    lead_time_days: int | None
    attributes: dict[str, str | int | bool]
    pictures: tuple[Picture, ...]
    drawing: dict[str, Any]

    @property
    def price(self) -> int:
        """What a card shows: the cheapest variant."""
        return min(variant.price for variant in self.variants)


@dataclass(frozen=True)
class Shop:
    """One IKM: who they are, where they work and what they sell."""

    slug: str
    name: str
    label: str
    owner_title: str
    owner_name: str
    sector: str
    sentra: str | None
    village_code: str
    address: str
    since: int
    workers: int
    story: str
    quote: str
    opening_hours: str
    whatsapp: str
    pickup: bool
    picture: Picture
    drawing: dict[str, Any]
    products: tuple[Product, ...]


@dataclass(frozen=True)
class Sentra:
    """A cluster of like makers; members counts all of them, also those without a shop here."""

    slug: str
    name: str
    label: str
    village_code: str
    address: str
    chair: str
    members: int
    founded: int
    capacity: str
    story: str
    picture: Picture
    drawing: dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody of the cast who can sign in to the demo market."""

    key: str
    name: str
    email: str
    role: str
    shop: str | None
    phone: str
    address: str
    village_code: str
    note: str


@dataclass(frozen=True)
class DemoContent:
    """Everything the seeding command needs, in file order."""

    categories: tuple[Category, ...]
    sentras: tuple[Sentra, ...]
    shops: tuple[Shop, ...]
    cast: tuple[Person, ...]
    search_words: tuple[tuple[str, ...], ...]

    @property
    def products(self) -> tuple[Product, ...]:
        return tuple(product for shop in self.shops for product in shop.products)

    def questions(self, category: str) -> dict[str, Attribute]:
        """The attributes a category asks for, its parents' first."""
        return questions(self.categories, category)


def questions(categories: tuple[Category, ...], slug: str) -> dict[str, Attribute]:
    """The attributes a category asks for, its parents' first."""
    by_slug = {category.slug: category for category in categories}
    chain: list[Category] = []
    step: str | None = slug
    while step is not None:
        chain.insert(0, by_slug[step])
        step = by_slug[step].parent
    return {a.code: a for category in chain for a in category.attributes}


@cache
def load_content() -> DemoContent:
    """Reads every data file once; raises BadContent at the first thing that is wrong."""
    categories = load_categories()
    content = DemoContent(
        categories=categories,
        sentras=tuple(_sentra(row) for row in _read(CONTENT / "sentras.json")),
        shops=tuple(_shop(_read(path)) for path in sorted((CONTENT / "shops").glob("*.json"))),
        cast=tuple(Person(**row) for row in _read(CONTENT / "cast.json")),
        search_words=load_search_words(),
    )
    _check(content)
    return content


def load_categories() -> tuple[Category, ...]:
    """The category tree, parents before children."""
    return tuple(_category(row) for row in _read(REFERENCE / "categories.json"))


def load_search_words() -> tuple[tuple[str, ...], ...]:
    """Groups of words that mean the same to somebody who searches."""
    return tuple(tuple(group) for group in _read(REFERENCE / "search_words.json"))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _category(row: dict[str, Any]) -> Category:
    attributes = tuple(
        Attribute(**{**a, "options": tuple(a.get("options", ()))}) for a in row["attributes"]
    )
    return Category(**{**row, "hints": tuple(row["hints"]), "attributes": attributes})


def _sentra(row: dict[str, Any]) -> Sentra:
    return Sentra(**{**row, "picture": Picture(**row["picture"])})


def _shop(row: dict[str, Any]) -> Shop:
    products = tuple(_product(item) for item in row["products"])
    return Shop(**{**row, "picture": Picture(**row["picture"]), "products": products})


def _product(row: dict[str, Any]) -> Product:
    width, height, depth = row["size_cm"]
    return Product(
        **{
            **row,
            "size_cm": (width, height, depth),
            "variants": tuple(Variant(**variant) for variant in row["variants"]),
            "pictures": tuple(Picture(**picture) for picture in row["pictures"]),
        }
    )


def _check(content: DemoContent) -> None:
    """Unique slugs, real-looking places, known categories and answered questions."""
    _need_unique("shop", [shop.slug for shop in content.shops])
    _need_unique("product", [product.slug for product in content.products])
    _need_unique("category", [category.slug for category in content.categories])
    sentras = {sentra.slug for sentra in content.sentras}
    codes = [shop.village_code for shop in content.shops]
    codes += [sentra.village_code for sentra in content.sentras]
    codes += [person.village_code for person in content.cast]
    for code in codes:
        _need(bool(VILLAGE_CODE.fullmatch(code)), f"kode desa {code}")
    for shop in content.shops:
        _need(shop.sentra is None or shop.sentra in sentras, f"{shop.slug}: sentra")
        _need(bool(FICTIONAL_PHONE.fullmatch(shop.whatsapp)), f"{shop.slug}: whatsapp")
        for product in shop.products:
            _check_product(content, product)


def _check_product(content: DemoContent, product: Product) -> None:
    parents = {category.parent for category in content.categories}
    known = {category.slug for category in content.categories} - parents
    _need(product.category in known, f"{product.slug}: kategori {product.category}")
    _need(1 <= len(product.variants) <= 5, f"{product.slug}: jumlah varian")
    for variant in product.variants:
        sane = variant.price > 0 and variant.stock >= 0 and variant.weight_g > 0
        _need(sane, f"{product.slug}: varian {variant.name}")
    asked = content.questions(product.category)
    for code, value in product.attributes.items():
        _need(code in asked and asked[code].accepts(value), f"{product.slug}: {code}={value!r}")
    missing = [a.code for a in asked.values() if a.required and a.code not in product.attributes]
    _need(not missing, f"{product.slug}: belum ada {missing}")


def _need(fine: bool, what: str) -> None:
    if not fine:
        raise BadContent(what)


def _need_unique(kind: str, slugs: list[str]) -> None:
    twice = [slug for slug, count in Counter(slugs).items() if count > 1]
    _need(not twice, f"{kind} ganda: {twice}")
    wrong = [slug for slug in slugs if not SLUG.fullmatch(slug)]
    _need(not wrong, f"{kind} salah tulis: {wrong}")
