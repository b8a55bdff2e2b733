"""Who did what, read from the history with the names people have today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from marketplace.accounts.models import Person
from marketplace.core.db import read
from marketplace.core.history import HistoryEntry

PAGE = 50
END = 2**62
_LATEST = (
    select(
        HistoryEntry.id,
        HistoryEntry.at,
        HistoryEntry.act,
        HistoryEntry.subject,
        HistoryEntry.detail,
        Person.name.label("by"),
    )
    .outerjoin(Person, Person.id == HistoryEntry.by)
    .where(HistoryEntry.id < bindparam("before"))
    .order_by(HistoryEntry.id.desc())
    .limit(PAGE + 1)
)
_ABOUT = _LATEST.where(HistoryEntry.subject == bindparam("subject"))
_NAMES = select(Person.id, Person.name).where(Person.id.in_(bindparam("ids", expanding=True)))


def latest(subject: str, before: int | None) -> tuple[Sequence[Row[Any]], int | None]:
    """A page of acts, the latest first, about one subject or all; where the next page begins."""
    params: dict[str, Any] = {"before": before or END}
    if subject:
        params["subject"] = subject
    rows = read(_ABOUT if subject else _LATEST, params)
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def names(ids: Sequence[int]) -> dict[int, str]:
    """The names of several people."""
    return {row.id: row.name for row in read(_NAMES, {"ids": ids})} if ids else {}
