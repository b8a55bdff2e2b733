"""What must be true of what the dinas gives back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, func, or_, select

from marketplace.core.db import db
from marketplace.orders.commission.rules import day_of
from marketplace.orders.grants.models import RefundGrant, RefundGrantLine
from marketplace.orders.grants.states import GrantState
from marketplace.orders.models import OrderLine, Refund
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import REFUND_TWO_PERSONS_ABOVE

Rows = Sequence[Row[Any]]


def g1_a_grant_is_carried_out_as_granted() -> Rows:
    """A grant is the sum of its lines, and its refund is the very same amount of the same order."""
    lines = (
        select(func.coalesce(func.sum(RefundGrantLine.amount), 0))
        .where(RefundGrantLine.grant_id == RefundGrant.id)
        .correlate(RefundGrant)
        .scalar_subquery()
    )
    return [
        *_rows(
            select(RefundGrant.code, RefundGrant.goods, lines).where(RefundGrant.goods != lines)
        ),
        *_rows(
            select(RefundGrant.code, RefundGrant.state, Refund.code, Refund.amount)
            .outerjoin(Refund, Refund.id == RefundGrant.refund_id)
            .where(
                or_(
                    and_(RefundGrant.state == GrantState.EXECUTED, Refund.id.is_(None)),
                    and_(RefundGrant.state != GrantState.EXECUTED, Refund.id.is_not(None)),
                    Refund.amount != RefundGrant.amount,
                    Refund.order_id != RefundGrant.order_id,
                    Refund.payment_id != RefundGrant.payment_id,
                )
            )
        ),
    ]


def g2_no_piece_goes_back_twice() -> Rows:
    """Of a line never more pieces go back than were sold, nor more than was paid for them."""
    given = (
        select(
            RefundGrantLine.line_id,
            func.sum(RefundGrantLine.quantity).label("quantity"),
            func.sum(RefundGrantLine.amount).label("amount"),
            func.sum(RefundGrantLine.commission).label("commission"),
        )
        .join(RefundGrant, RefundGrant.id == RefundGrantLine.grant_id)
        .where(RefundGrant.state != GrantState.WITHDRAWN)
        .group_by(RefundGrantLine.line_id)
        .subquery()
    )
    return _rows(
        select(OrderLine.id, OrderLine.quantity, given.c.quantity, given.c.amount)
        .join(given, given.c.line_id == OrderLine.id)
        .where(
            or_(
                given.c.quantity > OrderLine.quantity,
                given.c.amount > OrderLine.price * OrderLine.quantity,
                given.c.commission > OrderLine.commission,
            )
        )
    )


def g3_much_money_has_two_persons() -> Rows:
    """Above the limit of its day nobody carried out what they had granted themselves."""
    known = rule_rows.all_decisions()
    alone = _rows(
        select(RefundGrant.code, RefundGrant.amount, RefundGrant.granted_at).where(
            RefundGrant.state == GrantState.EXECUTED,
            RefundGrant.granted_by == RefundGrant.ended_by,
        )
    )
    return [
        row
        for row in alone
        if row.amount
        > rule_rows.in_force_among(REFUND_TWO_PERSONS_ABOVE, known, day_of(row.granted_at))
    ]


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement).all())


CHECKS = {
    "G1": g1_a_grant_is_carried_out_as_granted,
    "G2": g2_no_piece_goes_back_twice,
    "G3": g3_much_money_has_two_persons,
}
