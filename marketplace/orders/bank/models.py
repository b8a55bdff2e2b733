"""Tables of the money that lands on our own accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc


class GivenAmount(Model):
    """An amount that one buyer was told to send; nobody else is told the same before `free_at`."""

    __tablename__ = "given_amount"
    __table_args__ = (CheckConstraint("amount > 0", name="positive"),)

    amount: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    payment_code: Mapped[str] = mapped_column(String(10))
    free_at: Mapped[datetime] = mapped_column(Utc, index=True)
