"""Try for a long while to lose money or an order: `python -m bench.soak [--only crashes,kills]`.

Everything that the tests do once or a few times is done here to the full, on SQLite and on
PostgreSQL that waits for its disk, side by side: a crash at every point that a whole story passes,
200 kills at any moment, 20 rushes of 200 buyers for 50 pieces, every race 20 times, and thousands
of plays with every trouble that Hypothesis finds. A fault is shown and written down, and the rest
goes on; the end is a table with one line for each, and 1 if any of them found a fault.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from bench.soak.parts import KINDS, Wanted, soak
from bench.soak.report import Report


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    words.add_argument("--only", default=",".join(KINDS))
    words.add_argument("--databases", default="sqlite,postgresql")
    words.add_argument("--kills", type=int, default=200)
    words.add_argument("--rushes", type=int, default=20)
    words.add_argument("--races", type=int, default=20)
    words.add_argument("--plays", type=int, default=2000)
    words.add_argument("--points", type=int, default=10_000, help="at most so many crashes")
    words.add_argument("--at", default="", help='only these, as in "stripe web-buying.placed-1"')
    words.add_argument("--lanes", type=int, default=2, help="so many at once on each database")
    words.add_argument("--seed", type=int, default=int(time.time()))
    said = words.parse_args()
    wanted = Wanted(**{name: getattr(said, name) for name in Wanted.__slots__})
    report = Report()
    for ending in (signal.SIGINT, signal.SIGTERM):  # leave no server behind, and show what was done
        signal.signal(ending, lambda *_: report.over.set())
    report.say(f"seed {said.seed}")
    databases, kinds = said.databases.split(","), said.only.split(",")
    with ThreadPoolExecutor(len(databases)) as streams:
        list(streams.map(lambda database: soak(database, kinds, wanted, report), databases))
    print(report.table(), flush=True)
    return 1 if report.faults or report.over.is_set() else 0


if __name__ == "__main__":
    sys.exit(main())
