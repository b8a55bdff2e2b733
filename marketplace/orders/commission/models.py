"""The table of rates."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key


class CommissionRate(Model):
    """One line of the list; the database lets nobody change what it says, only when it ends."""

    __tablename__ = "commission_rate"
    __table_args__ = (
        CheckConstraint("basis_points BETWEEN 0 AND 10000", name="share"),
        CheckConstraint("tax_bp BETWEEN 0 AND 10000", name="tax_share"),
        CheckConstraint("fixed >= 0", name="not_negative"),
        CheckConstraint("tax_bp = 0 OR verified", name="tax_with_a_source"),
        CheckConstraint("ends_before IS NULL OR ends_before >= starts_on", name="days_in_order"),
    )

    id: Mapped[int] = primary_key()
    position: Mapped[int] = mapped_column(Integer)  # the first that fits counts
    # whom it is for; empty: anybody
    ikm_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ikm.id"))
    sentra_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("sentra.id"))
    category_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("category.id"))
    basis_points: Mapped[int] = mapped_column(Integer)  # hundredths of a percent of the price
    fixed: Mapped[int] = mapped_column(BigId, default=0)  # and so much for a piece
    tax_bp: Mapped[int] = mapped_column(Integer, default=0)  # tax on the cut itself
    starts_on: Mapped[date] = mapped_column(Date)
    ends_before: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(300))  # the decision or law it rests on
    verified: Mapped[bool] = mapped_column(default=False)  # somebody has read that source
    note: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime] = mapped_column(Utc)
    made_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
