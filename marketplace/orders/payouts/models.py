"""Tables of paying the makers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.orders.payouts.states import AccountState, PayoutState, RunState


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


class PayoutClearance(Model):
    """An officer let the money of a closed shop go, and why; one counts until it is ended."""

    __tablename__ = "payout_clearance"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index(
            "uq_payout_clearance_ikm_id",
            "ikm_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = primary_key()
    ikm_id: Mapped[int] = mapped_column(BigId, ForeignKey("ikm.id"))
    reason: Mapped[str] = mapped_column(String(200))
    by: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Utc)
    ended_by: Mapped[int | None] = mapped_column(BigId)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)


class PayoutRun(Model):
    """Payouts that leave together, one way; above a limit two persons let them go."""

    __tablename__ = "payout_run"
    __table_args__ = (
        CheckConstraint("total > 0 AND pieces > 0", name="something"),
        CheckConstraint("first_by IS NULL OR released_by <> first_by", name="two_persons"),
        CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name="released"),
        Index("ix_payout_run_state", "state", "id"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    way: Mapped[str] = mapped_column(String(12))
    state: Mapped[RunState] = mapped_column(String(10), default=RunState.PLANNED)
    total: Mapped[int] = mapped_column(BigId)  # as it was planned
    pieces: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[int | None] = mapped_column(BigId)  # none: by its interval
    made_at: Mapped[datetime] = mapped_column(Utc)
    first_by: Mapped[int | None] = mapped_column(BigId)
    first_digest: Mapped[str | None] = mapped_column(String(64))  # of what was approved
    released_by: Mapped[int | None] = mapped_column(BigId)
    released_at: Mapped[datetime | None] = mapped_column(Utc)


class Payout(Model):
    """So much to one shop, to the account that counted; what left comes back at most once."""

    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint("amount > 0", name="no_debt"),
        UniqueConstraint("run_id", "ikm_id"),
        Index("ix_payout_ikm_id", "ikm_id", "id"),
        CheckConstraint(
            "back_by IS NULL OR back_receipt_id IS NOT NULL"
            " OR COALESCE(back_asked_by, back_by) <> back_by",
            name="back_is_proved",
        ),
        Index("ix_payout_state", "state", "id"),
        Index("ix_payout_reference", "reference"),
        Index(
            "ix_payout_back_asked",
            "back_asked_at",
            sqlite_where=text("back_asked_by IS NOT NULL"),
            postgresql_where=text("back_asked_by IS NOT NULL"),
        ),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    run_id: Mapped[int] = mapped_column(BigId, ForeignKey("payout_run.id"))
    ikm_id: Mapped[int] = mapped_column(BigId, ForeignKey("ikm.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("payout_account.id"))
    amount: Mapped[int] = mapped_column(BigId)
    state: Mapped[PayoutState] = mapped_column(String(10), default=PayoutState.PLANNED)
    key: Mapped[str] = mapped_column(String(60), unique=True)  # one key, one transfer
    transfer: Mapped[str | None] = mapped_column(String(120), unique=True)  # the provider's name
    reference: Mapped[str] = mapped_column(String(120), default="")  # as the bank prints it
    reason: Mapped[str] = mapped_column(String(200), default="")  # why it came back
    sent_at: Mapped[datetime | None] = mapped_column(Utc)
    paid_at: Mapped[datetime | None] = mapped_column(Utc)
    touched_at: Mapped[datetime] = mapped_column(Utc)
    # one officer said that it came back; another agreed, or a line of the bank shows it
    back_asked_by: Mapped[int | None] = mapped_column(BigId)
    back_asked_at: Mapped[datetime | None] = mapped_column(Utc)
    back_why: Mapped[str] = mapped_column(String(200), default="")
    back_by: Mapped[int | None] = mapped_column(BigId)
    back_receipt_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("receipt.id"), unique=True
    )


class PayoutLine(Model):
    """A booking that a payout pays: in one payout at most, for ever; only written at the end."""

    __tablename__ = "payout_line"

    entry_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("ledger_entry.id"), primary_key=True, autoincrement=False
    )
    payout_id: Mapped[int] = mapped_column(BigId, ForeignKey("payout.id"), index=True)
