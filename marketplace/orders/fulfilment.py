"""A paid order on its way: accepted, packed, sent or fetched, received, completed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.core.db import db, locked_row
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.states import move
from marketplace.orders import events, rules
from marketplace.orders.ending import Actor
from marketplace.orders.ledger import posting
from marketplace.orders.models import Order, OrderGroup, OrderLine
from marketplace.orders.states import (
    ORDER_MOVES,
    PARCEL_MOVES,
    OrderState,
    ParcelState,
)


def accept(code: str, *, ikm_id: int, by: int, version: int, now: datetime) -> None:
    """The shop will make it; from now on the clock asks for sending, not for an answer."""
    order = _of_shop(code, ikm_id, version)
    due = rules.silent_from(now, _made_by(order))
    order.state = move(OrderState(order.state), OrderState.ACCEPTED, ORDER_MOVES)
    order.due_at = due
    _note(order, "accepted", Actor("shop", by), now)


def _made_by(order: Order) -> date | None:
    weeks = select(OrderLine.made_in).where(OrderLine.order_id == order.id)
    return rules.made_by(db.session.scalars(weeks))


def pack(code: str, *, ikm_id: int, by: int, version: int, now: datetime) -> None:
    """It stands ready in its box; from now on the buyer cannot cancel any more."""
    order = _accepted(code, ikm_id, version)
    _carry(order, ParcelState.PACKED)
    _note(order, "packed", Actor("shop", by), now)


def ship(
    code: str, *, ikm_id: int, by: int, version: int, courier: str, tracking: str, now: datetime
) -> None:
    """The courier has it; seven days later the order completes by itself."""
    order = _accepted(code, ikm_id, version)
    if order.pickup:
        raise Conflict("fetched_not_sent")
    if not courier:
        raise Invalid("courier_missing", field="courier")
    _carry(order, ParcelState.SHIPPED)
    order.courier, order.tracking = courier, tracking
    order.due_at = now + rules.COMPLETE_AFTER_SHIPPING
    _note(order, "shipped", Actor("shop", by), now, courier=courier, tracking=tracking)


def ready(code: str, *, ikm_id: int, by: int, version: int, now: datetime) -> None:
    """It waits at the shop for whoever bought it."""
    order = _accepted(code, ikm_id, version)
    if not order.pickup:
        raise Conflict("sent_not_fetched")
    _carry(order, ParcelState.READY)
    order.due_at = now + rules.LOOK_AFTER_SILENCE
    _note(order, "ready", Actor("shop", by), now)


def hand_over(code: str, *, ikm_id: int, by: int, version: int, now: datetime) -> None:
    """The shop gave it to the buyer, who has two days to say otherwise."""
    order = _accepted(code, ikm_id, version)
    if order.parcel != ParcelState.READY:
        raise Conflict("wrong_state", state=order.parcel, wanted="received")
    _carry(order, ParcelState.RECEIVED)
    order.due_at = now + rules.OBJECT_AFTER_PICKUP
    _note(order, "handed_over", Actor("shop", by), now)


def receive(code: str, *, group_id: int, by: int | None, now: datetime) -> None:
    """The buyer has it and is content: the order is complete. Saying so twice is fine."""
    order = _locked(code)
    if order.group_id != group_id:
        raise NotFound()
    if order.state == OrderState.COMPLETED:
        return
    if order.parcel not in (ParcelState.SHIPPED, ParcelState.READY, ParcelState.RECEIVED):
        raise Conflict("not_sent_yet")
    _complete(order, "received", Actor("buyer", by), now)


def complete_silently(code: str, now: datetime) -> bool:
    """Nobody said anything for as long as the rules give: it is taken as received."""
    order = _locked(code)
    over = order.due_at is not None and order.due_at <= now
    there = order.parcel in (ParcelState.SHIPPED, ParcelState.RECEIVED)
    if order.state != OrderState.ACCEPTED or not there or not over:
        return False
    _complete(order, "completed", Actor("system"), now)
    return True


def due(state: OrderState, now: datetime, *, parcels: tuple[ParcelState, ...]) -> list[str]:
    """Codes of orders whose time is over in that state, longest waiting first."""
    return list(
        db.session.scalars(
            select(Order.code)
            .where(Order.state == state, Order.due_at <= now, Order.parcel.in_(parcels))
            .order_by(Order.due_at, Order.id)
            .limit(500)
        )
    )


def unpaid_due(now: datetime, *, more: timedelta = timedelta(0)) -> list[int]:
    """Groups that wait for money beyond the time the goods are kept."""
    return list(
        db.session.scalars(
            select(OrderGroup.id)
            .join(Order, Order.group_id == OrderGroup.id)
            .where(Order.state == OrderState.WAITING, Order.due_at <= now - more)
            .group_by(OrderGroup.id)
            .order_by(OrderGroup.id)
            .limit(500)
        )
    )


def _complete(order: Order, what: str, actor: Actor, now: datetime) -> None:
    order.state = move(OrderState(order.state), OrderState.COMPLETED, ORDER_MOVES)
    if order.parcel != ParcelState.RECEIVED:
        _carry(order, ParcelState.RECEIVED)
    order.due_at = None
    posting.released(order, now=now)
    _note(order, what, actor, now)


def _carry(order: Order, there: ParcelState) -> None:
    order.parcel = move(ParcelState(order.parcel), there, PARCEL_MOVES)


def _note(order: Order, what: str, actor: Actor, now: datetime, **detail: Any) -> None:
    db.session.flush()
    events.note([order], what, actor=actor.role, by=actor.person_id, at=now, **detail)


def _accepted(code: str, ikm_id: int, version: int) -> Order:
    order = _of_shop(code, ikm_id, version)
    if order.state != OrderState.ACCEPTED:
        raise Conflict("wrong_state", state=order.state, wanted="accepted")
    return order


def _of_shop(code: str, ikm_id: int, version: int) -> Order:
    """The shop's own order, as it was when the page was shown; another shop's is not there."""
    order = _locked(code)
    if order.ikm_id != ikm_id:
        raise NotFound()
    if order.version != version:
        raise Conflict("order_moved")
    return order


def _locked(code: str) -> Order:
    return locked_row(Order, code)


def look_again_later(code: str, now: datetime) -> None:
    """An officer was told about this silent order; the next reminder comes after as long again."""
    order = _locked(code)
    if order.state == OrderState.ACCEPTED:
        order.due_at = now + rules.LOOK_AFTER_SILENCE
