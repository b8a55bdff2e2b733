"""Who waits for a sold-out thing, and whose turn it is when pieces come back.

A chance is a hold of one piece like any other: `stock.reserve` decides about the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, bindparam, delete, func, select, update

from marketplace.accounts.models import Person
from marketplace.catalog import rules, stock
from marketplace.catalog.models import Product, StockHold, Variant, Waiting
from marketplace.catalog.states import HoldState, ProductState, WaitState
from marketplace.core.db import db, insert_rows, read_one
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.ids import new_code
from marketplace.makers import rules as makers
from marketplace.makers.models import Ikm

CONFIRM_WITHIN = timedelta(days=1)
WAIT_AT_MOST = timedelta(days=180)
CHANCE_LASTS = timedelta(days=1)
_TABLE = Waiting.__table__


@dataclass(frozen=True, slots=True)
class Chance:
    """A piece that is kept for one person, and how to tell that person."""

    code: str
    email: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Joining:
    """Who joins: an account, or an address that has still to be confirmed; and the link's hash."""

    code: str
    token_hash: str
    text_version: int
    person_id: int | None = None
    email: str | None = None


_COLUMNS = (
    Variant.id,
    Variant.name.label("choice"),
    Variant.price,
    Variant.active,
    (Variant.on_hand - Variant.reserved).label("left"),
    Product.name,
    Product.code,
    Product.slug,
    Product.cover,
    Product.state,
    Ikm.name.label("shop"),
    Ikm.state.label("shop_state"),
    Ikm.closed_from,
    Ikm.closed_to,
)
_THING = (
    select(*_COLUMNS)
    .join(Product, Product.id == Variant.product_id)
    .join(Ikm, Ikm.id == Product.ikm_id)
    .where(Variant.id == bindparam("variant"))
)
_BY_TOKEN = (
    select(
        *_COLUMNS,
        Waiting.id.label("place"),
        Waiting.state.label("waits"),
        Waiting.until,
        Waiting.since,
    )
    .select_from(Waiting)
    .join(Variant, Variant.id == Waiting.variant_id)
    .join(Product, Product.id == Variant.product_id)
    .join(Ikm, Ikm.id == Product.ikm_id)
    .where(
        Waiting.token_hash == bindparam("token_hash"),
        Waiting.until > bindparam("now", type_=Waiting.until.type),
    )
)


def thing(variant_id: int) -> Row[Any]:
    """What somebody would wait for; none but what a visitor may see."""
    row = read_one(_THING, {"variant": variant_id})
    if row is None or not _to_be_seen(row):
        raise NotFound()
    return row


def join(variant_id: int, who: Joining, *, now: datetime) -> bool:
    """Stand in line for a sold-out thing; False when in line already. A guest confirms first."""
    row = thing(variant_id)
    if row.left > 0:
        raise Conflict("not_sold_out", name=row.name)
    mine = (
        Waiting.person_id == who.person_id if who.person_id is not None
        else Waiting.email == who.email
    )  # fmt: skip
    if db.session.scalar(select(Waiting.id).where(Waiting.variant_id == variant_id, mine)):
        return False
    confirmed = who.person_id is not None
    db.session.add(
        Waiting(
            code=who.code,
            token_hash=who.token_hash,
            variant_id=variant_id,
            person_id=who.person_id,
            email=who.email,
            text_version=who.text_version,
            state=WaitState.WAITING if confirmed else WaitState.ASKED,
            since=now,
            until=now + (WAIT_AT_MOST if confirmed else CONFIRM_WITHIN),
        )
    )
    db.session.flush()
    return True


def confirm(token_hash: str, *, now: datetime) -> int:
    """The address is really theirs: from now on they are in line; pressing twice is fine."""
    row = _locked(token_hash, now)
    if row.state == WaitState.ASKED:
        row.state, row.since, row.until = WaitState.WAITING, now, now + WAIT_AT_MOST
        db.session.flush()
    return row.variant_id


def leave(token_hash: str, *, now: datetime) -> None:
    """Out of the line at once; a chance goes to the next."""
    _drop(_locked(token_hash, now), now)


def leave_as(person_id: int, variant_id: int, *, now: datetime) -> None:
    """The same for somebody who is signed in."""
    row = db.session.scalar(
        select(Waiting)
        .where(Waiting.person_id == person_id, Waiting.variant_id == variant_id)
        .with_for_update()
    )
    if row is not None:
        _drop(row, now)


def forget_person(person_id: int, *, now: datetime) -> None:
    """Whoever closes the account waits for nothing any more."""
    for row in db.session.scalars(
        select(Waiting).where(Waiting.person_id == person_id).order_by(Waiting.variant_id)
    ).all():
        _drop(row, now)


def offer(variant_id: int, *, hash_of: Callable[[str], str], now: datetime) -> list[Chance]:
    """Give each free piece to whoever has waited longest, for a day; none while the shop is shut.

    `hash_of` a row's code is the hash of the link that its letter will carry.
    """
    row = db.session.execute(_THING, {"variant": variant_id}).first()
    if row is None or not _to_be_had(cast(Row[Any], row), now):
        return []
    free = db.session.scalar(
        select(Variant.on_hand - Variant.reserved)
        .where(Variant.id == variant_id)
        .with_for_update(key_share=True)
    )
    first = db.session.scalars(
        select(Waiting)
        .where(
            Waiting.variant_id == variant_id,
            Waiting.state == WaitState.WAITING,
            Waiting.until > now,
        )
        .order_by(Waiting.since, Waiting.id)
        .limit(max(0, int(free or 0)))
        .with_for_update()
    ).all()
    if not first:
        return []
    stock.reserve({variant_id: len(first)})
    chances = [_give(waiting, hash_of(waiting.code), now) for waiting in first]
    db.session.flush()
    return chances


