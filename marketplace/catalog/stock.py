"""Stock that is never sold twice: held while somebody pays, taken when they have paid.

Every step is one conditional statement over the rows in ascending order of variant; the CHECK
constraints `never_oversold` and `reserved_not_negative` stand behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, case, func, literal_column, select, update

from marketplace.catalog import quotas
from marketplace.catalog.events import PiecesCameBack
from marketplace.catalog.models import Product, QuotaPlace, StockHold, StockMove, Variant, Waiting
from marketplace.catalog.quotas import Place
from marketplace.catalog.states import HoldState, MoveKind, WaitState
from marketplace.core import jobs
from marketplace.core.db import changed, db, insert_rows
from marketplace.core.errors import Conflict
from marketplace.core.events import announce

SOLD_MEANWHILE = ("out_of_stock", "weeks_full")  # somebody else was a moment faster
_VARIANT = Variant.__table__
# whether somebody is in line for it; one look into an index beside the row that is changed anyway;
# written out, because SQLite is given the names in RETURNING without their table
_AWAITED = (
    select(Waiting.id)
    .where(Waiting.variant_id == literal_column("variant.id"), Waiting.state == WaitState.WAITING)
    .exists()
    .label("awaited")
)
Held = Row[int, str, int, date | None]  # variant, order, pieces, week it is made in
_LEFT = _VARIANT.c.on_hand - _VARIANT.c.reserved


def hold(
    lines: Iterable[tuple[int, int]],
    *,
    group_code: str,
    order_code_of: Mapping[int, str],
    until: datetime,
    now: datetime,
    places_of: Mapping[int, Sequence[Place]] | None = None,
) -> None:
    """Keep these pieces for one buyer until then, all of them or none; the last one goes once.

    `lines` are (variant, quantity), `order_code_of` names the order of each variant, `places_of`
    the places that a variant needs in its maker's weeks.
    """
    places_of = places_of or {}
    wanted = dict(sorted(lines))
    insert_rows(
        StockHold,
        [
            {
                "variant_id": variant,
                "group_code": group_code,
                "order_code": order_code_of[variant],
                "quantity": quantity,
                "state": HoldState.ACTIVE,
                "expires_at": until,
                "created_at": now,
                "made_in": max((place.week for place in places_of.get(variant, ())), default=None),
            }
            for variant, quantity in wanted.items()
        ],
    )
    # last, so that others wait for these rows as short as can be
    _relist(row.product_id for row in reserve(wanted) if row.left == 0)
    quotas.hold(places_of, group_code=group_code, order_code_of=order_code_of)


def reserve(wanted: Mapping[int, int]) -> Sequence[Row[Any]]:
    """One conditional statement for all lines; when one falls short the whole work is refused."""
    _lock(wanted)
    done = db.session.execute(_reserving(len(wanted)), _numbered(wanted)).all()
    if len(done) != len(wanted):
        short = min(set(wanted) - {row.id for row in done})
        left = db.session.scalar(select(_LEFT).where(_VARIANT.c.id == short)) or 0
        raise Conflict("out_of_stock", variant_id=short, wanted=wanted[short], left=max(0, left))
    return done


@cache
def _reserving(lines: int) -> Any:
    """The guard itself, built once for each number of lines."""
    ids, count = _placeholders(lines)
    return (
        update(_VARIANT)
        .where(_VARIANT.c.id.in_(ids), count <= _LEFT)
        .values(reserved=_VARIANT.c.reserved + count)
        .returning(_VARIANT.c.id, _VARIANT.c.product_id, _LEFT.label("left"))
    )


def _placeholders(lines: int) -> tuple[list[Any], Any]:
    """Places for so many variants, and how many of the row's own are meant."""
    ids = [bindparam(f"variant{line}", type_=_VARIANT.c.id.type) for line in range(lines)]
    many = [bindparam(f"count{line}", type_=_VARIANT.c.reserved.type) for line in range(lines)]
    if lines == 1:
        return ids, many[0]
    return ids, case(*((_VARIANT.c.id == id, count) for id, count in zip(ids, many, strict=True)))


def _numbered(amounts: Mapping[int, int]) -> dict[str, int]:
    """What stands in those places."""
    pairs = list(enumerate(amounts.items()))
    return {f"variant{line}": variant for line, (variant, _) in pairs} | {
        f"count{line}": count for line, (_, count) in pairs
    }


