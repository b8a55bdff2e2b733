"""Stock that is never sold twice: held while somebody pays, taken when they have paid.

Every step is one conditional statement over the rows in ascending order of variant; the CHECK
constraints `never_oversold` and `reserved_not_negative` stand behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, func, insert, select, update

from marketplace.catalog.models import Product, StockHold, StockMove, Variant
from marketplace.catalog.states import HoldState
from marketplace.core import jobs
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid, NotFound

MOST_ON_HAND = 1_000_000
_VARIANT = Variant.__table__
_LEFT = _VARIANT.c.on_hand - _VARIANT.c.reserved

RESERVE = (
    update(_VARIANT)
    .where(_VARIANT.c.id == bindparam("variant"), _LEFT >= bindparam("quantity"))
    .values(reserved=_VARIANT.c.reserved + bindparam("quantity"))
)
FREE = (
    update(_VARIANT)
    .where(_VARIANT.c.id == bindparam("variant"))
    .values(reserved=_VARIANT.c.reserved - bindparam("quantity"))
)
TAKE = FREE.values(on_hand=_VARIANT.c.on_hand - bindparam("quantity"))
RETURN = (
    update(_VARIANT)
    .where(_VARIANT.c.id == bindparam("variant"))
    .values(on_hand=_VARIANT.c.on_hand + bindparam("quantity"))
)
COUNT_SOLD = (
    update(Product.__table__)
    .where(Product.__table__.c.id == bindparam("product"))
    .values(sold_count=Product.__table__.c.sold_count + bindparam("quantity"))
)


def hold(
    lines: Iterable[tuple[int, int]],
    *,
    group_code: str,
    order_code_of: Mapping[int, str],
    until: datetime,
    now: datetime,
) -> None:
    """Keep these pieces for one buyer until then, all of them or none; the last one goes once.

    `lines` are (variant, quantity), `order_code_of` names the order of each variant.
    """
    wanted = sorted(lines)
    reserve(wanted)
    db.session.execute(
        insert(StockHold.__table__),
        [
            {
                "variant_id": variant,
                "group_code": group_code,
                "order_code": order_code_of[variant],
                "quantity": quantity,
                "state": HoldState.ACTIVE,
                "expires_at": until,
                "created_at": now,
            }
            for variant, quantity in wanted
        ],
    )
    _relist_when([variant for variant, _ in wanted], _LEFT == 0)


def reserve(wanted: Sequence[tuple[int, int]]) -> None:
    """One conditional statement for all lines; whoever finds too little left changes nothing."""
    result = db.session.execute(
        RESERVE, [{"variant": variant, "quantity": quantity} for variant, quantity in wanted]
    )
    if result.rowcount != len(wanted):
        _refuse(wanted)


def extend(group_code: str, *, until: datetime) -> None:
    """Keep what is held a while longer, because the buyer pays another way."""
    db.session.execute(
        update(StockHold.__table__)
        .where(StockHold.group_code == group_code, StockHold.state == HoldState.ACTIVE)
        .values(expires_at=until)
    )


def consume(group_code: str, now: datetime) -> bool:
    """The buyer has paid: the held pieces leave the shelf. False when they were not held any more."""
    held = _active(group_code)
    if not held:
        return False
    _finish(held, HoldState.CONSUMED)
    amounts = [{"variant": row.variant_id, "quantity": row.quantity} for row in held]
    db.session.execute(TAKE, amounts)
    db.session.execute(
        insert(StockMove.__table__),
        [
            {
                "variant_id": row.variant_id,
                "at": now,
                "kind": "sold",
                "quantity": -row.quantity,
                "by": None,
                "order_code": row.order_code,
            }
            for row in held
        ],
    )
    sold: dict[int, int] = {}
    for row in held:
        sold[row.product_id] = sold.get(row.product_id, 0) + row.quantity
    db.session.execute(
        COUNT_SOLD, [{"product": id, "quantity": count} for id, count in sorted(sold.items())]
    )
    return True


def release(group_code: str, now: datetime, *, state: HoldState = HoldState.RELEASED) -> None:
    """Give back what was held but not paid; asking twice gives back once."""
    held = _active(group_code)
    if held:
        _finish(held, state)
        amounts = [{"variant": row.variant_id, "quantity": row.quantity} for row in held]
        db.session.execute(FREE, amounts)
        _relist_when(
            [row.variant_id for row in held],
            _LEFT.between(1, max(row.quantity for row in held)),
        )


def groups_due(now: datetime) -> list[str]:
    """Groups whose time to keep pieces is over."""
    return list(
        db.session.scalars(
            select(StockHold.group_code)
            .where(StockHold.state == HoldState.ACTIVE, StockHold.expires_at <= now)
            .distinct()
            .order_by(StockHold.group_code)
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
        select(StockMove.variant_id, func.sum(StockMove.quantity).label("balance"))
        .where(StockMove.order_code == order_code)
        .group_by(StockMove.variant_id)
        .order_by(StockMove.variant_id)
    ).all()
    back = [(row.variant_id, -int(row.balance)) for row in rows if row.balance < 0]
    if not back:
        return
    db.session.execute(RETURN, [{"variant": id, "quantity": count} for id, count in back])
    db.session.execute(
        insert(StockMove.__table__),
        [
            {
                "variant_id": id,
                "at": now,
                "kind": "returned",
                "quantity": count,
                "by": None,
                "order_code": order_code,
            }
            for id, count in back
        ],
    )
    _relist_when([id for id, _ in back], _LEFT >= 1)


def set_on_hand(variant_id: int, new: int, by: int | None, now: datetime) -> None:
    """The maker counts the shelf anew; less than what buyers are paying for is refused."""
    if not 0 <= new <= MOST_ON_HAND:
        raise Invalid("stock_out_of_range", field="stock", most=MOST_ON_HAND)
    variant = db.session.get(Variant, variant_id, with_for_update=True, populate_existing=True)
    if variant is None:
        raise NotFound()
    if new < variant.reserved:
        raise Invalid("stock_below_reserved", field="stock", reserved=variant.reserved)
    if new == variant.on_hand:
        return
    db.session.add(
        StockMove(
            variant_id=variant_id, at=now, kind="adjusted", quantity=new - variant.on_hand, by=by
        )
    )
    variant.on_hand = new


def _active(group_code: str) -> Sequence[StockHold]:
    """The live holds of a group, locked, in ascending order of variant."""
    return db.session.execute(
        select(
            StockHold.id,
            StockHold.variant_id,
            StockHold.order_code,
            StockHold.quantity,
            Variant.product_id,
        )
        .join(Variant, Variant.id == StockHold.variant_id)
        .where(StockHold.group_code == group_code, StockHold.state == HoldState.ACTIVE)
        .order_by(StockHold.variant_id)
        .with_for_update(of=StockHold)
    ).all()  # type: ignore[return-value]


def _finish(held: Sequence[StockHold], state: HoldState) -> None:
    db.session.execute(
        update(StockHold.__table__)
        .where(StockHold.id.in_([row.id for row in held]), StockHold.state == HoldState.ACTIVE)
        .values(state=state)
    )


def _refuse(wanted: Sequence[tuple[int, int]]) -> None:
    """Say which line fell short; the caller's transaction ends with nothing done.

    Lines that were reserved a moment ago are counted back, for they are still ours to see.
    """
    left = {
        row.id: row.left
        for row in db.session.execute(
            select(_VARIANT.c.id, _LEFT.label("left")).where(
                _VARIANT.c.id.in_([variant for variant, _ in wanted])
            )
        )
    }
    variant, quantity = min(wanted, key=lambda line: left.get(line[0], 0) - line[1])
    raise Conflict(
        "out_of_stock", variant_id=variant, wanted=quantity, left=max(0, left.get(variant, 0))
    )


def _relist_when(variants: Sequence[int], condition: object) -> None:
    """Promise to draw the cards anew of what has just sold out or come back."""
    products = db.session.scalars(
        select(_VARIANT.c.product_id)
        .where(and_(_VARIANT.c.id.in_(list(variants)), condition))  # type: ignore[arg-type]
        .distinct()
    ).all()
    if products:
        jobs.enqueue("catalog.relist", product_ids=sorted(products))
