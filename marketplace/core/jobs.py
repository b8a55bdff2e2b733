"""Work for later: a row written in the same transaction as the change that needs it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import clock
from marketplace.core.db import Model, Utc, db, primary_key


class JobState(StrEnum):
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"  # tried too often: a person must look


class Job(Model):
    """One thing to do once, at the earliest at `run_at`; may run twice, so handlers look first."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "run_at", "id"),)

    id: Mapped[int] = primary_key()
    name: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    state: Mapped[JobState] = mapped_column(String(10), default=JobState.READY)
    run_at: Mapped[datetime] = mapped_column(Utc)
    lease_until: Mapped[datetime | None] = mapped_column(Utc)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Utc)


class Schedule(Model):
    """When a recurring job is promised next; whoever moves the time on promises it, once."""

    __tablename__ = "schedule"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    next_run: Mapped[datetime] = mapped_column(Utc)


def enqueue(
    name: str,
    /,
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    **args: Any,
) -> None:
    """Promise a piece of work with this transaction; the same key is promised only once."""
    if key is not None and db.session.scalar(select(Job.id).where(Job.key == key)):
        return
    now = clock.now()
    db.session.add(Job(name=name, args=args, key=key, run_at=run_at or now, created_at=now))
