"""The table of QRIS codes: one row each time it is set, changed or switched off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key


class QrisCode(Model):
    """The code that holds from a moment on; without a payload, none does. Never changed."""

    __tablename__ = "qris_code"
    __table_args__ = (Index("ix_qris_code_since", "ikm_id", "since", "id"),)

    id: Mapped[int] = primary_key()
    ikm_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ikm.id"))  # none: the market's
    payload: Mapped[str] = mapped_column(String(512))
    merchant: Mapped[str] = mapped_column(String(99))
    city: Mapped[str] = mapped_column(String(99))
    with_amount: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[int | None] = mapped_column(BigId)
