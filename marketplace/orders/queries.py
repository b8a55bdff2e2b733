"""What the buyer's pages show, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from marketplace.core.db import read
from marketplace.makers.models import Ikm
from marketplace.orders.models import (
    Order,
    OrderEvent,
    OrderGroup,
    OrderLine,
    Payment,
    Refund,
)
from marketplace.orders.parcels.models import Parcel, ParcelLine
from marketplace.orders.parcels.rules import LIVING
from marketplace.orders.states import (
    Fulfilment,
    OrderState,
    ParcelState,
    PaymentState,
    RefundState,
)
from marketplace.orders.views import (
    GroupView,
    OrderView,
    ParcelView,
    PaymentView,
    RefundView,
    SoldLine,
    Step,
)

PAGE = 30

_MONEY = (
    select(
        OrderGroup.__table__,
        Payment.id.label("payment_id"),
        Payment.code.label("payment_code"),
        Payment.provider,
        Payment.state.label("payment_state"),
        Payment.amount,
        Payment.unique_code,
        Payment.attempt,
        Payment.url,
        Payment.counts,
        Payment.expires_at,
        Payment.paid_at,
        Refund.code.label("refund_code"),
        Refund.order_id.label("refund_order"),
        Refund.amount.label("refund_amount"),
        Refund.by_bank,
        Refund.reason,
        Refund.state.label("refund_state"),
        Refund.created_at.label("refund_at"),
        Refund.done_at,
    )
    .join(Payment, Payment.group_id == OrderGroup.id)
    .outerjoin(Refund, Refund.payment_id == Payment.id)
    .order_by(Payment.id, Refund.id)
)
_BY_TOKEN = _MONEY.where(OrderGroup.token_hash == bindparam("key"))
_BY_CODE = _MONEY.where(OrderGroup.code == bindparam("key"))

ORDERS = (
    select(
        Order.__table__,
        Ikm.slug.label("shop_slug"),
        Ikm.whatsapp.label("shop_whatsapp"),
        Ikm.address.label("shop_address"),
        Ikm.place.label("shop_place"),
        Ikm.village_code.label("shop_village"),
        OrderLine.id.label("line_id"),
        OrderLine.product_code,
        OrderLine.product_name,
        OrderLine.variant_name,
        OrderLine.cover,
        OrderLine.price,
        OrderLine.quantity,
        OrderLine.packed,
        OrderLine.cancelled,
        OrderLine.weight_g.label("line_weight"),
        OrderLine.made_in,
    )
    .join(Ikm, Ikm.id == Order.ikm_id)
    .join(OrderLine, OrderLine.order_id == Order.id)
    .order_by(Order.id, OrderLine.id)
)
_OF_GROUP = ORDERS.where(Order.group_id == bindparam("group_id"))

STEPS = select(OrderEvent.__table__).order_by(OrderEvent.id)
_STEPS_OF_GROUP = STEPS.join(Order, Order.id == OrderEvent.order_id).where(
    Order.group_id == bindparam("group_id")
)

# asked only for orders of which something was packed
PARCELS = (
    select(Parcel.__table__, ParcelLine.line_id, ParcelLine.quantity.label("pieces"))
    .join(ParcelLine, ParcelLine.parcel_id == Parcel.id)
    .where(Parcel.state.in_(LIVING))
    .order_by(Parcel.order_id, Parcel.number, ParcelLine.line_id)
)
_PARCELS_OF_GROUP = PARCELS.join(Order, Order.id == Parcel.order_id).where(
    Order.group_id == bindparam("group_id")
)


def group_by_token(token_hash: str) -> GroupView | None:
    """The order page behind a link, in three statements; a fourth once something is packed."""
    return _group(read(_BY_TOKEN, {"key": token_hash}))


def group_by_code(code: str) -> GroupView | None:
    """The same for letters, which know the code."""
    return _group(read(_BY_CODE, {"key": code}))


def _group(rows: Sequence[Row[Any]]) -> GroupView | None:
    if not rows:
        return None
    first = rows[0]
    payments = {row.payment_id: _payment(row) for row in rows}
    refunds = tuple(_refund(row) for row in rows if row.refund_code)
    key = {"group_id": first.id}
    lines = read(_OF_GROUP, key)
    packed = read(_PARCELS_OF_GROUP, key) if any(row.parcels for row in lines) else ()
    orders = as_orders(lines, read(_STEPS_OF_GROUP, key), packed)
    return GroupView(
        id=first.id,
        code=first.code,
        token_hash=first.token_hash,
        person_id=first.person_id,
        recipient=first.recipient,
        phone=first.phone,
        email=first.email,
        address=first.address,
        place=first.place,
        village_code=first.village_code,
        goods=first.goods,
        postage=first.postage,
        total=first.total,
        placed_at=first.placed_at,
        payments=tuple(payments.values()),
        refunds=refunds,
        orders=orders,
    )


def _payment(row: Row[Any]) -> PaymentView:
    return PaymentView(
        code=row.payment_code,
        provider=row.provider,
        state=PaymentState(row.payment_state),
        amount=row.amount,
        unique_code=row.unique_code,
        attempt=row.attempt,
        url=row.url,
        counts=row.counts,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
    )


def _refund(row: Row[Any]) -> RefundView:
    return RefundView(
        code=row.refund_code,
        order_id=row.refund_order,
        payment_code=row.payment_code,
        provider=row.provider,
        amount=row.refund_amount,
        by_bank=row.by_bank,
        reason=row.reason,
        state=RefundState(row.refund_state),
        created_at=row.refund_at,
        done_at=row.done_at,
    )


def as_orders(
    rows: Sequence[Row[Any]], steps: Sequence[Row[Any]], packed: Sequence[Row[Any]] = ()
) -> tuple[OrderView, ...]:
    lines: dict[int, list[SoldLine]] = {}
    heads: dict[int, Row[Any]] = {}
    for row in rows:
        heads.setdefault(row.id, row)
        lines.setdefault(row.id, []).append(
            SoldLine(
                id=row.line_id,
                product_code=row.product_code,
                name=row.product_name,
                variant_name=row.variant_name,
                cover=row.cover,
                price=row.price,
                quantity=row.quantity,
                packed=row.packed,
                cancelled=row.cancelled,
                weight_g=row.line_weight,
                made_in=row.made_in,
            )
        )
    told: dict[int, list[Step]] = {}
    for step in steps:
        told.setdefault(step.order_id, []).append(
            Step(step.at, step.actor, step.what, dict(step.detail))
        )
    parcels = _parcels(packed, {line.id: line for some in lines.values() for line in some})
    return tuple(
        _order(row, tuple(lines[id]), tuple(told.get(id, ())), parcels.get(id, ()))
        for id, row in heads.items()
    )


def _parcels(
    rows: Sequence[Row[Any]], line_of: Mapping[int, SoldLine]
) -> dict[int, tuple[ParcelView, ...]]:
    """The parcels of each order; a row is one line in one of them."""
    content: dict[int, list[tuple[SoldLine, int]]] = {}
    heads: dict[int, Row[Any]] = {}
    for row in rows:
        heads.setdefault(row.id, row)
        content.setdefault(row.id, []).append((line_of[row.line_id], row.pieces))
    found: dict[int, list[ParcelView]] = {}
    for id, row in heads.items():
        found.setdefault(row.order_id, []).append(
            ParcelView(
                number=row.number,
                state=ParcelState(row.state),
                courier=row.courier,
                tracking=row.tracking,
                packed_at=row.packed_at,
                left_at=row.left_at,
                received_at=row.received_at,
                confirmed_at=row.confirmed_at,
                content=tuple(content[id]),
            )
        )
    return {order_id: tuple(some) for order_id, some in found.items()}


def _order(
    row: Row[Any],
    lines: tuple[SoldLine, ...],
    steps: tuple[Step, ...],
    parcels: tuple[ParcelView, ...],
) -> OrderView:
    return OrderView(
        id=row.id,
        code=row.code,
        ikm_id=row.ikm_id,
        shop_name=row.shop_name,
        shop_slug=row.shop_slug,
        shop_whatsapp=row.shop_whatsapp,
        shop_address=row.shop_address,
        shop_place=row.shop_place,
        shop_village=row.shop_village,
        state=OrderState(row.state),
        parcel=Fulfilment(row.parcel),
        pickup=row.pickup,
        contested=row.contested,
        goods=row.goods,
        postage=row.postage,
        total=row.total,
        commission=row.commission,
        commission_tax=row.commission_tax,
        weight_g=row.weight_g,
        courier=row.courier,
        tracking=row.tracking,
        cancel_reason=row.cancel_reason,
        due_at=row.due_at,
        created_at=row.created_at,
        version=row.version,
        lines=lines,
        steps=steps,
        parcels=parcels,
    )


_MY_ORDERS = (
    select(
        OrderGroup.id,
        OrderGroup.code,
        OrderGroup.token_hash,
        OrderGroup.total,
        OrderGroup.placed_at,
        Order.shop_name,
        Order.state,
        Order.parcel,
        Order.pickup,
    )
    .join(Order, Order.group_id == OrderGroup.id)
    .where(OrderGroup.person_id == bindparam("person_id"), OrderGroup.id < bindparam("before"))
    .where(
        OrderGroup.id.in_(
            select(OrderGroup.id)
            .where(
                OrderGroup.person_id == bindparam("person_id"),
                OrderGroup.id < bindparam("before"),
            )
            .order_by(OrderGroup.id.desc())
            .limit(PAGE + 1)
            .correlate(None)
        )
    )
    .order_by(OrderGroup.id.desc(), Order.id)
)


def my_orders(person_id: int, before: int | None = None) -> tuple[list[dict[str, Any]], int | None]:
    """A person's orders, newest first, and where the next page begins."""
    rows = read(_MY_ORDERS, {"person_id": person_id, "before": before or 2**62})
    groups: dict[int, dict[str, Any]] = {}
    for row in rows:
        group = groups.setdefault(
            row.id,
            {
                "id": row.id,
                "code": row.code,
                "token_hash": row.token_hash,
                "total": row.total,
                "placed_at": row.placed_at,
                "orders": [],
            },
        )
        group["orders"].append(row)
    found = list(groups.values())
    more = found[PAGE - 1]["id"] if len(found) > PAGE else None
    return found[:PAGE], more
