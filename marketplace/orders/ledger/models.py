"""The table of the ledger: one row, one whole booking."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key


class LedgerEntry(Model):
    """So many rupiah from one account to another, because of one fact; only written at the end."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("amount > 0", name="some_money"),
        CheckConstraint("debit <> credit", name="from_one_to_another"),
        UniqueConstraint("fact", "subject"),
        UniqueConstraint("reverses"),
        Index("ix_ledger_entry_order_id", "order_id"),
        Index("ix_ledger_entry_payment_id", "payment_id"),
        Index("ix_ledger_entry_ikm", "ikm_id", "at", "id"),
    )

    id: Mapped[int] = primary_key()
    at: Mapped[datetime] = mapped_column(Utc)
    fact: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(140))  # "order:…", "payment:…", "refund:…"
    debit: Mapped[str] = mapped_column(String(20))
    credit: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(BigId)
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_order.id"))
    ikm_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ikm.id"))
    payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"))
    reverses: Mapped[int | None] = mapped_column(BigId, ForeignKey("ledger_entry.id"))
