"""What a shop sees of its orders; every question names the shop, so another's are not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from marketplace.accounts.models import Person
from marketplace.accounts.roles import ShopRole
from marketplace.core.db import read, read_one
from marketplace.makers.models import Ikm, Membership
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import HELD, Account
from marketplace.orders.models import (
    Order,
    OrderEvent,
    OrderGroup,
    OrderLine,
    Refund,
)
from marketplace.orders.parcels.models import Parcel
from marketplace.orders.queries import ORDERS, PAGE, PARCELS, STEPS, as_orders
from marketplace.orders.states import Fulfilment, OrderState
from marketplace.orders.views import OrderView

TABS = {
    "terima": ((OrderState.NEW,), None),
    "kemas": ((OrderState.ACCEPTED,), (Fulfilment.OPEN, Fulfilment.PARTLY)),
    "kirim": ((OrderState.ACCEPTED,), (Fulfilment.PACKED, Fulfilment.NEXT, Fulfilment.READY)),
    "jalan": ((OrderState.ACCEPTED,), (Fulfilment.SHIPPED, Fulfilment.RECEIVED)),
    "selesai": ((OrderState.COMPLETED, OrderState.CANCELLED), None),
}

_COUNTS = (
    select(Order.state, Order.parcel, func.count().label("number"))
    .where(
        Order.ikm_id == bindparam("ikm_id"),
        Order.state.in_([OrderState.NEW, OrderState.ACCEPTED]),
    )
    .group_by(Order.state, Order.parcel)
)


_OF_SHOP = ORDERS.where(Order.ikm_id == bindparam("ikm_id"), Order.code == bindparam("code"))
_STEPS_OF_ORDER = STEPS.where(OrderEvent.order_id == bindparam("order_id"))
_PARCELS_OF_ORDER = PARCELS.where(Parcel.order_id == bindparam("order_id"))


def shop_counts(ikm_id: int) -> dict[str, int]:
    """How many orders wait for what in a shop."""
    counts = dict.fromkeys(TABS, 0)
    for row in read(_COUNTS, {"ikm_id": ikm_id}):
        for tab, (states, parcels) in TABS.items():
            if row.state in states and (parcels is None or row.parcel in parcels):
                counts[tab] += row.number
    return counts


def shop_orders(
    ikm_id: int, tab: str, before: int | None = None
) -> tuple[Sequence[Row[Any]], int | None]:
    """A shop's orders of one task: the most urgent first, finished ones newest first."""
    states, parcels = TABS[tab]
    first_line = (
        select(OrderLine.product_name)
        .where(OrderLine.order_id == Order.id)
        .order_by(OrderLine.id)
        .limit(1)
        .scalar_subquery()
    )
    pieces = (
        select(func.sum(OrderLine.quantity - OrderLine.cancelled))
        .where(OrderLine.order_id == Order.id)
        .scalar_subquery()
    )
    statement = (
        select(
            Order.id,
            Order.code,
            Order.state,
            Order.parcel,
            Order.pickup,
            Order.total,
            Order.due_at,
            Order.created_at,
            OrderGroup.recipient,
            OrderGroup.place,
            first_line.label("first"),
            pieces.label("pieces"),
        )
        .join(OrderGroup, OrderGroup.id == Order.group_id)
        .where(Order.ikm_id == ikm_id, Order.state.in_(states))
        .limit(PAGE + 1)
    )
    if parcels:
        statement = statement.where(Order.parcel.in_(parcels))
    if tab == "selesai":
        statement = statement.where(Order.id < (before or 2**62)).order_by(Order.id.desc())
    else:
        statement = statement.where(Order.id > (before or 0)).order_by(Order.id)
    rows = read(statement)
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


# beside where it goes: what the order has brought the shop or is held for it, postage held, and
# what of the cut has fallen away
_COMMISSION_AWAY, _TAX_AWAY = (
    select(func.coalesce(func.sum(column), 0))
    .where(Refund.order_id == Order.id)
    .correlate(Order)
    .scalar_subquery()
    for column in (Refund.commission, Refund.commission_tax)
)
_RECIPIENT = select(
    ledger.of_order(*HELD, Account.PAYABLE).label("brings"),
    ledger.of_order(Account.SHIPPING).label("postage_held"),
    _COMMISSION_AWAY.label("commission_away"),
    _TAX_AWAY.label("tax_away"),
    OrderGroup.recipient,
    OrderGroup.phone,
    OrderGroup.email,
    OrderGroup.address,
    OrderGroup.place,
    OrderGroup.code.label("group_code"),
    OrderGroup.id.label("group_id"),
    OrderGroup.village_code,
)
_RECIPIENT = _RECIPIENT.join(Order, Order.group_id == OrderGroup.id).where(
    Order.code == bindparam("code")
)


def shop_order(ikm_id: int, code: str) -> tuple[OrderView, Row[Any]] | None:
    """One order of this shop with where it goes; another shop's is not there."""
    rows = read(_OF_SHOP, {"ikm_id": ikm_id, "code": code})
    if not rows or rows[0].state == OrderState.WAITING:
        return None
    key = {"order_id": rows[0].id}
    steps = read(_STEPS_OF_ORDER, key)
    packed = read(_PARCELS_OF_ORDER, key) if rows[0].parcels else ()
    recipient = read_one(_RECIPIENT, {"code": code})
    return (as_orders(rows, steps, packed)[0], recipient) if recipient else None


_OWNERS = (
    select(Membership.ikm_id, Person.email, Person.name, Ikm.code, Ikm.slug)
    .join(Person, Person.id == Membership.person_id)
    .join(Ikm, Ikm.id == Membership.ikm_id)
    .where(
        Membership.ikm_id.in_(bindparam("shops", expanding=True)),
        Membership.role == ShopRole.OWNER,
        Person.closed_at.is_(None),
    )
)


def owners_of(shops: Iterable[int]) -> Sequence[Row[Any]]:
    """Who is told about new orders: the owners of these shops."""
    return read(_OWNERS, {"shops": sorted(shops)})
