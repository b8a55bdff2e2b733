"""The table of disputes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.orders.disputes.states import DisputeState


class Dispute(Model):
    """One complaint to a bank, as the provider keeps it; its money goes and comes once."""

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint(
            "returned_at IS NULL OR taken_at IS NOT NULL", name="taken_before_returned"
        ),
        UniqueConstraint("provider", "livemode", "reference", name="uq_dispute_reference"),
        Index("ix_dispute_due", "state", "evidence_due_by"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"), index=True)
    provider: Mapped[str] = mapped_column(String(12))
    livemode: Mapped[bool] = mapped_column(default=False)
    reference: Mapped[str] = mapped_column(String(120))
    payment_reference: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[DisputeState] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(String(60))
    evidence_due_by: Mapped[datetime | None] = mapped_column(Utc)
    opened_at: Mapped[datetime] = mapped_column(Utc)
    taken_at: Mapped[datetime | None] = mapped_column(Utc)
    returned_at: Mapped[datetime | None] = mapped_column(Utc)
    touched_at: Mapped[datetime] = mapped_column(Utc)
    closed_at: Mapped[datetime | None] = mapped_column(Utc)
