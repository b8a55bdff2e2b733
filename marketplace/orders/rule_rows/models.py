"""The table of decided figures."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key


class RuleRow(Model):
    """So much from this day on, on this ground; only written at the end."""

    __tablename__ = "rule_row"
    __table_args__ = (
        CheckConstraint("value >= 0", name="not_negative"),
        Index("ix_rule_row_code", "code", "starts_on", "id"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(40))
    value: Mapped[int] = mapped_column(BigId)
    starts_on: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(300))  # the decision or law it rests on
    verified: Mapped[bool] = mapped_column(default=False)  # somebody has read that source
    made_at: Mapped[datetime] = mapped_column(Utc)
    made_by: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
