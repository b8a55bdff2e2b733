"""Tables of the money that lands on our own accounts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.orders.bank.states import ReceiptState, ReturnState, StatementState, UseKind


class GivenAmount(Model):
    """An amount that one buyer was told to send; nobody else is told the same before `free_at`."""

    __tablename__ = "given_amount"
    __table_args__ = (CheckConstraint("amount > 0", name="positive"),)

    amount: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    payment_code: Mapped[str] = mapped_column(String(10))
    free_at: Mapped[datetime] = mapped_column(Utc, index=True)


class BankAccount(Model):
    """An account whose statements the dinas reads: at a bank, or of our QRIS."""

    __tablename__ = "bank_account"
    __table_args__ = (UniqueConstraint("bank", "number"),)

    id: Mapped[int] = primary_key()
    bank: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(40))
    columns: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # of its last statement
    by: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(Utc)


class BankStatement(Model):
    """One file that was sent: kept as it came until its columns are confirmed, then its figures."""

    __tablename__ = "bank_statement"

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_account.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[StatementState] = mapped_column(String(10), default=StatementState.DRAFT)
    body: Mapped[str | None] = mapped_column(Text)  # forgotten once its lines are written down
    fresh: Mapped[int] = mapped_column(Integer, default=0)  # lines that were new
    known: Mapped[int] = mapped_column(Integer, default=0)  # lines of an earlier statement
    went_out: Mapped[int] = mapped_column(Integer, default=0)
    faults: Mapped[list[Any]] = mapped_column(JSON, default=list)
    by: Mapped[int] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(Utc)
    kept_at: Mapped[datetime | None] = mapped_column(Utc)


class BankLine(Model):
    """Money that came in, as the bank wrote it: once, however many statements show it."""

    __tablename__ = "bank_line"
    __table_args__ = (CheckConstraint("amount > 0", name="comes_in"),)

    id: Mapped[int] = primary_key()
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_account.id"), index=True)
    statement_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_statement.id"), index=True)
    row: Mapped[int] = mapped_column(Integer)
    booked_on: Mapped[date] = mapped_column(Date)
    amount: Mapped[int] = mapped_column(BigId)
    text: Mapped[str] = mapped_column(String(300))
    raw: Mapped[str] = mapped_column(String(600))
    at: Mapped[datetime] = mapped_column(Utc)


class Receipt(Model):
    """What is known of one line's money: whose it is, and how much of it is used."""

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("amount > 0 AND used BETWEEN 0 AND amount", name="never_used_twice"),
        Index("ix_receipt_state", "state", "id"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_line.id"), unique=True)
    amount: Mapped[int] = mapped_column(BigId)
    used: Mapped[int] = mapped_column(BigId, default=0)
    state: Mapped[ReceiptState] = mapped_column(String(10), default=ReceiptState.NEW)
    # whose it seems to be, or was; a use says so for good
    payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"), index=True)
    offered_until: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc)
    touched_at: Mapped[datetime] = mapped_column(Utc)

    @property
    def rest(self) -> int:
        """What nobody has used yet."""
        return self.amount - self.used


class ReceiptUse(Model):
    """So much of a receipt paid, goes back, or was never for an order; only written at the end."""

    __tablename__ = "receipt_use"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("(kind = 'payment') = (payment_id IS NOT NULL)", name="pays_something"),
    )

    id: Mapped[int] = primary_key()
    receipt_id: Mapped[int] = mapped_column(BigId, ForeignKey("receipt.id"), index=True)
    kind: Mapped[UseKind] = mapped_column(String(10))
    payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"), index=True)
    amount: Mapped[int] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(String(200))
    by: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime] = mapped_column(Utc)


class Settlement(Model):
    """A whole line is what a payment provider paid out; told once, unless it was taken back."""

    __tablename__ = "settlement"
    __table_args__ = (
        CheckConstraint("net > 0 AND fee >= 0 AND gross = net + fee", name="adds_up"),
        CheckConstraint(
            "(taken_back_at IS NULL) = (taken_back_by IS NULL)", name="taken_back_by_somebody"
        ),
        Index("ix_settlement_reference", "reference"),
        Index(
            "uq_settlement_line",
            "receipt_id",
            unique=True,
            sqlite_where=text("taken_back_at IS NULL"),
            postgresql_where=text("taken_back_at IS NULL"),
        ),
        Index(
            "uq_settlement_reference",
            "provider",
            "reference",
            unique=True,
            sqlite_where=text("taken_back_at IS NULL"),
            postgresql_where=text("taken_back_at IS NULL"),
        ),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    receipt_id: Mapped[int] = mapped_column(BigId, ForeignKey("receipt.id"))
    provider: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(60))  # the provider's own name of its payout
    gross: Mapped[int] = mapped_column(BigId)
    fee: Mapped[int] = mapped_column(BigId)
    net: Mapped[int] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(String(200))
    by: Mapped[int] = mapped_column(BigId)
    at: Mapped[datetime] = mapped_column(Utc)
    taken_back_by: Mapped[int | None] = mapped_column(BigId)
    taken_back_at: Mapped[datetime | None] = mapped_column(Utc)
    taken_back_why: Mapped[str] = mapped_column(String(200), default="")


class ReceiptReturn(Model):
    """Money that goes back from the account to whoever sent it."""

    __tablename__ = "receipt_return"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        Index("ix_receipt_return_state", "state", "id"),
        Index("ix_receipt_return_reference", "reference"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    receipt_id: Mapped[int] = mapped_column(BigId, ForeignKey("receipt.id"), unique=True)
    amount: Mapped[int] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[ReturnState] = mapped_column(String(10), default=ReturnState.DECIDED)
    by: Mapped[int] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(Utc)
    sent_by: Mapped[int | None] = mapped_column(BigId)
    sent_at: Mapped[datetime | None] = mapped_column(Utc)
    reference: Mapped[str] = mapped_column(String(60), default="")  # as the bank prints it
