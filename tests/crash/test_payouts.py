"""`kill -9` between any two effects of a payout: the maker is paid once, and the books agree."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.flows import reconcile
from marketplace.orders.payouts import queries
from marketplace.outside import outside
from tests import builders
from tests.crash.payday_act import do
from tests.orders import money, payday

ROOT = Path(__file__).parents[2]
POINTS = {
    "payouts.planned": "plan",
    "payouts.released": "release",
    "worker.begun": "work",
    "payouts.asked": "work",
    "payouts.recorded": "work",
    "worker.done": "work",
}
Act = Callable[..., bool]
pytestmark = pytest.mark.race


@pytest.fixture
def act(app: Flask, environment: dict[str, str]) -> Act:
    """Do one act in another process; whether it died at the point."""

    def run(what: str, *words: object, die_at: str = "") -> bool:
        db.session.remove()
        done = subprocess.run(
            [sys.executable, "-m", "tests.crash.payday_act", what, *map(str, words)],
            cwd=ROOT,
            env=os.environ | environment | ({"FAILPOINT": die_at} if die_at else {}),
            check=False,
            capture_output=True,
            timeout=60,
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-2000:]
        return done.returncode != 0

    return run


def told(act: Act, by: int, point: str) -> None:
    """The story of one payout with a crash at this point, begun again as people would."""
    for what in ("plan", "release", "work"):
        run = newest_run()
        if POINTS[point] != what:
            do(what, run, by)
            continue
        assert act(what, run, by, die_at=point), f"{point} was never passed"
        run = newest_run()
        if what == "release":
            with pytest.raises(Conflict, match="run_over"):
                do(what, run, by)
        elif what == "work":
            _leases_end()
            do(what, run, by)


def newest_run() -> str:
    """The code of the last run, if there is one."""
    db.session.rollback()
    found = queries.runs()[0]
    return str(found[0].code) if found else ""


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_pays_nobody_twice_and_forgets_nobody(app: Flask, act: Act, point: str) -> None:
    shop, by = payday.shop(wish=payday.PLAY), builders.staff()
    told(act, by, point)
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=True):
        db.session.rollback()
        reconcile.run(since=None)
        assert reconcile.run(since=None).payouts == 0
    assert payday.newest(shop).state == "paid"
    assert paid_there() == [85_000]
    assert money.broken() == {}


def test_the_whole_story_passes_every_point(
    app: Flask, act: Act, environment: dict[str, str], tmp_path: Path
) -> None:
    payday.shop(wish=payday.PLAY)
    environment["FAILPOINT_LOG"] = str(tmp_path / "passed")
    try:
        assert not act("all", "", builders.staff())
    finally:
        del environment["FAILPOINT_LOG"]
    assert set((tmp_path / "passed").read_text().split()) == set(POINTS)


def _leases_end() -> None:
    """As if minutes had gone by."""
    with transaction():
        long_ago = clock.now() - timedelta(hours=1)
        db.session.execute(update(Job).where(Job.state == "running").values(lease_until=long_ago))


def paid_there() -> list[int]:
    """Every transfer that the provider knows of."""
    gateway = outside().payments["simulator"]
    with gateway._writing() as books:  # type: ignore[attr-defined]
        return [row["rupiah"] for row in books.execute("SELECT rupiah FROM transfers")]
