"""A large market for measuring: as many products as asked for, always the same ones.

One category holds 40 % of the products, so that its hundredth page exists from ten thousand on, and
two words of a name find about eight products in ten thousand.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text

from marketplace.catalog import listings, shelves
from marketplace.catalog.models import PriceChange, Product, StockMove, Variant
from marketplace.catalog.states import MoveKind, ProductState
from marketplace.core.db import Model, db, dialect
from marketplace.core.ids import ALPHABET, slugify
from marketplace.core.regions import Region
from marketplace.core.work import transaction
from marketplace.makers.models import Ikm
from marketplace.makers.states import ShopState

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
LOTS = 10**6
BATCH = 5_000
PRODUCTS_A_SHOP = 100
MOST_SHOPS = 500


def _words(text: str) -> list[str]:
    return text.split()


NATURES = _words(
    "alami antik bening cerah dalam dini elok gagah gurih halus hangat hening indah jernih kecil "
    "klasik kuno lembut lestari manis mantap murni pilihan polos renyah ringan rapi segar tebal "
    "utuh"
)
MATERIALS = _words(
    "agel akar bambu batok beras besek bordir cabai cengkih gerabah jagung jahe jati kapas kelapa "
    "kelor kopi lontar mahoni melinjo mendong pandan pelepah pisang rami rotan salak singkong "
    "sutra tembaga"
)
THINGS = _words(
    "alas anyaman asbak baki bantal blangkon bros cangkir celengan celemek centong dompet "
    "gantungan gelang giring guci kain kalung kap keranjang kipas kotak kursi lampu loyang "
    "mangkuk nampan peci piring rak sandal selendang sendok tampah tas tatakan tempat teko topi "
    "vas"
)


def fill(count: int, *, say: Callable[[str], None]) -> None:
    """Add so many products in shops of their own, then list them all at once."""
    now = EPOCH + timedelta(minutes=count)
    with transaction():
        shop_ids = _shops(min(MOST_SHOPS, max(1, count // PRODUCTS_A_SHOP)))
        first = _next_id(Product)
        first_variant = _next_id(Variant)
    made = 0
    for batch in _batches(count, first, first_variant, shop_ids):
        with transaction():
            for model, rows in batch.items():
                db.session.execute(insert(model), rows)
        made += len(batch[Product])
        say(f"{made} produk")
    with transaction():
        _count_on(Product, Variant)
        listings.rebuild_all(now)


def name_of(dice: random.Random, number: int) -> str:
    """A name of thing, material and nature, and a number that makes it unique."""
    words = (dice.choice(THINGS), dice.choice(MATERIALS), dice.choice(NATURES))
    return f"{' '.join(words)} {number}".capitalize()


def two_words(dice: random.Random) -> str:
    """What a visitor may look for: a thing of a certain nature."""
    return f"{dice.choice(THINGS)} {dice.choice(NATURES)}"


def _shops(count: int) -> list[int]:
    villages = db.session.scalars(
        select(Region.code).where(Region.level == 4).order_by(Region.code).limit(20_000)
    ).all()
    places = {
        row.code: row.full_name
        for row in db.session.execute(
            select(Region.code, Region.full_name).where(Region.code.in_(villages[::37]))
        )
    }
    dice = random.Random(5)
    made = []
    for number in range(count):
        village = dice.choice(sorted(places))
        name = f"Toko {dice.choice(MATERIALS).capitalize()} {number}"
        made.append(
            Ikm(
                code=_code(dice),
                slug=slugify(name),
                name=name,
                owner_name="Contoh",
                sector="kerajinan",
                village_code=village,
                place=", ".join(places[village].split(", ")[1:3]),
                state=ShopState.OPEN,
                trusted=True,
                created_at=EPOCH,
                opened_at=EPOCH,
            )
        )
    db.session.add_all(made)
    db.session.flush()
    return [shop.id for shop in made]


def _batches(
    count: int, first: int, first_variant: int, shop_ids: list[int]
) -> Iterator[dict[type[Model], list[dict[str, Any]]]]:
    dice = random.Random(7)
    leaves = [shelf.id for shelf in shelves.tree().values() if not shelf.children]
    words = [*NATURES, *MATERIALS, *THINGS]
    words += [_made_up(dice) for _ in range(800)]
    batch: dict[type[Model], list[dict[str, Any]]] = {}
    for number in range(count):
        at = EPOCH + timedelta(minutes=number)
        name = name_of(dice, number)
        price = dice.randrange(10, 2000) * 100
        product = {
            "id": first + number,
            "code": _code(dice),
            "slug": slugify(name),
            "ikm_id": shop_ids[number % len(shop_ids)],
            "category_id": leaves[0] if dice.random() < 0.4 else dice.choice(leaves[1:]),
            "name": name,
            "description": " ".join(dice.choices(words, k=40)).capitalize() + ".",
            "attributes": {},
            "state": ProductState.LIVE,
            "cover": f"contoh{number % 200:04d}/1/360",
            "created_at": at,
            "submitted_at": at,
            "live_at": at,
        }
        variant = {
            "id": first_variant + number,
            "product_id": product["id"],
            "price": price,
            "weight_g": dice.randrange(100, 2000),
            "on_hand": LOTS,
            "moves": 1,
        }
        moved = {
            "variant_id": variant["id"],
            "number": 1,
            "at": at,
            "kind": MoveKind.OPENING,
            "quantity": LOTS,
            "after": LOTS,
        }
        priced = {"variant_id": variant["id"], "at": at, "new": price}
        for model, row in (
            (Product, product),
            (Variant, variant),
            (StockMove, moved),
            (PriceChange, priced),
        ):
            batch.setdefault(model, []).append(row)
        if len(batch[Product]) == BATCH:
            yield batch
            batch = {}
    if batch:
        yield batch


def _next_id(model: type[Any]) -> int:
    return (db.session.scalar(select(func.max(model.id))) or 0) + 1


def _count_on(*models: type[Any]) -> None:
    """Rows came with their numbers: let PostgreSQL go on counting behind them."""
    if dialect() == "postgresql":
        for model in models:
            table = model.__tablename__
            db.session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
                )
            )


def _code(dice: random.Random) -> str:
    return "".join(dice.choices(ALPHABET, k=10))


def _made_up(dice: random.Random) -> str:
    syllables = range(dice.randint(2, 4))
    return "".join(dice.choice("bcdfglmnprstv") + dice.choice("aeiou") for _ in syllables)
