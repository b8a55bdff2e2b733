"""What an officer sees of money: transfers, refunds to send by hand, alarms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, or_, select

from marketplace.core.db import read, read_one
from marketplace.orders.models import (
    Alarm,
    OrderGroup,
    Payment,
    Refund,
)
from marketplace.orders.rules import ON_OUR_ACCOUNT
from marketplace.orders.states import PaymentState, RefundState


def transfers(search: int | None = None) -> Sequence[Row[Any]]:
    """Transfers that are awaited; with an amount, every transfer of that amount in any state."""
    statement = (
        select(
            Payment.code,
            Payment.provider,
            Payment.amount,
            Payment.state,
            Payment.counts,
            Payment.created_at,
            Payment.expires_at,
            Payment.paid_at,
            OrderGroup.code.label("group_code"),
            OrderGroup.recipient,
            OrderGroup.total,
        )
        .join(OrderGroup, OrderGroup.id == Payment.group_id)
        .where(Payment.provider.in_(ON_OUR_ACCOUNT))
        .limit(200)
    )
    if search is None:
        statement = statement.where(
            Payment.state.in_([PaymentState.ASKED, PaymentState.OPEN])
        ).order_by(Payment.expires_at)
    else:
        statement = statement.where(Payment.amount == search).order_by(Payment.id.desc())
    return read(statement)


def transfer(code: str) -> Row[Any] | None:
    """One awaited or finished transfer."""
    return read_one(
        select(
            Payment.__table__,
            OrderGroup.code.label("group_code"),
            OrderGroup.recipient,
            OrderGroup.phone,
            OrderGroup.total,
        )
        .join(OrderGroup, OrderGroup.id == Payment.group_id)
        .where(Payment.code == code, Payment.provider.in_(ON_OUR_ACCOUNT))
    )


def refunds_by_hand() -> Sequence[Row[Any]]:
    """Money that an officer must send back: transfers, and what a provider would not do."""
    return read(
        select(
            Refund.code,
            (Refund.amount - Refund.by_bank).label("amount"),
            Refund.reason,
            Refund.state,
            Refund.created_at,
            Payment.provider,
            OrderGroup.code.label("group_code"),
            OrderGroup.recipient,
            OrderGroup.phone,
        )
        .join(Payment, Payment.id == Refund.payment_id)
        .join(OrderGroup, OrderGroup.id == Payment.group_id)
        .where(
            or_(
                Payment.provider.in_(ON_OUR_ACCOUNT)
                & Refund.state.in_([RefundState.ASKED, RefundState.SENT]),
                Refund.state == RefundState.FAILED,
            )
        )
        .order_by(Refund.id)
        .limit(200)
    )


def refund_by_hand(code: str) -> Row[Any] | None:
    """One of them."""
    return next((row for row in refunds_by_hand() if row.code == code), None)


def alarm(alarm_id: int) -> Row[Any] | None:
    """One that nobody has settled."""
    table = Alarm.__table__
    return read_one(select(table).where(table.c.id == alarm_id, table.c.settled_at.is_(None)))


def open_alarms() -> Sequence[Row[Any]]:
    """What somebody must look at, newest first."""
    table = Alarm.__table__
    return read(
        select(table).where(table.c.settled_at.is_(None)).order_by(table.c.id.desc()).limit(200)
    )
