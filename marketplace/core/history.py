"""Who did what and when: a book that is only written at the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, db, primary_key


class HistoryEntry(Model):
    """One act on money, rights or another's shop; the database refuses to change or delete it."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_subject", "subject", "id"),)

    id: Mapped[int] = primary_key()
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[int | None] = mapped_column(BigId)
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class HistorySeal(Model):
    """The chained digest of one entry: an entry that was tampered with breaks every later seal."""

    __tablename__ = "history_seal"

    entry_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))


def record(act: str, subject: str, *, by: int | None, at: datetime, **detail: Any) -> None:
    """Write an act beside the change it describes, in the same transaction."""
    db.session.add(HistoryEntry(act=act, subject=subject, by=by, at=at, detail=detail))