def extend(group_code: str, *, until: datetime) -> bool:
    """Keep what is held a while longer, because the buyer pays another way; False for nothing."""
    return bool(
        changed(
            update(StockHold)
            .where(StockHold.group_code == group_code, StockHold.state == HoldState.ACTIVE)
            .values(expires_at=until)
            .execution_options(synchronize_session=False)
        )
    )


def consume(group_code: str, now: datetime) -> bool:
    """The buyer has paid: the held pieces leave the shelf. False when nothing was held any more."""
    held = _end(group_code, HoldState.CONSUMED)
    if not held:
        return False
    rows = _move(_by_variant(held), on_hand=-1, reserved=-1)
    sold = {hold.variant_id: -hold.quantity for hold in held}
    _write(rows, MoveKind.SOLD, sold, {hold.variant_id: hold.order_code for hold in held}, now)
    _count_sold(rows, _by_variant(held))
    if any(hold.made_in for hold in held):
        quotas.keep(group_code)
    return True


def hold_again(group_code: str, *, until: datetime, now: datetime) -> bool:
    """Keep what was let go because its time was over, if all of it still lies on the shelf."""
    lapsed = db.session.execute(
        select(
            StockHold.variant_id, StockHold.order_code, StockHold.quantity, StockHold.made_in
        ).where(StockHold.group_code == group_code, StockHold.state == HoldState.EXPIRED)
    ).all()
    if not lapsed:
        return False
    try:
        with db.session.begin_nested():
            hold(
                _by_variant(lapsed).items(),
                group_code=group_code,
                order_code_of={row.variant_id: row.order_code for row in lapsed},
                until=until,
                now=now,
                places_of=quotas.lapsed(group_code) if any(row.made_in for row in lapsed) else None,
            )
    except Conflict:
        return False
    return True


def take_again(group_code: str, now: datetime) -> bool:
    """Sell what was let go before we heard of the money, if all of it still lies on the shelf."""
    return hold_again(group_code, until=now, now=now) and consume(group_code, now)


def release(group_code: str, now: datetime, *, state: HoldState = HoldState.RELEASED) -> None:
    """Give back what was held but not paid; asking twice gives back once."""
    ended = _end(group_code, state)
    held = _by_variant(ended)
    if held:
        _came_back(_move(held, reserved=-1), held)
    if any(hold.made_in for hold in ended):
        quotas.release(group_code)


def hand_over(group_codes: Iterable[str], *, among: Iterable[int]) -> None:
    """End holds so that the buyer's order can hold the same pieces in this very transaction.

    `among` are all variants of that order: they are locked in order first.
    """
    _lock(dict.fromkeys(among, 1))
    for group_code in group_codes:
        held = _by_variant(_end(group_code, HoldState.RELEASED))
        if held:
            _move(held, reserved=-1)


def groups_due(now: datetime) -> list[str]:
    """Groups whose time to keep pieces is over, oldest first; chances are ended by their line."""
    chance = select(Waiting.id).where(Waiting.hold_code == StockHold.group_code)
    return list(
        db.session.scalars(
            select(StockHold.group_code)
            .where(
                StockHold.state == HoldState.ACTIVE, StockHold.expires_at <= now, ~chance.exists()
            )
            .group_by(StockHold.group_code)
            .order_by(func.min(StockHold.expires_at), StockHold.group_code)
            .limit(500)
        )
    )


def expire_due(now: datetime) -> int:
    """Give back everything whose time is over; how many groups."""
    due = groups_due(now)
    for group_code in due:
        release(group_code, now, state=HoldState.EXPIRED)
    return len(due)


def put_back(order_code: str, now: datetime) -> None:
    """A paid order was cancelled before it left: its pieces stand on the shelf again, once."""
    rows = db.session.execute(
        select(
            StockMove.variant_id,
            func.sum(StockMove.quantity).label("balance"),
            _has_places(order_code),
        )
        .where(StockMove.order_code == order_code)
        .group_by(StockMove.variant_id)
    ).all()
    back = {row.variant_id: -int(row.balance) for row in rows if row.balance < 0}
    if back:
        moved = _move(back, on_hand=1)
        _write(moved, MoveKind.RETURNED, back, dict.fromkeys(back, order_code), now)
        _came_back(moved, back)
        if rows[0].has_places:
            quotas.give_back(order_code)


def put_some_back(
    order_code: str, pieces: Mapping[int, int], *, made: Collection[int], now: datetime
) -> None:
    """Some pieces of a paid order will not come: they stand on the shelf again.

    The caller has made sure that each is put back once; `made` are those that a week was kept for.
    """
    moved = _move(dict(sorted(pieces.items())), on_hand=1)
    _write(moved, MoveKind.RETURNED, pieces, dict.fromkeys(pieces, order_code), now)
    _came_back(moved, pieces)
    if made:
        quotas.give_some_back(order_code, {id: pieces[id] for id in made})


