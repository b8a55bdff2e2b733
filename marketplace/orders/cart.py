"""One cart for many shops: a visitor's by its key, a person's by the account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.catalog import waiting
from marketplace.catalog.models import Product, Variant
from marketplace.core.db import db, dialect, read_one
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.ids import token_hash
from marketplace.makers.models import Ikm
from marketplace.orders import rules
from marketplace.orders.models import Cart, CartLine

COUNT = (
    select(func.coalesce(func.sum(CartLine.quantity), 0))
    .join(Cart, Cart.id == CartLine.cart_id)
    .where(Cart.person_id == bindparam("person_id"))
)


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whose cart: the person's when signed in, else the one this browser holds the key of."""

    person_id: int | None = None
    token: str | None = None

    @property
    def known(self) -> bool:
        return self.person_id is not None or self.token is not None

    @property
    def key(self) -> int | str:
        """What `mine` is compared with."""
        return self.person_id if self.person_id is not None else token_hash(self.token or "")


def mine(buyer: Buyer) -> Any:
    """The condition that picks this buyer's cart and nobody else's; `:buyer` is `buyer.key`."""
    column = Cart.person_id if buyer.person_id is not None else Cart.token_hash
    return column == bindparam("buyer", type_=column.type)


@dataclass(frozen=True, slots=True)
class Added:
    """What went in: `quantity` now lies in the cart, `wanted` was asked for."""

    name: str
    quantity: int
    wanted: int
    more: int


@dataclass(frozen=True, slots=True)
class Removed:
    """A line that can be put back."""

    variant_id: int
    quantity: int
    price_seen: int
    name: str


def count_of(person_id: int) -> int:
    """How many pieces lie in a person's cart."""
    row = read_one(COUNT, {"person_id": person_id})
    return int(row[0]) if row else 0


def add(
    buyer: Buyer, variant_id: int, quantity: int, *, village: str | None, now: datetime
) -> Added:
    """Put pieces in, as many as the shop has; nothing that cannot be bought goes in."""
    _check(quantity)
    row = _offer(buyer, variant_id, now)
    _refuse_unbuyable(row, now)
    lying = row.lying or 0
    there = min(lying + quantity, row.left, rules.MOST_PIECES)
    if there <= 0:
        raise Conflict("sold_out", name=row.name)
    cart_id = row.cart_id or _open(buyer, village, now)
    if not lying and row.lines >= rules.MOST_LINES:
        raise Conflict("cart_full", most=rules.MOST_LINES)
    _put(cart_id, [(variant_id, there, row.price)], now)
    if row.cart_id and row.touched_at.date() != now.date():
        _touch(cart_id, now)
    return Added(name=row.name, quantity=there, wanted=lying + quantity, more=there - lying)


def change(buyer: Buyer, variant_id: int, quantity: int, *, now: datetime) -> Added:
    """Set how many, as many as the shop has; the price seen on the way is the price of today."""
    _check(quantity)
    row = _offer(buyer, variant_id, now)
    if not row.lying:
        raise NotFound()
    _refuse_unbuyable(row, now)
    there = min(quantity, row.left)
    if there <= 0:
        raise Conflict("sold_out", name=row.name)
    _put(row.cart_id, [(variant_id, there, row.price)], now)
    return Added(name=row.name, quantity=there, wanted=quantity, more=there - row.lying)


def remove(buyer: Buyer, variant_id: int) -> Removed | None:
    """Take a line out; what was there can be put back. Taking out twice is fine."""
    cart = select(Cart.id).where(mine(buyer)).scalar_subquery()
    row = db.session.execute(
        delete(CartLine)
        .where(CartLine.cart_id == cart, CartLine.variant_id == variant_id)
        .returning(CartLine.quantity, CartLine.price_seen)
        .execution_options(synchronize_session=False),
        {"buyer": buyer.key},
    ).first()
    if row is None:
        return None
    name = db.session.scalar(
        select(Product.name).join(Variant).where(Variant.id == variant_id)
    )  # fmt: skip
    return Removed(variant_id, row.quantity, row.price_seen, name or "")


def adopt(token: str, person_id: int, now: datetime) -> int:
    """At sign-in the visitor's cart joins the person's; how many pieces lie there now.

    A thing that lies in both keeps the larger number: it was most likely put in twice.
    """
    found = {cart.person_id: cart for cart in _both(token, person_id)}
    visitor, own = found.get(None), found.get(person_id)
    if visitor is not None and own is None:
        visitor.person_id, visitor.token_hash, visitor.touched_at = person_id, None, now
        db.session.flush()
    elif visitor is not None and own is not None:
        lying = {line.variant_id: line.quantity for line in _lines_of(own.id)}
        joined = [
            (line.variant_id, max(line.quantity, lying.get(line.variant_id, 0)), line.price_seen)
            for line in _lines_of(visitor.id)
        ]
        room = rules.MOST_LINES - len(lying)
        fresh = [line for line in joined if line[0] not in lying][: max(0, room)]
        _put(own.id, [line for line in joined if line[0] in lying] + fresh, now)
        own.village_code = visitor.village_code or own.village_code
        db.session.flush()
        waiting.move_cart(visitor.id, own.id)
        db.session.delete(visitor)
        db.session.flush()
    return int(db.session.scalar(COUNT, {"person_id": person_id}) or 0)


def add_kept(buyer: Buyer, variant_id: int, *, village: str | None, now: datetime) -> int:
    """Put in the one piece that is kept for this buyer; the cart it lies in."""
    row = _offer(buyer, variant_id, now)
    _refuse_unbuyable(row, now)
    cart_id = row.cart_id or _open(buyer, village, now)
    if not row.lying:
        _put(cart_id, [(variant_id, 1, row.price)], now)
    return int(cart_id)


