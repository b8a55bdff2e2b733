"""Past one machine the same jobs run through Dramatiq on Redis, and nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import dramatiq
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace.cli import relay
from marketplace.core import clock, jobs
from marketplace.core.db import db
from marketplace.core.jobs import Job, JobState
from marketplace.core.work import transaction
from marketplace.flows import worker
from tests.services.net import wait_until
from tests.services.redis import redis_server

pytestmark = pytest.mark.services
COUNT = 30


@pytest.fixture(scope="module")
def broker_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def done(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    seen: list[int] = []
    monkeypatch.setattr(worker, "JOBS", {"note": lambda number: seen.append(number)})
    with transaction():
        for number in range(COUNT):
            jobs.enqueue("note", number=number)
    return seen


def consume(actor: dramatiq.Actor) -> None:  # type: ignore[type-arg]
    """Let a worker of the broker do everything that is in its queue."""
    consumer = dramatiq.Worker(actor.broker, queues={relay.QUEUE}, worker_threads=2)
    consumer.start()
    try:
        wait_until(_all_done, what="the queue", seconds=20)
    finally:
        consumer.stop()


def _all_done() -> bool:
    db.session.rollback()
    done = select(func.count()).where(Job.state == JobState.DONE).select_from(Job)
    return db.session.scalar(done) == COUNT


def test_every_job_goes_through_the_broker_and_is_done_once(
    app: Flask, broker_url: str, done: list[int]
) -> None:
    actor = relay.connect(app, broker_url)
    assert relay.relay_once(actor)
    assert not relay.relay_once(actor), "a job in the queue is not sent again"
    consume(actor)
    assert sorted(done) == list(range(COUNT))


def test_a_number_that_is_delivered_twice_is_done_once(
    app: Flask, broker_url: str, done: list[int]
) -> None:
    actor = relay.connect(app, broker_url)
    for job_id in worker.claim(limit=COUNT):
        actor.send(job_id)
    consume(actor)
    for job_id in db.session.scalars(select(Job.id)).all():
        actor.fn(job_id)
    assert sorted(done) == list(range(COUNT))


def test_a_number_that_the_broker_lost_is_sent_again_when_its_lease_is_over(
    app: Flask, broker_url: str, done: list[int]
) -> None:
    actor = relay.connect(app, broker_url)
    relay.relay_once(actor)
    actor.broker.flush(relay.QUEUE)  # the broker forgets everything
    later = clock.now() + relay.QUEUE_LEASE + timedelta(seconds=1)
    with time_machine.travel(later, tick=True):
        assert relay.relay_once(actor)
        consume(actor)
    assert sorted(done) == list(range(COUNT))