def attach(token_hash: str, cart_id: int, *, now: datetime) -> None:
    """The chance is used in this cart; an order from it takes the kept piece."""
    row = _locked(token_hash, now)
    if row.state != WaitState.OFFERED:
        raise NotFound()
    row.cart_id = cart_id


def kept_for(cart_id: Any, variant_id: Any) -> Any:
    """The chance that is used in this cart for this thing, as a column; `:now` is the moment."""
    return (
        select(Waiting.id)
        .where(
            Waiting.cart_id == cart_id,
            Waiting.variant_id == variant_id,
            Waiting.state == WaitState.OFFERED,
            Waiting.until > bindparam("now", type_=Waiting.until.type),
        )
        .limit(1)
    )


def move_cart(old: int, new: int) -> None:
    """Two carts became one."""
    db.session.execute(update(_TABLE).where(_TABLE.c.cart_id == old).values(cart_id=new))


def redeem(ids: Collection[int], *, among: Iterable[int], now: datetime) -> None:
    """An order uses these chances: the people leave the line, the pieces are free for the order.

    Call it right before the order holds its pieces, in the same transaction.
    """
    used = db.session.execute(
        delete(_TABLE)
        .where(
            _TABLE.c.id.in_(sorted(ids)),
            _TABLE.c.state == WaitState.OFFERED,
            _TABLE.c.until > now,
        )
        .returning(_TABLE.c.hold_code)
    ).all()
    if len(used) != len(ids):
        raise Conflict("out_of_stock", variant_id=0, wanted=len(ids), left=len(used))
    stock.hand_over(sorted(row.hold_code for row in used), among=among)


def due(now: datetime) -> list[str]:
    """Links whose time is over: not confirmed, waited too long, or a chance not used."""
    found = db.session.scalars(
        select(Waiting.token_hash).where(Waiting.until <= now).order_by(Waiting.until).limit(500)
    )
    return list(found)


def end(token_hash: str, *, now: datetime) -> None:
    """Forget one whose time is over; what was kept goes to the next. Looking twice is fine."""
    row = db.session.scalar(
        select(Waiting).where(Waiting.token_hash == token_hash).with_for_update()
    )
    if row is not None and row.until <= now:
        _drop(row, now, state=HoldState.EXPIRED)


def to_offer() -> list[int]:
    """Things with free pieces that somebody waits for: the shop was shut when they came."""
    return list(
        db.session.scalars(
            select(Variant.id)
            .where(
                Variant.on_hand > Variant.reserved,
                Variant.id.in_(
                    select(Waiting.variant_id).where(Waiting.state == WaitState.WAITING)
                ),
            )
            .order_by(Variant.id)
            .limit(500)
        )
    )


def by_token(token_hash: str, now: datetime) -> Row[Any]:
    """What a link of a letter is about."""
    row = read_one(_BY_TOKEN, {"token_hash": token_hash, "now": now})
    if row is None:
        raise NotFound()
    return row


def before(variant_id: int, since: datetime, id: int) -> int:
    """How many stand further in front."""
    ahead = (Waiting.since < since) | ((Waiting.since == since) & (Waiting.id < id))
    row = read_one(
        select(func.count()).where(
            Waiting.variant_id == variant_id, Waiting.state == WaitState.WAITING, ahead
        )
    )
    return int(row[0]) if row else 0


def _give(waiting: Waiting, token_hash: str, now: datetime) -> Chance:
    """One piece of what was just reserved is this person's for a day."""
    code, until = new_code(), now + CHANCE_LASTS
    insert_rows(
        StockHold,
        [
            {
                "variant_id": waiting.variant_id,
                "group_code": code,
                "order_code": code,
                "quantity": 1,
                "state": HoldState.ACTIVE,
                "expires_at": until,
                "created_at": now,
                "made_in": None,
            }
        ],
    )
    waiting.state, waiting.hold_code, waiting.until = WaitState.OFFERED, code, until
    waiting.token_hash = token_hash  # the link of the letter before is dead
    email = waiting.email or db.session.scalar(
        select(Person.email).where(Person.id == waiting.person_id)
    )
    return Chance(waiting.code, email or "", until)


def _drop(row: Waiting, now: datetime, *, state: HoldState = HoldState.RELEASED) -> None:
    held = row.hold_code
    db.session.delete(row)
    db.session.flush()
    if held:
        stock.release(held, now, state=state)


def _locked(token_hash: str, now: datetime) -> Waiting:
    row = db.session.scalar(
        select(Waiting)
        .where(Waiting.token_hash == token_hash, Waiting.until > now)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


def _to_be_seen(row: Row[Any]) -> bool:
    live = row.state == ProductState.LIVE and row.active
    return bool(live and makers.visible(row.shop_state))


def _to_be_had(row: Row[Any], now: datetime) -> bool:
    today = now.astimezone(rules.JAKARTA).date()
    return _to_be_seen(row) and makers.buyable(
        row.shop_state, row.closed_from, row.closed_to, today
    )
