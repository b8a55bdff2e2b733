"""Try for a long while to lose money or an order: `python -m bench.soak [--only crashes,kills]`.

Everything that the tests do once or a few times is done here to the full, on SQLite and on
PostgreSQL that waits for its disk: a crash at every point that a whole story passes, 200 kills at
any moment, 20 rushes of 200 buyers for 50 pieces, and thousands of plays with every trouble that
Hypothesis finds. It ends with one line for each, and 1 if any of them found a fault.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.crash.crowd import PEOPLE, rush
from tests.crash.load import kill_at_any_moment
from tests.crash.test_paying import die_at, every_point
from tests.services.postgres import postgres
from tests.services.stall import STOCK, Stall, stall
from tests.services.stripe_process import stripe_process

ROOT = Path(__file__).parent.parent
KINDS = ("crashes", "kills", "rushes", "plays")


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--only", default=",".join(KINDS))
    words.add_argument("--databases", default="sqlite,postgresql")
    words.add_argument("--kills", type=int, default=200)
    words.add_argument("--rushes", type=int, default=20)
    words.add_argument("--plays", type=int, default=2000)
    words.add_argument("--points", type=int, default=10_000, help="at most so many crashes")
    words.add_argument("--seed", type=int, default=int(time.time()))
    said = words.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave no server behind
    print(f"seed {said.seed}", flush=True)
    faults = 0
    for database in said.databases.split(","):
        for kind in said.only.split(","):
            faults += _run(f"{kind} on {database}", lambda k=kind, d=database: _do(k, d, said))
    return 1 if faults else 0


def _run(what: str, act: Callable[[], str]) -> int:
    begun = time.monotonic()
    try:
        done, faults = act(), 0
    except Exception:
        traceback.print_exc()
        done, faults = "FAULT", 1
    print(f"{what}: {done} ({time.monotonic() - begun:.0f} s)", flush=True)
    return faults


def _do(kind: str, database: str, said: argparse.Namespace) -> str:
    if kind == "plays":
        return _plays(database, said.plays, said.seed)
    with (
        tempfile.TemporaryDirectory(prefix="guyub-soak-") as name,
        _laid(Path(name), database) as made,
    ):
        home = Path(name)
        if kind == "crashes":
            return _crashes(made, home, said.points)
        if kind == "kills":
            kept = kill_at_any_moment(made, home / "kills", kills=said.kills, seed=said.seed)
            return f"{said.kills} kills, all of {kept} acknowledged orders kept"
        return _rushes(made, home, said.rushes)


@contextmanager
def _laid(home: Path, database: str) -> Iterator[Stall]:
    if database == "sqlite":
        with stall(home / "stall") as made:
            yield made
    else:
        with postgres(durable=True) as server, stall(home / "stall", server=server) as made:
            yield made


def _crashes(made: Stall, home: Path, most: int) -> str:
    """Every passing of every point, in the server and in the worker, with both providers."""
    count = reached = 0
    with stripe_process() as stripe:
        for provider in ("stripe", "simulator"):
            for point in every_point(made, home / provider, stripe, provider)[:most]:
                place = home / f"{provider}-{point}"
                reached += die_at(made, place, stripe, provider, point)
                count += 1
                print(f"  {provider} {point}", flush=True)
    # what the worker does last may already be done by the server in another run
    assert reached >= 0.9 * count, f"only {reached} of {count} points were reached"
    return f"{reached} of {count} crashes happened, nothing lost"


def _rushes(made: Stall, home: Path, rounds: int) -> str:
    for number in range(rounds):
        with made.market(home / f"rush-{number}", APP_ENV="test", WEB_PROCESSES="2") as market:
            market.open()
            answers = rush(market, made.goods)
            assert answers == {"placed": STOCK, "refused": PEOPLE - STOCK}, answers
            market.in_turn("check-invariants --json")
    return f"{rounds} rushes, {STOCK} sold in each"


def _plays(database: str, plays: int, seed: int) -> str:
    """The stateful test with many more examples, and others each time."""
    command = [sys.executable, "-m", "pytest", "tests/flows/test_stateful.py", "-q", "-n0"]
    subprocess.run(
        [*command, "--timeout=0", "-p", "no:cacheprovider", f"--hypothesis-seed={seed}"],
        cwd=ROOT,
        env={**os.environ, "TEST_DATABASE": database, "PLAYS": str(plays)},
        check=True,
    )
    return f"{plays} plays, the books balance after every step"


if __name__ == "__main__":
    sys.exit(main())
