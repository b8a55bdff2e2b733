"""What pages and the two steps read of grants, and of what is left to give back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Person
from marketplace.core.db import read, read_one
from marketplace.orders.complaints.models import Complaint, ComplaintLine
from marketplace.orders.complaints.states import ComplaintState
from marketplace.orders.grants.models import RefundGrant, RefundGrantLine
from marketplace.orders.grants.rules import Part
from marketplace.orders.grants.states import GrantState
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import Fact, falls_away
from marketplace.orders.models import Order, OrderGroup, OrderLine, Payment, Refund
from marketplace.orders.states import OrderState

PAID = OrderLine.price * OrderLine.quantity  # what was paid for a line


@dataclass(frozen=True, slots=True)
class Left:
    """What may still go back of an order: held for it, or with its shop after release."""

    goods: int
    postage: int


def left_of_order(order_id: int, state: str) -> Left:
    """What may still go back of an order, open grants not counted."""
    sums = ledger.sums_of_order(order_id)
    if state == OrderState.COMPLETED:
        gone = (Fact.GOODS_TAKEN_BACK, Fact.CHARGEBACK_FROM_SHOP)
        return Left(
            max(0, sums.get(Fact.GOODS_RELEASED, 0) - sum(sums.get(fact, 0) for fact in gone)),
            sums.get(Fact.POSTAGE_RELEASED, 0) - sums.get(Fact.POSTAGE_TAKEN_BACK, 0),
        )
    held = ledger.held_in(sums)
    return Left(held.goods, held.postage)


_LIVES = RefundGrant.state != GrantState.WITHDRAWN
_GIVEN = (
    select(
        RefundGrantLine.line_id,
        func.sum(RefundGrantLine.quantity).label("quantity"),
        func.sum(RefundGrantLine.amount).label("amount"),
        func.sum(RefundGrantLine.commission).label("commission"),
        func.sum(RefundGrantLine.commission_tax).label("tax"),
    )
    .join(RefundGrant, and_(RefundGrant.id == RefundGrantLine.grant_id, _LIVES))
    .where(RefundGrant.order_id == bindparam("order_id"))
    .group_by(RefundGrantLine.line_id)
    .subquery()
)
# Pieces that a complaint gave back whole are gone; of others their money is less.
_GONE = case((ComplaintLine.back == ComplaintLine.amount, ComplaintLine.quantity), else_=0)
_LINES = (
    select(
        OrderLine.id,
        OrderLine.product_name,
        OrderLine.variant_name,
        OrderLine.price,
        OrderLine.quantity,
        PAID.label("paid"),
        OrderLine.cancelled,
        OrderLine.commission,
        OrderLine.commission_tax,
        func.coalesce(_GIVEN.c.quantity, 0).label("given"),
        func.coalesce(_GIVEN.c.amount, 0).label("given_amount"),
        func.coalesce(_GIVEN.c.commission, 0).label("given_commission"),
        func.coalesce(_GIVEN.c.tax, 0).label("given_tax"),
        func.coalesce(ComplaintLine.back, 0).label("returned"),
        (
            OrderLine.quantity - OrderLine.cancelled - func.coalesce(_GIVEN.c.quantity, 0) - _GONE
        ).label("left"),
    )
    .outerjoin(_GIVEN, _GIVEN.c.line_id == OrderLine.id)
    .outerjoin(ComplaintLine, ComplaintLine.line_id == OrderLine.id)
    .where(OrderLine.order_id == bindparam("order_id"))
    .order_by(OrderLine.id)
)


def lines(order_id: int) -> Sequence[Row[Any]]:
    """The lines of an order with what was granted of them; pieces cancelled have gone back."""
    return read(_LINES, {"order_id": order_id})


def left_of_lines(order_id: int) -> dict[int, Part]:
    """What can still be granted of each line; nothing of pieces that were cancelled."""
    return {row.id: _left(row) for row in lines(order_id)}


def _left(row: Row[Any]) -> Part:
    kept, back = row.quantity - row.cancelled, {"goods": row.paid, "now": row.returned}
    return Part(
        int(row.left),
        row.paid * kept // row.quantity - int(row.given_amount) - row.returned,
        row.commission * kept // row.quantity
        - int(row.given_commission)
        - falls_away(row.commission, **back),
        row.commission_tax * kept // row.quantity
        - int(row.given_tax)
        - falls_away(row.commission_tax, **back),
    )


_OPEN = select(
    RefundGrant.code,
    RefundGrant.order_id,
    RefundGrant.goods,
    RefundGrant.postage,
    RefundGrant.amount,
).where(
    RefundGrant.payment_id == bindparam("payment_id"),
    RefundGrant.state == GrantState.GRANTED,
    RefundGrant.code != bindparam("but"),
)


def open_grants(payment_id: int, *, but: str) -> Sequence[Row[Any]]:
    """Grants of a payment that nobody has carried out yet, without this one."""
    return read(_OPEN, {"payment_id": payment_id, "but": but})


_DECIDED = select(
    select(func.coalesce(func.sum(RefundGrant.amount), 0))
    .where(RefundGrant.payment_id == bindparam("payment_id"), _LIVES)
    .scalar_subquery()
    .label("granted"),
    select(func.coalesce(func.sum(Refund.amount), 0))
    .join(Complaint, Complaint.refund_id == Refund.id)
    .where(Refund.payment_id == bindparam("payment_id"), Complaint.state == ComplaintState.DECIDED)
    .scalar_subquery()
    .label("complained"),
)


def decided_of(payment_id: int) -> int:
    """All that officers decided to give back of a payment, by a grant or of a complaint.

    What was withdrawn does not count.
    """
    row = read_one(_DECIDED, {"payment_id": payment_id})
    return int(row.granted + row.complained) if row else 0


_GRANTER, _ENDER = aliased(Person), aliased(Person)
_GRANTS = (
    select(
        RefundGrant.__table__,
        Order.code.label("order_code"),
        Order.shop_name,
        Order.state.label("order_state"),
        OrderGroup.code.label("group_code"),
        OrderGroup.recipient,
        Payment.provider,
        Refund.code.label("refund_code"),
        Refund.state.label("refund_state"),
        _GRANTER.name.label("granter"),
        _ENDER.name.label("ender"),
    )
    .join(Order, Order.id == RefundGrant.order_id)
    .join(OrderGroup, OrderGroup.id == Order.group_id)
    .join(Payment, Payment.id == RefundGrant.payment_id)
    .join(_GRANTER, _GRANTER.id == RefundGrant.granted_by)
    .outerjoin(_ENDER, _ENDER.id == RefundGrant.ended_by)
    .outerjoin(Refund, Refund.id == RefundGrant.refund_id)
)
_WAITING = (
    _GRANTS.where(RefundGrant.state == GrantState.GRANTED).order_by(RefundGrant.id).limit(200)
)
_ENDED = (
    _GRANTS.where(RefundGrant.state != GrantState.GRANTED)
    .order_by(RefundGrant.ended_at.desc(), RefundGrant.id.desc())
    .limit(50)
)
_ONE = _GRANTS.where(RefundGrant.code == bindparam("code"))
_OF_GRANT = (
    select(
        OrderLine.product_name,
        OrderLine.variant_name,
        RefundGrantLine.quantity,
        RefundGrantLine.amount,
    )
    .join(RefundGrantLine, RefundGrantLine.line_id == OrderLine.id)
    .where(RefundGrantLine.grant_id == bindparam("grant_id"))
    .order_by(OrderLine.id)
)


def waiting() -> Sequence[Row[Any]]:
    """What was granted and nobody has carried out, oldest first."""
    return read(_WAITING)


def ended() -> Sequence[Row[Any]]:
    """What was carried out or withdrawn lately, newest first."""
    return read(_ENDED)


def grant(code: str) -> Row[Any] | None:
    """One of them."""
    return read_one(_ONE, {"code": code})


def lines_of_grant(grant_id: int) -> Sequence[Row[Any]]:
    """The pieces it gives back."""
    return read(_OF_GRANT, {"grant_id": grant_id})


_ORDER = (
    select(
        Order.id,
        Order.code,
        Order.state,
        Order.shop_name,
        Order.goods,
        Order.postage,
        Order.total,
        OrderGroup.code.label("group_code"),
        OrderGroup.recipient,
        OrderGroup.phone,
        Payment.id.label("payment_id"),
        Payment.provider,
    )
    .join(OrderGroup, OrderGroup.id == Order.group_id)
    .outerjoin(Payment, and_(Payment.group_id == OrderGroup.id, Payment.counts))
    .where(Order.code == bindparam("code"))
)


def order(code: str) -> Row[Any] | None:
    """An order with the payment that counts, if one does."""
    return read_one(_ORDER, {"code": code})
