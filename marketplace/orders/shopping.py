"""What lies in a cart, as it stands now: by shop, with postage, and with every change said.

One statement reads it, however many lines there are; the same reading is shown on the cart page and
on both screens of checkout, and is repeated under a lock when the order is placed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Row, String, bindparam, func, select

from marketplace.catalog import quotas, waiting
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.quotas import Place, Rooms
from marketplace.core.db import read
from marketplace.core.regions import Region
from marketplace.makers.models import Ikm
from marketplace.orders import postage, rules
from marketplace.orders.cart import Buyer, mine
from marketplace.orders.models import Cart, CartLine
from marketplace.orders.postage import Quote


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in the cart. `wanted` was asked for, `quantity` can be had."""

    variant_id: int
    product_id: int
    product_code: str
    slug: str
    name: str
    variant_name: str
    cover: str | None
    price: int
    price_seen: int
    wanted: int
    quantity: int
    left: int
    weight_g: int
    category_id: int | None
    trouble: str  # "", "gone", "shop_closed", "holiday", "sold_out", "full", "short"
    places: tuple[Place, ...] = ()  # in the weeks of a maker who makes it to order
    chance: int | None = None  # of the waiting list: one piece is kept for this cart

    @property
    def total(self) -> int:
        return self.price * self.quantity

    @property
    def made_in(self) -> date | None:
        """The week it is promised for: the last that something of it is made in."""
        return self.places[-1].week if self.places else None

    @property
    def new_price(self) -> bool:
        return self.price != self.price_seen


@dataclass(frozen=True, slots=True)
class Part:
    """What comes from one shop in one parcel."""

    ikm_id: int
    code: str
    slug: str
    name: str
    place: str
    origin: str | None
    sentra_id: int | None
    can_pick_up: bool
    pickup: bool
    lines: tuple[Line, ...]
    quote: Quote | None

    @property
    def sold(self) -> tuple[Line, ...]:
        """The lines that can be paid."""
        return tuple(line for line in self.lines if line.quantity)

    @property
    def goods(self) -> int:
        return rules.sum_of((line.price, line.quantity) for line in self.lines)

    @property
    def weight_g(self) -> int:
        return sum(line.weight_g * line.quantity for line in self.lines)

    @property
    def postage(self) -> int | None:
        """Nothing when it is fetched; none while nobody knows or nobody sends there."""
        if self.pickup or not self.sold:
            return 0
        return self.quote.price if self.quote else None


@dataclass(frozen=True, slots=True)
class Shopping:
    """A whole cart on its way to one place."""

    cart_id: int | None
    village: str | None
    place: str
    parts: tuple[Part, ...]

    @property
    def lines(self) -> list[Line]:
        return [line for part in self.parts for line in part.lines]

    @property
    def sold(self) -> list[Line]:
        return [line for part in self.parts for line in part.sold]

    @property
    def paying(self) -> list[Part]:
        """The shops that something is paid to."""
        return [part for part in self.parts if part.sold]

    @property
    def pieces(self) -> int:
        return sum(line.wanted for line in self.lines)

    @property
    def goods(self) -> int:
        return sum(part.goods for part in self.parts)

    @property
    def postage(self) -> int | None:
        prices = [part.postage for part in self.paying]
        return None if None in prices else sum(price for price in prices if price is not None)

    @property
    def total(self) -> int:
        return self.goods + (self.postage or 0)

    @property
    def unreachable(self) -> list[Part]:
        """Shops that no courier of the tariff carries this parcel from."""
        return [part for part in self.paying if self.village and part.postage is None]

    @property
    def moved(self) -> bool:
        """Whether a price or a number is not what the buyer last saw."""
        return any(line.new_price or line.trouble for line in self.lines)

    def shown(self) -> str:
        """What the page shows, in short, to tell later whether the buyer saw this very bill."""
        lines = ",".join(
            f"{line.variant_id}:{line.quantity}:{line.price}"
            + (f":{line.made_in}" if line.made_in else "")
            for line in self.sold
        )
        sent = ",".join(
            f"{part.code}:{'-' if part.pickup else part.postage}" for part in self.paying
        )
        return f"{lines}|{sent}|{self.total}"


