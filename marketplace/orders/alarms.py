"""What a person must look at: raised once for each subject, settled by somebody by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.core import history
from marketplace.core.db import changed, db, dialect
from marketplace.core.errors import Conflict, NotFound
from marketplace.orders.models import Alarm

_TABLE = Alarm.__table__
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def sound(kind: str, subject: str, *, now: datetime, **detail: Any) -> None:
    """Ask for a person's eyes; the same subject again only renews what is said of it."""
    mine = (
        select(Alarm)
        .where(Alarm.subject == subject)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    alarm = db.session.scalar(mine)
    if alarm is None:
        values = {"kind": kind, "subject": subject, "detail": detail, "raised_at": now}
        if changed(_INSERT[dialect()](_TABLE).values(values).on_conflict_do_nothing()):
            return
        alarm = db.session.scalars(mine).one()  # two saw it at once, and the other was faster
    if alarm.settled_at is not None:
        alarm.settled_at, alarm.settled_by, alarm.raised_at = None, None, now
    alarm.kind, alarm.detail = kind, detail


def sound_once(kind: str, subject: str, *, now: datetime, **detail: Any) -> bool:
    """The same for what is found again and again: only when something else is said than before.

    Who has dealt with it is not asked a second time. True when this was news.
    """
    said = db.session.execute(select(Alarm.kind, Alarm.detail).where(Alarm.subject == subject))
    if said.first() == (kind, detail):
        return False
    sound(kind, subject, now=now, **detail)
    return True


def over(subject: str, *, reason: str, now: datetime) -> None:
    """Nobody has to look any more: what was asked for has come about by itself."""
    alarm = db.session.scalar(
        select(Alarm)
        .where(Alarm.subject == subject, Alarm.settled_at.is_(None))
        .with_for_update(key_share=True)
    )
    if alarm is not None:
        alarm.settled_at = now
        history.record("alarm.settled", subject, by=None, at=now, kind=alarm.kind, reason=reason)


def settle(alarm_id: int, *, reason: str, by: int, now: datetime) -> None:
    """Somebody has looked and dealt with it, and says how; once, for each time it was raised."""
    alarm = db.session.get(Alarm, alarm_id, with_for_update={"key_share": True})
    if alarm is None:
        raise NotFound()
    if alarm.settled_at is not None:
        raise Conflict("alarm_settled")
    alarm.settled_at, alarm.settled_by = now, by
    history.record("alarm.settled", alarm.subject, by=by, at=now, kind=alarm.kind, reason=reason)
