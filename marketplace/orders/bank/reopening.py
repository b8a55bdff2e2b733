"""An order that was over, once more: its money came late, and its goods are still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from marketplace.catalog import quotas, stock
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.quotas import Place
from marketplace.core.db import db, insert_rows
from marketplace.core.errors import Conflict
from marketplace.core.ids import new_code
from marketplace.makers.models import Ikm
from marketplace.orders import events, payments, rules
from marketplace.orders.bank.models import GivenAmount
from marketplace.orders.models import Order, OrderGroup, OrderLine, Payment
from marketplace.orders.rules import still_buyable, zone_of
from marketplace.orders.states import Fulfilment, OrderState

_GROUP, _ORDER, _LINE = OrderGroup.__table__, Order.__table__, OrderLine.__table__


@dataclass(frozen=True, slots=True)
class Again:
    """The new order, and the payment that its money is for."""

    group_id: int
    group_code: str
    payment_code: str


def refuse_when_gone(group_id: int, *, now: datetime) -> dict[int, tuple[Place, ...]]:
    """Everything of it must still be sold, and be there in that number; else nothing is offered.

    What is made to order needs room in its maker's weeks: the places of each variant.
    """
    things = _things(group_id)
    rooms = quotas.rooms({row.quota_id for row in things if row.quota_id and row.lead_days}, now)
    found: dict[int, tuple[Place, ...]] = {}
    for row in things:
        today = now.astimezone(zone_of(row.village_code)).date()
        trouble = still_buyable(
            shop_state=row.shop_state,
            product_state=row.product_state,
            active=row.active,
            closed=(row.closed_from, row.closed_to),
            today=today,
        )
        if trouble or row.left < row.quantity:
            raise Conflict("offer_gone", name=row.product_name)
        if row.quota_id and row.lead_days:
            places = rooms.take(row.quota_id, row.lead_days, row.quantity)
            if sum(place.quantity for place in places) < row.quantity:
                raise Conflict("offer_gone", name=row.product_name)
            found[row.variant_id] = places
    return found


def open_again(
    late: Payment, *, code: str, token_hash: str, checkout_key: str, now: datetime
) -> Again:
    """The same things to the same place at the same price, as an order of its own.

    The order that ended stays ended: what is over never comes to life again. Raises Conflict when
    a thing is gone; `checkout_key` makes that one press is one order.
    """
    places = refuse_when_gone(late.group_id, now=now)
    group_id = _copy_group(late.group_id, code, token_hash, checkout_key, now)
    until = rules.kept_until(late.provider, now)
    wanted, order_codes = _copy_orders(late.group_id, group_id, places, until, now)
    stock.hold(
        list(wanted.items()),
        group_code=code,
        order_code_of=order_codes,
        until=until,
        now=now,
        places_of=places,
    )
    return Again(group_id, code, _payment(late, group_id, code, now))


def _copy_group(
    old: int, code: str, token_hash: str, checkout_key: str, now: datetime
) -> int:  # fmt: skip
    row = db.session.execute(select(_GROUP).where(_GROUP.c.id == old)).one()
    fresh = {"code": code, "token_hash": token_hash, "checkout_key": checkout_key, "placed_at": now}
    return insert_rows(OrderGroup, [_copied(row, fresh)], by="code")[code]


def _copy_orders(
    old: int,
    group_id: int,
    places: Mapping[int, Sequence[Place]],
    until: datetime,
    now: datetime,
) -> tuple[dict[int, int], dict[int, str]]:
    """The pieces wanted of each variant, and the order that each belongs to."""
    orders = db.session.execute(select(_ORDER).where(_ORDER.c.group_id == old)).all()
    codes = {row.id: new_code() for row in orders}
    fresh = {
        "group_id": group_id,
        "state": OrderState.WAITING,
        "parcel": Fulfilment.OPEN,
        "cancel_reason": "",
        "due_at": until,
        "created_at": now,
        "version": 1,
    }
    ids = insert_rows(
        Order, [_copied(row, {**fresh, "code": codes[row.id]}) for row in orders], by="code"
    )
    lines = db.session.execute(select(_LINE).where(_LINE.c.order_id.in_(codes))).all()
    made_in = {variant: some[-1].week for variant, some in places.items()}
    insert_rows(
        OrderLine,
        [
            _copied(
                line,
                {
                    "order_id": ids[codes[line.order_id]],
                    "made_in": made_in.get(line.variant_id),
                },
            )
            for line in lines
        ],
    )
    events.note_rows([(order_id, 1) for order_id in ids.values()], "placed", "buyer", now)
    return (
        {line.variant_id: line.quantity for line in lines},
        {line.variant_id: codes[line.order_id] for line in lines},
    )


def _payment(late: Payment, group_id: int, group_code: str, now: datetime) -> str:
    """The intent for money that lies here already: nobody is asked, so nobody waits for it."""
    made = payments.lying_here(late, group_id, group_code, now=now)
    db.session.execute(
        update(GivenAmount)
        .where(GivenAmount.amount == late.amount, GivenAmount.payment_code == late.code)
        .values(payment_code=made, free_at=now + rules.AMOUNT_KEPT)
    )
    return made


def _copied(row: Row[Any], fresh: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in row._mapping.items() if name != "id"}, **fresh}


def _things(group_id: int) -> list[Row[Any]]:
    return list(
        db.session.execute(
            select(
                OrderLine.variant_id,
                OrderLine.product_name,
                OrderLine.quantity,
                (Variant.on_hand - Variant.reserved).label("left"),
                Variant.active,
                Product.state.label("product_state"),
                Product.lead_days,
                Product.quota_id,
                Ikm.state.label("shop_state"),
                Ikm.closed_from,
                Ikm.closed_to,
                Ikm.village_code,
            )
            .join(Order, Order.id == OrderLine.order_id)
            .join(Variant, Variant.id == OrderLine.variant_id)
            .join(Product, Product.id == Variant.product_id)
            .join(Ikm, Ikm.id == Order.ikm_id)
            .where(Order.group_id == group_id)
            .order_by(OrderLine.id)
        )
    )