def _has_places(order_code: str) -> Any:
    """Whether the order is made in a maker's weeks."""
    places = select(QuotaPlace.id).where(QuotaPlace.order_code == order_code)
    return places.exists().label("has_places")


def _end(group_code: str, state: HoldState) -> Sequence[Held]:
    """End the live holds of a group, each exactly once; those that were ended here."""
    return db.session.execute(
        update(StockHold)
        .where(StockHold.group_code == group_code, StockHold.state == HoldState.ACTIVE)
        .values(state=state)
        .returning(
            StockHold.variant_id, StockHold.order_code, StockHold.quantity, StockHold.made_in
        )
        .execution_options(synchronize_session=False)
    ).all()


def _by_variant(held: Sequence[Held]) -> dict[int, int]:
    return {row.variant_id: row.quantity for row in held}


def _move(amounts: Mapping[int, int], *, on_hand: int = 0, reserved: int = 0) -> Sequence[Row[Any]]:
    """Add or take so many pieces of each variant; what is left of each afterwards."""
    _lock(amounts)
    statement = _moving(len(amounts), on_hand, reserved)
    return db.session.execute(statement, _numbered(amounts)).all()


@cache
def _moving(lines: int, on_hand: int, reserved: int) -> Any:
    ids, count = _placeholders(lines)
    new = {"reserved": _VARIANT.c.reserved + count * reserved} if reserved else {}
    if on_hand:  # a line of the book goes with it
        new["on_hand"] = _VARIANT.c.on_hand + count * on_hand
        new["moves"] = func.coalesce(_VARIANT.c.moves, 0) + 1
    return (
        update(_VARIANT)
        .where(_VARIANT.c.id.in_(ids))
        .values(new)
        .returning(
            _VARIANT.c.id,
            _VARIANT.c.product_id,
            _VARIANT.c.on_hand,
            _VARIANT.c.moves,
            _LEFT.label("left"),
            _AWAITED,
        )
    )


def _lock(amounts: Mapping[int, int]) -> None:
    """Take several rows in ascending order, so that two buyers never wait for each other.

    A lock that lets foreign keys look: each hold written before has looked at its variant already,
    and a stronger lock would make two buyers wait for each other's look.
    """
    if len(amounts) > 1:
        db.session.execute(
            select(_VARIANT.c.id)
            .where(_VARIANT.c.id.in_(list(amounts)))
            .order_by(_VARIANT.c.id)
            .with_for_update(key_share=True)
        ).all()


def _write(
    rows: Sequence[Row[Any]],
    kind: MoveKind,
    pieces: Mapping[int, int],
    order_of: Mapping[int, str],
    now: datetime,
) -> None:
    """The line in each book that says what `_move` did to its shelf."""
    insert_rows(
        StockMove,
        [
            {
                "variant_id": row.id,
                "number": row.moves,
                "at": now,
                "kind": kind,
                "quantity": pieces[row.id],
                "after": row.on_hand,
                "by": None,
                "order_code": order_of[row.id],
            }
            for row in rows
        ],
    )


def _count_sold(rows: Sequence[Row[Any]], amounts: Mapping[int, int]) -> None:
    sold: dict[int, int] = {}
    for row in rows:
        sold[row.product_id] = sold.get(row.product_id, 0) + amounts[row.id]
    table = Product.__table__
    if len(sold) > 1:
        mine = select(table.c.id).where(table.c.id.in_(list(sold)))
        db.session.execute(mine.order_by(table.c.id).with_for_update(key_share=True)).all()
    db.session.execute(
        update(table)
        .where(table.c.id.in_(list(sold)))
        .values(sold_count=table.c.sold_count + case(sold, value=table.c.id, else_=0))
    )


def _came_back(rows: Sequence[Row[Any]], pieces: Mapping[int, int]) -> None:
    """Those in line come first; what had sold out is shown again."""
    for row in rows:
        if row.awaited:
            announce(PiecesCameBack(variant_id=row.id))
    _relist(row.product_id for row in rows if row.left == pieces[row.id])


def _relist(products: Iterable[int]) -> None:
    """Promise to draw the cards anew of what has just sold out or come back."""
    found = sorted(set(products))
    if found:
        jobs.enqueue("catalog.relist", product_ids=found)
