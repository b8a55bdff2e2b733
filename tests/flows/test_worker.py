"""Work for later is done once, tried again when it fails, and survives the death of a worker."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.core import clock, jobs
from marketplace.core.db import db
from marketplace.core.jobs import Job, JobState
from marketplace.core.work import transaction
from marketplace.flows import daily, wiring, worker
from marketplace.orders.models import Alarm

Done = list[int]


@pytest.fixture
def done(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Done:
    """What the test's own jobs have done: "note" writes its number, "trip" always fails."""
    seen: Done = []

    def trip() -> None:
        raise ValueError("no")

    monkeypatch.setattr(worker, "JOBS", {"note": lambda number: seen.append(number), "trip": trip})
    return seen


def promise(name: str = "note", **more: object) -> None:
    with transaction():
        jobs.enqueue(name, **more)  # type: ignore[arg-type]


def the_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def test_a_promise_is_kept_once_and_its_words_are_forgotten(done: Done) -> None:
    promise(number=1)
    assert worker.run_due(until_empty=True) == 1
    assert worker.run_due(until_empty=True) == 0
    assert done == [1]
    job = the_job()
    assert (job.state, job.args) == (JobState.DONE, {})


def test_a_promise_in_a_transaction_that_fails_was_never_made(done: Done) -> None:
    def change_your_mind() -> None:
        with transaction():
            jobs.enqueue("note", number=1)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        change_your_mind()
    assert worker.run_due() == 0


def test_the_same_key_is_promised_once(done: Done) -> None:
    promise(key="one", number=1)
    promise(key="one", number=2)
    worker.run_due(until_empty=True)
    assert done == [1]


def test_work_for_tomorrow_waits_until_tomorrow(done: Done) -> None:
    promise(number=1, run_at=clock.now() + timedelta(days=1))
    assert worker.run_due() == 0
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1)):
        assert worker.run_due() == 1


def test_a_job_that_fails_comes_back_later_and_is_parked_with_an_alarm_at_the_eighth_time(
    done: Done,
) -> None:
    promise("trip")
    now = clock.now()
    for turn in range(worker.MOST_TRIES):
        with time_machine.travel(now + timedelta(hours=turn, seconds=1), tick=False):
            assert worker.run_due() == 1, f"turn {turn}"
    assert the_job().state == JobState.PARKED
    alarm = db.session.scalars(select(Alarm)).one()
    assert alarm.kind == "job_parked"
    with time_machine.travel(now + timedelta(days=2)):
        assert worker.run_due() == 0


def test_a_failing_job_does_not_keep_others_from_their_turn(done: Done) -> None:
    promise("trip")
    promise(number=1)
    worker.run_due(until_empty=True)
    assert done == [1]


def test_a_job_of_a_dead_worker_is_done_by_another_when_the_lease_is_over(done: Done) -> None:
    promise(number=1)
    assert len(worker.claim()) == 1  # and then this worker dies
    assert worker.run_due() == 0
    with time_machine.travel(clock.now() + worker.LEASE + timedelta(seconds=1)):
        assert worker.run_due() == 1
    assert done == [1]


@pytest.mark.race
def test_two_workers_share_the_work_and_do_each_job_once(app: Flask, done: Done) -> None:
    for number in range(40):
        promise(number=number)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                worker.run_due(until_empty=True)
                db.session.remove()
        except BaseException as fault:
            errors.append(fault)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(done) == list(range(40))


def test_two_schedulers_promise_a_recurring_job_once(app: Flask) -> None:
    daily.begin()
    daily.begin()
    assert daily.promise_due() == len(daily.EVERY)
    assert daily.promise_due() == 0


def test_every_recurring_job_and_every_promised_name_has_a_handler(app: Flask) -> None:
    assert set(daily.EVERY) <= set(wiring.JOBS)


@pytest.mark.parametrize("tries", range(1, 9))
def test_the_wait_grows_but_never_passes_half_an_hour(tries: int) -> None:
    shortest = worker.wait_before(tries, dice=0.0)
    longest = worker.wait_before(tries, dice=1.0)
    assert timedelta(seconds=2) <= shortest < longest <= worker.LONGEST_WAIT