def give_back(
    cart_id: int | None,
    person_id: int | None,
    lines: Iterable[tuple[int, int, int]],
    now: datetime,
) -> None:
    """What was not paid lies in the cart again, unless the cart is gone or holds it already.

    `lines` are (variant, quantity, price that was agreed).
    """
    cart = db.session.get(Cart, cart_id) if cart_id else None
    if cart is None and person_id is not None:
        cart = db.session.scalar(select(Cart).where(Cart.person_id == person_id))
    if cart is not None:
        lying = {line.variant_id for line in _lines_of(cart.id)}
        _put(cart.id, [line for line in lines if line[0] not in lying], now)


def forget_untouched(before: datetime) -> int:
    """Drop visitors' carts that nobody has touched since then; a person's cart stays."""
    gone = db.session.execute(
        delete(Cart)
        .where(Cart.person_id.is_(None), Cart.touched_at < before)
        .returning(Cart.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def forget_of(person_id: int) -> None:
    """Drop the cart of a person who is no longer with us."""
    db.session.execute(delete(Cart).where(Cart.person_id == person_id))


def _check(quantity: int) -> None:
    if not 1 <= quantity <= rules.MOST_PIECES:
        raise Invalid("pieces", field="quantity", most=rules.MOST_PIECES)


def _refuse_unbuyable(row: Row[Any], now: datetime) -> None:
    why = rules.still_buyable(
        shop_state=row.shop_state,
        product_state=row.product_state,
        active=row.active,
        closed=(row.closed_from, row.closed_to),
        today=now.astimezone(rules.zone_of(row.village_code)).date(),
    )
    if why:
        raise Conflict(f"not_buyable_{why}", name=row.name)


def _offer(buyer: Buyer, variant_id: int, now: datetime) -> Row[Any]:
    """The thing as it is sold now, and how many of it lie in this cart already."""
    values = {"buyer": buyer.key, "variant": variant_id, "now": now}
    row = read_one(_offer_of(buyer.person_id is not None), values)
    if row is None:
        raise NotFound()
    return row


@cache
def _offer_of(person: bool) -> Select[Any]:
    """Built once for visitors and once for people."""
    whose = mine(Buyer(person_id=0) if person else Buyer(token=""))
    variant = bindparam("variant", type_=CartLine.variant_id.type)
    cart = select(Cart.id).where(whose).scalar_subquery()
    held = select(func.count()).select_from(CartLine).where(CartLine.cart_id == cart)
    lying = select(CartLine.quantity).where(
        CartLine.cart_id == cart, CartLine.variant_id == variant
    )
    kept = case((waiting.kept_for(cart, variant).exists(), 1), else_=0)
    return (
        select(
            Variant.price,
            (Variant.on_hand - Variant.reserved + kept).label("left"),
            Variant.active,
            Product.name,
            Product.state.label("product_state"),
            Ikm.state.label("shop_state"),
            Ikm.village_code,
            Ikm.closed_from,
            Ikm.closed_to,
            cart.label("cart_id"),
            select(Cart.touched_at).where(whose).scalar_subquery().label("touched_at"),
            held.scalar_subquery().label("lines"),
            lying.scalar_subquery().label("lying"),
        )
        .join(Product, Product.id == Variant.product_id)
        .join(Ikm, Ikm.id == Product.ikm_id)
        .where(Variant.id == variant)
    )


def _open(buyer: Buyer, village: str | None, now: datetime) -> int:
    """Begin a cart; two first presses at once begin one."""
    values = {
        "person_id": buyer.person_id,
        "token_hash": None if buyer.person_id is not None else buyer.key,
        "village_code": village,
        "touched_at": now,
    }
    made = db.session.scalar(_opening(dialect()), values)
    if made is None:
        made = db.session.scalar(select(Cart.id).where(mine(buyer)), {"buyer": buyer.key})
    return int(made)


def _put(cart_id: int, lines: Sequence[tuple[int, int, int]], now: datetime) -> None:
    """Write lines of (variant, quantity, price seen), new or not."""
    if not lines:
        return
    rows = [
        {
            "cart_id": cart_id,
            "variant_id": variant,
            "quantity": quantity,
            "price_seen": price,
            "added_at": now,
        }
        for variant, quantity, price in sorted(lines)
    ]
    db.session.execute(_putting(dialect()), rows)


def _touch(cart_id: int, now: datetime) -> None:
    table = Cart.__table__
    db.session.execute(update(table).where(table.c.id == cart_id).values(touched_at=now))


def _both(token: str, person_id: int) -> Sequence[Cart]:
    return db.session.scalars(
        select(Cart)
        .where((Cart.token_hash == token_hash(token)) | (Cart.person_id == person_id))
        .order_by(Cart.id)
        .with_for_update(key_share=True)
    ).all()


def _lines_of(cart_id: int) -> Sequence[Row[int, int, int]]:
    return db.session.execute(
        select(CartLine.variant_id, CartLine.quantity, CartLine.price_seen).where(
            CartLine.cart_id == cart_id
        )
    ).all()


# Both databases can insert or update at once, each in its own words.
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@cache
def _opening(database: str) -> Any:
    table = Cart.__table__
    return _INSERT[database](table).on_conflict_do_nothing().returning(table.c.id)


@cache
def _putting(database: str) -> Any:
    statement = _INSERT[database](CartLine.__table__)
    return statement.on_conflict_do_update(
        index_elements=["cart_id", "variant_id"],
        set_={
            "quantity": statement.excluded.quantity,
            "price_seen": statement.excluded.price_seen,
        },
    )
