"""Tables of what the dinas gives back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.orders.grants.states import GrantState


class RefundGrant(Model):
    """What an officer decided to give back of one order; the database lets nobody change that."""

    __tablename__ = "refund_grant"
    __table_args__ = (
        CheckConstraint("goods >= 0 AND postage >= 0 AND goodwill >= 0", name="not_negative"),
        CheckConstraint("amount > 0 AND amount = goods + postage + goodwill", name="adds_up"),
        CheckConstraint(
            "(state = 'executed') = (refund_id IS NOT NULL)", name="executed_is_a_refund"
        ),
        CheckConstraint(
            "NOT two_persons OR state <> 'executed' OR ended_by <> granted_by",
            name="by_another_person",
        ),
        Index("ix_refund_grant_state", "state", "id"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), index=True)
    payment_id: Mapped[int] = mapped_column(BigId, ForeignKey("payment.id"), index=True)
    goods: Mapped[int] = mapped_column(BigId)
    postage: Mapped[int] = mapped_column(BigId)
    goodwill: Mapped[int] = mapped_column(BigId)  # out of the market's own pocket
    amount: Mapped[int] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(String(200))
    two_persons: Mapped[bool]  # frozen at the grant: a limit raised later frees nobody
    state: Mapped[GrantState] = mapped_column(String(10), default=GrantState.GRANTED)
    granted_by: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(Utc)
    ended_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Utc)
    refund_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("refund.id"), unique=True)


class RefundGrantLine(Model):
    """So many pieces of one line, and what was paid for them; only written at the end."""

    __tablename__ = "refund_grant_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND amount >= 0", name="some_pieces"),
        CheckConstraint("commission >= 0 AND commission_tax >= 0", name="cut_not_negative"),
    )

    grant_id: Mapped[int] = mapped_column(BigId, ForeignKey("refund_grant.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("order_line.id"), primary_key=True, index=True
    )
    quantity: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(BigId)
    # the part of the market's cut that falls away with them
    commission: Mapped[int] = mapped_column(BigId)
    commission_tax: Mapped[int] = mapped_column(BigId)
