"""Does what was promised for later: claims, runs, and tries again; a crash loses nothing.

A claim is a lease: whoever dies leaves a job whose lease runs out, and another does it again. So
every job may run twice, and every job looks before it acts.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from flask import current_app
from sqlalchemy import and_, bindparam, or_, select, update

from marketplace.core import clock
from marketplace.core.db import Utc, db, read_one
from marketplace.core.failpoints import passing
from marketplace.core.jobs import Job, JobState
from marketplace.core.work import transaction
from marketplace.flows.wiring import JOBS
from marketplace.orders import alarms

LEASE = timedelta(seconds=60)
HEARTBEAT_SECONDS = 20.0
MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)

log = structlog.get_logger()
NOW = bindparam("now", type_=Utc)
DUE = select(Job.id).where(
    or_(
        and_(Job.state == JobState.READY, Job.run_at <= NOW),
        and_(Job.state == JobState.RUNNING, Job.lease_until < NOW),
    )
)


def claim(limit: int = 10, *, lease: timedelta = LEASE) -> list[int]:
    """Take jobs that are due, or whose worker has died, so that no other worker takes them."""
    now = clock.now()
    if read_one(DUE, {"now": now}) is None:
        return []  # asked every second, so without the lock that a writing transaction takes
    with transaction():
        ids = list(
            db.session.scalars(
                DUE.order_by(Job.run_at, Job.id).limit(limit).with_for_update(skip_locked=True),
                {"now": now},
            )
        )
        if ids:
            db.session.execute(
                update(Job)
                .where(Job.id.in_(ids))
                .values(state=JobState.RUNNING, lease_until=now + lease)
            )
    return ids


def perform(job_id: int) -> None:
    """Run one claimed job and write down how it ended; a finished one is left alone."""
    begun = _begin(job_id)
    if begun is None:
        return
    name, args = begun
    passing("worker.begun")
    try:
        with _heartbeat(job_id):
            JOBS[name](**args)
    except Exception as fault:
        log.exception("job_failed", job=job_id, name=name)
        _failed(job_id, f"{type(fault).__name__}: {fault}"[:2000])
    else:
        passing("worker.done")
        _done(job_id)


def run_due(*, until_empty: bool = False) -> int:
    """Run what is due now, with `until_empty` also what that promises in turn; how many ran."""
    count = 0
    while ids := claim():
        for job_id in ids:
            perform(job_id)
        count += len(ids)
        if not until_empty:
            break
    return count


def wait_before(tries: int, *, dice: float) -> timedelta:
    """Longer after each failure, with jitter, so that a returning service is not trampled."""
    longest = min(FIRST_WAIT * 4 ** (tries - 1), LONGEST_WAIT)
    return longest * (0.5 + dice / 2)


def _begin(job_id: int) -> tuple[str, dict[str, object]] | None:
    with transaction():
        job = db.session.get(Job, job_id, with_for_update=True)
        if job is None or job.state in (JobState.DONE, JobState.PARKED):
            return None
        if job.tries >= MOST_TRIES:  # it ended its worker every time
            _park(job, job.error or "the worker died", clock.now())
            return None
        job.tries += 1
        job.state, job.lease_until = JobState.RUNNING, clock.now() + LEASE
        return job.name, dict(job.args)


def _done(job_id: int) -> None:
    """Finished; its words are forgotten, for they may hold a link that opens something."""
    with transaction():
        db.session.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(state=JobState.DONE, args={}, error=None, lease_until=clock.now())
        )


def _failed(job_id: int, error: str) -> None:
    now = clock.now()
    with transaction():
        job = db.session.get_one(Job, job_id, with_for_update=True)
        job.error = error
        if job.tries >= MOST_TRIES:
            _park(job, error, now)
            return
        dice = random.random()  # noqa: S311 - spreads load, guards nothing
        job.state, job.run_at = JobState.READY, now + wait_before(job.tries, dice=dice)


def _park(job: Job, error: str, now: datetime) -> None:
    job.state = JobState.PARKED
    alarms.sound("job_parked", f"job:{job.id}", now=now, name=job.name, error=error[:200])


@contextmanager
def _heartbeat(job_id: int) -> Iterator[None]:
    """Renew the lease while the job runs, so that slow work is not taken for a dead worker."""
    over = threading.Event()
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def beat() -> None:
        while not over.wait(HEARTBEAT_SECONDS):
            with app.app_context(), transaction():
                db.session.execute(
                    update(Job).where(Job.id == job_id).values(lease_until=clock.now() + LEASE)
                )

    thread = threading.Thread(target=beat, name=f"heartbeat-{job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
