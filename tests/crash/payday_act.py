"""One act of paying the makers in a process of its own, which may die at a failpoint."""

from __future__ import annotations

import os
import sys

from marketplace.app import create_app
from marketplace.flows import paying_makers, worker


def main(act: str, run: str, by: str) -> None:
    """One act; "all" is the whole story."""
    with create_app(dict(os.environ)).app_context():
        do(act, run, int(by))


def do(act: str, run: str, by: int) -> None:
    """Plan, release the run, or work; or one after the other."""
    if act in ("plan", "all"):
        made = paying_makers.plan(by=by)
        run = run or "".join(made)
    if act in ("release", "all"):
        paying_makers.release(run, by=by)
    if act in ("work", "all"):
        worker.run_due(until_empty=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
