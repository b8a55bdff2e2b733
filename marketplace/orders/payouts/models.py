"""Tables of paying the makers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.orders.payouts.states import AccountState


class PayoutAccount(Model):
    """Where a shop wants its money; what it says never changes, only how it stands."""

    __tablename__ = "payout_account"
    __table_args__ = (
        CheckConstraint("usable_from >= made_at", name="waits"),
        Index("ix_payout_account_ikm_id", "ikm_id", "id"),
        Index(
            "uq_payout_account_current",
            "ikm_id",
            unique=True,
            sqlite_where=text("state = 'current'"),
            postgresql_where=text("state = 'current'"),
        ),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    ikm_id: Mapped[int] = mapped_column(BigId, ForeignKey("ikm.id"))
    way: Mapped[str] = mapped_column(String(12))  # "bank", or the provider that carries it
    bank: Mapped[str] = mapped_column(String(20), default="")
    number: Mapped[bytes] = mapped_column(LargeBinary)  # sealed
    tail: Mapped[str] = mapped_column(String(4))
    holder: Mapped[str] = mapped_column(String(70))
    state: Mapped[AccountState] = mapped_column(String(10), default=AccountState.CURRENT)
    replaces: Mapped[int | None] = mapped_column(BigId, ForeignKey("payout_account.id"))
    made_by: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Utc)
    usable_from: Mapped[datetime] = mapped_column(Utc)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)
