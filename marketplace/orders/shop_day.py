"""What the first page of Toko Saya says about orders: what waits for the maker, and the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, func, select

from marketplace.core.db import read, read_one
from marketplace.orders.models import Order
from marketplace.orders.shop_queries import TABS
from marketplace.orders.states import OrderState

SOLD = (OrderState.NEW, OrderState.ACCEPTED, OrderState.COMPLETED)
TASKS = ("terima", "kemas", "kirim")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Orders that wait for the same thing, and when the first of them is due."""

    count: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Week:
    """What was sold since Monday, and the whole week before."""

    goods: int
    orders: int
    goods_before: int


_WAITING = (
    select(
        Order.state,
        Order.parcel,
        func.count().label("number"),
        func.min(Order.due_at).label("due_at"),
    )
    .where(
        Order.ikm_id == bindparam("ikm_id"),
        Order.state.in_([OrderState.NEW, OrderState.ACCEPTED]),
    )
    .group_by(Order.state, Order.parcel)
)
_THIS_WEEK = Order.created_at >= bindparam("monday", type_=Order.created_at.type)
_WEEK = select(
    func.coalesce(func.sum(case((_THIS_WEEK, Order.goods), else_=0)), 0).label("goods"),
    func.coalesce(func.sum(case((_THIS_WEEK, 1), else_=0)), 0).label("orders"),
    func.coalesce(func.sum(case((_THIS_WEEK, 0), else_=Order.goods)), 0).label("before"),
).where(
    Order.ikm_id == bindparam("ikm_id"),
    Order.state.in_(SOLD),
    Order.created_at >= bindparam("week_before", type_=Order.created_at.type),
)


def shop_tasks(ikm_id: int) -> dict[str, Waiting]:
    """How many orders are to be accepted, packed and sent, and by when the first."""
    found = dict.fromkeys(TASKS, Waiting(0, None))
    for row in read(_WAITING, {"ikm_id": ikm_id}):
        for task in TASKS:
            states, parcels = TABS[task]
            if row.state in states and (parcels is None or row.parcel in parcels):
                known = found[task]
                dates = [date for date in (known.due_at, row.due_at) if date is not None]
                found[task] = Waiting(known.count + row.number, min(dates, default=None))
    return found


def week(ikm_id: int, *, now: datetime, zone: ZoneInfo) -> Week:
    """Goods sold and paid since Monday morning where the shop stands."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    params = {"ikm_id": ikm_id, "monday": monday, "week_before": monday - timedelta(days=7)}
    row = read_one(_WEEK, params)
    return Week(int(row.goods), int(row.orders), int(row.before)) if row else Week(0, 0, 0)