def shopping(
    buyer: Buyer,
    *,
    village: str | None,
    pickups: Collection[str],
    now: datetime,
    lock: bool = False,
) -> Shopping:
    """The cart as it stands; `pickups` are codes of shops where the buyer fetches the things."""
    if not buyer.known:
        return Shopping(None, village, "", ())
    rows = read(
        _statement(buyer.person_id is not None, lock),
        {"buyer": buyer.key, "village": village, "now": now},
    )
    if not rows:
        return Shopping(None, village, "", ())
    first = rows[0]
    where = village or first.cart_village
    known = where if first.place else None
    rooms = quotas.rooms({row.quota_id for row in rows if row.quota_id and row.lead_days}, now)
    parts = [
        _part(list(lines), known, pickups, now, rooms)
        for _, lines in groupby(rows, key=lambda row: row.ikm_id)
    ]
    return Shopping(first.cart_id, known, first.place or "", tuple(parts))


@cache
def _statement(person: bool, lock: bool) -> Any:
    buyer = Buyer(person_id=0) if person else Buyer(token="")
    statement = (
        select(
            Cart.id.label("cart_id"),
            Cart.village_code.label("cart_village"),
            Region.full_name.label("place"),
            CartLine.quantity,
            CartLine.price_seen,
            Variant.id.label("variant_id"),
            Variant.name.label("variant_name"),
            Variant.price,
            Variant.weight_g,
            Variant.active,
            (Variant.on_hand - Variant.reserved).label("left"),
            waiting.kept_for(Cart.id, Variant.id).correlate(Cart, Variant).label("chance"),
            Product.id.label("product_id"),
            Product.code.label("product_code"),
            Product.slug,
            Product.name,
            Product.cover,
            Product.category_id,
            Product.lead_days,
            Product.quota_id,
            Product.state.label("product_state"),
            Ikm.id.label("ikm_id"),
            Ikm.code.label("shop_code"),
            Ikm.slug.label("shop_slug"),
            Ikm.name.label("shop_name"),
            Ikm.place.label("shop_place"),
            Ikm.state.label("shop_state"),
            Ikm.village_code.label("origin"),
            Ikm.sentra_id,
            Ikm.pickup,
            Ikm.closed_from,
            Ikm.closed_to,
        )
        .select_from(CartLine)
        .join(Cart, Cart.id == CartLine.cart_id)
        .join(Variant, Variant.id == CartLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(Ikm, Ikm.id == Product.ikm_id)
        .outerjoin(
            Region,
            Region.code == func.coalesce(bindparam("village", type_=String()), Cart.village_code),
        )
        .where(mine(buyer))
        .order_by(Ikm.id, CartLine.added_at, Variant.id)
    )
    # locking the lines makes a second tab wait, and then see them gone
    return statement.with_for_update(of=CartLine) if lock else statement


def _part(
    rows: list[Row[Any]],
    village: str | None,
    pickups: Collection[str],
    now: datetime,
    rooms: Rooms,
) -> Part:
    first = rows[0]
    today = now.astimezone(rules.zone_of(first.origin)).date()
    lines = tuple(_line(row, today, rooms) for row in rows)
    weight = sum(line.weight_g * line.quantity for line in lines)
    return Part(
        ikm_id=first.ikm_id,
        code=first.shop_code,
        slug=first.shop_slug,
        name=first.shop_name,
        place=first.shop_place,
        origin=first.origin,
        sentra_id=first.sentra_id,
        can_pick_up=bool(first.pickup),
        pickup=bool(first.pickup) and first.shop_code in pickups,
        lines=lines,
        quote=postage.quote(first.origin, village, weight) if weight else None,
    )


def _line(row: Row[Any], today: Any, rooms: Rooms) -> Line:
    trouble = rules.still_buyable(
        shop_state=row.shop_state,
        product_state=row.product_state,
        active=row.active,
        closed=(row.closed_from, row.closed_to),
        today=today,
    )
    left = max(0, row.left) + (1 if row.chance else 0)
    quantity = 0 if trouble else min(row.quantity, left)
    if not trouble and quantity < row.quantity:
        trouble = "short" if quantity else "sold_out"
    places: tuple[Place, ...] = ()
    if quantity and row.quota_id and row.lead_days:
        places = rooms.take(row.quota_id, row.lead_days, quantity)
        fits = sum(place.quantity for place in places)
        if fits < quantity:
            quantity, left, trouble = fits, fits, "short" if fits else "full"
    return Line(
        variant_id=row.variant_id,
        product_id=row.product_id,
        product_code=row.product_code,
        slug=row.slug,
        name=row.name,
        variant_name=row.variant_name,
        cover=row.cover,
        price=row.price,
        price_seen=row.price_seen,
        wanted=row.quantity,
        quantity=quantity,
        left=left,
        weight_g=row.weight_g,
        category_id=row.category_id,
        trouble=trouble,
        places=places,
        chance=row.chance,
    )
