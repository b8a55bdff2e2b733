"""A month of a busy market: `python -m bench.month [--orders 10000] [--databases sqlite]`.

Buyers pay by card, transfer, QRIS and play money, give up, complain to their banks; shops accept,
send, refuse or say nothing; officers read the statements, send money back and pay the makers every
week. Every act goes the way it goes in the market, on a clock that is turned on. Afterwards every
rupiah is looked for: the ledger balances, each provider and the bank hold what it says, and every
payout stands on the statement of its shop. The last lines are the time and the memory of
`check-invariants` on what the month has left behind.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.month.reckoning import play


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m bench.month", description=__doc__)
    words.add_argument("--orders", type=int, default=10_000)
    words.add_argument("--databases", default="sqlite")
    words.add_argument("--seed", type=int, default=17)
    said = words.parse_args()
    found: list[str] = []
    for database in said.databases.split(","):
        with tempfile.TemporaryDirectory(prefix="guyub-month-") as folder:
            lines = play(Path(folder), database, said.orders, said.seed)
        found += [line for line in lines if line.startswith("WRONG")]
    return 0 if all(line == "WRONG nothing" for line in found) else 1


if __name__ == "__main__":
    sys.exit(main())
