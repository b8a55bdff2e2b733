"""What happens by itself: how often each recurring job is promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock, jobs
from marketplace.core.db import Utc, changed, db, read
from marketplace.core.jobs import Schedule
from marketplace.core.work import transaction

EVERY: Mapping[str, timedelta] = {
    "orders.due": timedelta(minutes=1),
    "stock.waiting": timedelta(minutes=1),
    "complaints.due": timedelta(minutes=5),
    "orders.reconcile": timedelta(minutes=5),
    "orders.reconcile_hourly": timedelta(hours=1),
    "orders.reconcile_daily": timedelta(days=1),
    "orders.forget_carts": timedelta(hours=6),
    "payouts.plan": timedelta(hours=6),
    "history.seal": timedelta(minutes=5),
    "receipts.lapse": timedelta(hours=1),
    "orders.free_amounts": timedelta(hours=6),
    "accounts.forget_old": timedelta(hours=6),
    "jobs.clean_up": timedelta(hours=6),
}


# asked every second, so without the lock that a writing transaction takes on SQLite
DUE = select(Schedule.name).where(
    Schedule.next_run <= bindparam("now", type_=Utc), Schedule.name.in_(list(EVERY))
)


def promise_due() -> int:
    """Promise each recurring job whose time has come; two schedulers promise it once."""
    now, count = clock.now(), 0
    for (name,) in read(DUE, {"now": now}):
        with transaction():
            if changed(
                update(Schedule)
                .where(Schedule.name == name, Schedule.next_run <= now)
                .values(next_run=now + EVERY[name])
            ):
                jobs.enqueue(name)
                count += 1
    return count


def begin() -> None:
    """Write down the recurring jobs that are new; each runs once right away."""
    for name in EVERY:
        try:
            with transaction():
                if db.session.scalar(select(Schedule.name).where(Schedule.name == name)) is None:
                    db.session.add(Schedule(name=name, next_run=clock.now()))
        except IntegrityError:
            continue  # another worker was first
