"""After the month: is every rupiah where it must be, and what does it cost to ask?"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import time_machine

from bench.month.life import DAY, HOUR, MONTH, SECRET, Month, rows
from bench.month.market import connect, lay, market
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.flows import (
    provider_messages,
    reconcile,
    worker,
)
from marketplace.orders.ledger import queries
from marketplace.orders.ledger.rules import GROWS_BY_DEBIT, Account
from tests import builders
from tests.stand_ins.stripe_simulator.beside import SimulatorBeside


def play(folder: Path, database: str, wanted: int, seed: int) -> list[str]:
    """Live through it, look for every rupiah, and say what was found."""
    begun = time.monotonic()
    stripe = SimulatorBeside()
    stripe.webhooks.register("http://127.0.0.1:9/unused", SECRET)
    stripe.webhooks.holding = True
    with ExitStack() as stack:
        stack.callback(stripe.webhooks.close)
        travel = stack.enter_context(
            time_machine.travel(builders.NOON - timedelta(days=2), tick=False)
        )
        _, environment = stack.enter_context(market(folder, database))
        connect(stripe)
        month = lay(random.Random(seed), stripe, travel)
        start = builders.NOON
        for _ in range(wanted):
            month.at(start + MONTH * month.dice.random(), month.buys)
        over = start + MONTH + 25 * DAY
        for number in range(int((over - start) / (2 * HOUR))):
            month.at(start + number * 2 * HOUR, month.looks_after_everything)
        for number in range(int((over - start) / DAY)):
            month.at(start + number * DAY + 11 * HOUR, month.reads_the_account)
            if number % 2 == 0:
                month.at(start + number * DAY + 12 * HOUR, reconcile.reconcile_hourly)
            if number % 7 == 6:
                month.at(start + number * DAY + 13 * HOUR, month.pays_the_makers)
        month.live()
        month.reads_the_account()
        reconcile.run(since=60 * DAY)
        worker.run_due(until_empty=True)
        again = reconcile.run(since=60 * DAY).total
        lived = time.monotonic() - begun
        lines = _reckon(month, again)
        db.session.remove()
        db.engine.dispose()
        lines.append(f"lived in {lived:.0f} s")
        print(f"== {wanted:,} orders on {database}", *lines, sep="\n", flush=True)
        return [*lines, *_check(environment)]


def _reckon(month: Month, again: int) -> list[str]:
    """The ledger against itself, the providers, the bank, and the shops' statements."""
    book = queries.balances()
    has = sum(amount for account, amount in book.items() if account in GROWS_BY_DEBIT)
    owes = sum(amount for account, amount in book.items() if account not in GROWS_BY_DEBIT)
    paid_out = month.done["paid out, rupiah"]
    there = {
        Account.CLEARING_STRIPE: month.stripe.account.balance // 100,
        Account.CLEARING_SIMULATOR: _played(),
        Account.BANK: month.arrived - month.left - paid_out,
    }
    lines = [f"{what:32} {many:>16,}" for what, many in sorted(month.done.items())]
    lines += [f"account {account:24} {amount:>16,}" for account, amount in sorted(book.items())]
    wrong = [f"the ledger has {has:,} and owes {owes:,}"] if has != owes else []
    wrong += [
        f"{account}: booked {book.get(account, 0):,}, {amount:,} is there"
        for account, amount in there.items()
        if book.get(account, 0) != amount
    ]
    wrong += _statements_differ()
    if again:
        wrong.append(f"a second look at everything found {again} more")
    return [*lines, *(f"WRONG {one}" for one in wrong or ["nothing"])]


def _played() -> int:
    """What the play-money provider holds."""
    desk = provider_messages.simulator()
    assert desk is not None
    with desk._writing() as file:
        ((held,),) = file.execute(
            """SELECT coalesce((SELECT sum(rupiah) FROM checkouts WHERE side = 'paid'), 0)
            - coalesce((SELECT sum(rupiah) FROM refunds), 0)"""
        ).fetchall()
    return int(held)


def _statements_differ() -> list[str]:
    """What each shop's statement tells, line by line, is what it was paid and is still owed."""
    paid = {
        row.ikm_id: int(row.n)
        for row in rows(
            "SELECT ikm_id, sum(amount) AS n FROM payout WHERE state = 'paid' GROUP BY ikm_id"
        )
    }
    wrong, first, after = [], builders.NOON - 99 * DAY, clock.now() + DAY
    for row in rows("SELECT id FROM ikm ORDER BY id"):
        told = list(queries.statement_lines(row.id, first=first, after=after))
        out = -sum(line.amount for line in told if line.fact == "payout_made")
        left = sum(line.amount for line in told)
        if out != paid.get(row.id, 0) or left != queries.shop_money(row.id).ready:
            wrong.append(f"shop {row.id}: the statement says {out:,}, paid were {paid.get(row.id)}")
    return wrong


MEASURED = """
import json, resource, sys, time
from marketplace.app import create_app
from marketplace.core.db import db
from marketplace.orders import invariants
from marketplace.flows import seals
app = create_app(json.loads(sys.argv[1]))
with app.app_context():
    db.session.connection()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    broken = {name: rows for name, rows in invariants.check_all().items() if rows}
    torn = seals.first_broken()
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(f"check-invariants: {len(broken) + (torn is not None)} broken, {seconds:.1f} s,"
      f" {(after - before) / 1024:.0f} MB more than the {before / 1024:.0f} MB of the house")
"""


def _check(environment: dict[str, str]) -> list[str]:
    """`check-invariants` in a process of its own, which has read nothing before."""
    said = subprocess.run(
        [sys.executable, "-c", MEASURED, json.dumps(environment)],
        cwd=Path(__file__).parents[2],
        env={**os.environ},
        capture_output=True,
        text=True,
        check=True,
    )
    print(said.stdout, end="", flush=True)
    return said.stdout.splitlines()
