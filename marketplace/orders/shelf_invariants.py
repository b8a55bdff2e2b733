"""What must be true between orders and the shelves: pieces, holds, weeks, chances."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.catalog.models import QuotaPlace, QuotaWeek, StockHold, StockMove, Variant, Waiting
from marketplace.catalog.states import HoldState, PlaceState, WaitState
from marketplace.core.db import db
from marketplace.orders.models import Order
from marketplace.orders.states import OrderState

Rows = Sequence[Row[Any]]


def s1_stock_is_counted() -> Rows:
    """on_hand >= reserved >= 0; live holds make the reserved, the book of moves the on_hand.

    And each line of the book goes on from the one before it.
    """
    held = (
        select(func.coalesce(func.sum(StockHold.quantity), 0))
        .where(StockHold.variant_id == Variant.id, StockHold.state == HoldState.ACTIVE)
        .correlate(Variant)
        .scalar_subquery()
    )
    moved = (
        select(func.coalesce(func.sum(StockMove.quantity), 0))
        .where(StockMove.variant_id == Variant.id)
        .correlate(Variant)
        .scalar_subquery()
    )
    lines = (
        select(func.count())
        .where(StockMove.variant_id == Variant.id)
        .correlate(Variant)
        .scalar_subquery()
    )
    before = aliased(StockMove)
    return [
        *_rows(
            select(Variant.id, Variant.on_hand, Variant.reserved, held, moved, lines).where(
                or_(
                    Variant.reserved < 0,
                    Variant.on_hand < Variant.reserved,
                    Variant.reserved != held,
                    Variant.on_hand != moved,
                    func.coalesce(Variant.moves, 0) != lines,
                )
            )
        ),
        *_rows(
            select(StockMove.variant_id, StockMove.number, StockMove.after)
            .outerjoin(
                before,
                and_(
                    before.variant_id == StockMove.variant_id,
                    before.number == StockMove.number - 1,
                ),
            )
            .where(StockMove.after != func.coalesce(before.after, 0) + StockMove.quantity)
        ),
    ]


def s2_holds_end_with_their_order() -> Rows:
    """Goods are held only while their order waits for money; what was sold was held until then.

    Goods that were let go, because a provider was silent too long, may have been taken again.
    """
    again = aliased(StockHold)
    taken = exists().where(
        again.order_code == StockHold.order_code,
        again.variant_id == StockHold.variant_id,
        again.state == HoldState.CONSUMED,
    )
    return [
        *_rows(
            select(StockHold.group_code, Order.state)
            .join(Order, Order.code == StockHold.order_code)
            .where(StockHold.state == HoldState.ACTIVE, Order.state != OrderState.WAITING)
        ),
        *_rows(
            select(StockHold.group_code, StockHold.state)
            .join(Order, Order.code == StockHold.order_code)
            .where(
                ~taken,
                Order.state.in_([OrderState.NEW, OrderState.ACCEPTED, OrderState.COMPLETED]),
            )
        ),
    ]


def s5_weeks_hold_what_is_promised() -> Rows:
    """A maker's week is used by the places that are held or kept; they end with their hold."""
    living = QuotaPlace.state.in_((PlaceState.HELD, PlaceState.KEPT))
    promised = (
        select(func.coalesce(func.sum(QuotaPlace.quantity), 0))
        .where(QuotaPlace.quota_id == QuotaWeek.quota_id, QuotaPlace.week == QuotaWeek.week, living)
        .correlate(QuotaWeek)
        .scalar_subquery()
    )
    places = (
        select(func.coalesce(func.sum(QuotaPlace.quantity), 0))
        .where(
            QuotaPlace.group_code == StockHold.group_code,
            QuotaPlace.variant_id == StockHold.variant_id,
            QuotaPlace.state == PlaceState.HELD,
        )
        .correlate(StockHold)
        .scalar_subquery()
    )
    held = func.sum(case((StockHold.state == HoldState.ACTIVE, StockHold.quantity), else_=0))
    return [
        *_rows(
            select(QuotaWeek.quota_id, QuotaWeek.week, QuotaWeek.used, promised).where(
                or_(
                    QuotaWeek.used != promised,
                    QuotaWeek.used < 0,
                    QuotaWeek.used > QuotaWeek.capacity,
                )
            )
        ),
        *_rows(
            select(StockHold.group_code, StockHold.variant_id, held, places)
            .where(StockHold.made_in.is_not(None))
            .group_by(StockHold.group_code, StockHold.variant_id)
            .having(places != held)
        ),
    ]


def s6_a_chance_is_a_living_hold() -> Rows:
    """Whoever has a chance has one held piece."""
    held = (
        select(func.coalesce(func.sum(StockHold.quantity), 0))
        .where(StockHold.group_code == Waiting.hold_code, StockHold.state == HoldState.ACTIVE)
        .correlate(Waiting)
        .scalar_subquery()
    )
    return _rows(select(Waiting.id, held).where(Waiting.state == WaitState.OFFERED, held != 1))


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement).all())


CHECKS: Mapping[str, Callable[[], Rows]] = {
    "S1": s1_stock_is_counted,
    "S2": s2_holds_end_with_their_order,
    "S5": s5_weeks_hold_what_is_promised,
    "S6": s6_a_chance_is_a_living_hold,
}
