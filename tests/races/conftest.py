"""Many browsers at once, with real commits: each in a thread with its own application context."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace.core.db import db, dialect

Crowd = Callable[[Iterable[Callable[[], Any]]], Counter[Any]]


@pytest.fixture
def crowd(app: Flask) -> Crowd:
    """Run the acts in as many threads as there may be, all let go at the same moment."""

    def run(acts: Iterable[Callable[[], Any]], threads: int = 8) -> Counter[Any]:
        acts = list(acts)
        gate = Barrier(min(threads, len(acts)))
        waited: set[int] = set()

        def act(number: int) -> Any:
            if number < gate.parties and number not in waited:
                waited.add(number)
                gate.wait(timeout=20)
            with app.app_context():
                try:
                    return acts[number]()
                finally:
                    db.session.remove()

        db.session.remove()
        with ThreadPoolExecutor(min(threads, len(acts))) as pool:
            return Counter(pool.map(act, range(len(acts))))

    return run


@contextmanager
def held_back(app: Flask, table: str, id: int, hands: int) -> Iterator[None]:
    """A row that is held from outside until so many hands reach for it; then all are let go."""
    closed = Event()

    def hold() -> None:
        statement = f"SELECT id FROM {table} WHERE id = :id"  # noqa: S608
        with (
            app.app_context(),
            db.engine.connect().execution_options(write=True) as holder,
            holder.begin(),
        ):
            more = " FOR UPDATE" if dialect() == "postgresql" else ""
            holder.execute(text(statement + more), {"id": id})
            closed.set()
            _wait_for(hands)

    db.session.remove()
    keeper = Thread(target=hold)
    keeper.start()
    assert closed.wait(20)
    try:
        yield
    finally:
        keeper.join()


def _wait_for(hands: int) -> None:
    """PostgreSQL says who waits; SQLite says nothing, but there everybody waits at the door."""
    if dialect() == "sqlite":
        time.sleep(0.3)
        return
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    end = time.monotonic() + 5
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looker:
        while time.monotonic() < end and int(looker.scalar(waiting) or 0) < hands:
            time.sleep(0.02)
