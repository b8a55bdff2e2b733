"""Many browsers at once, with real commits: each in a thread with its own application context."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from marketplace.core.db import db

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
