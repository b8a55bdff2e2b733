"""Buyers, shops, banks, a failing provider and a jumping clock: every rupiah where it must be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from marketplace.catalog import stock
from marketplace.orders import ending
from marketplace.orders.complaints import cases
from marketplace.orders.payouts import runs
from tests.machine.days import Days
from tests.machine.hours import Hours
from tests.machine.market import Market
from tests.machine.parts import Parts
from tests.machine.settling import Settling
from tests.machine.stage import stage
from tests.plugins.database import wants_postgres
from tests.races.unguarded import take_out

# A test run plays the same examples each time: half of its 300 (100 on PostgreSQL) here, the others
# in test_other_plays.py, so that two workers share them. `make soak` asks for thousands, and each
# time for others.
EXAMPLES = int(os.environ.get("PLAYS", "50" if wants_postgres() else "150"))
SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=50,
    deadline=None,
    derandomize="PLAYS" not in os.environ,
    database=None,
    print_blob=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
FIRST_FAULT = settings(SETTINGS, max_examples=100, derandomize=True, phases=[Phase.generate])


class Machine(Days, Settling, Parts, Hours):
    """Everybody on one market."""


def play(
    app: Flask, home: Path, how: settings, *, number: int = 0, kind: type[Market] = Machine
) -> None:
    """As many plays as `how` says; another `number`, other plays."""
    with stage(app, home) as made:
        machine: Any = type("Machine", (kind,), {"stage": made})
        if number:
            machine = seed(number)(machine)
        run_state_machine_as_test(machine, settings=how)


@pytest.mark.race
@pytest.mark.timeout(1_800)
def test_the_market_is_at_every_step_what_its_model_says(app: Flask, home: Path) -> None:
    play(app, home, SETTINGS)


@pytest.mark.race
@pytest.mark.parametrize(
    ("where", "guard", "instead"),
    [
        (stock.put_back, "on_hand=1", "on_hand=0"),
        (ending.cancel_paid, "others_alive=any(", "others_alive=not any("),
        (cases.end, "posting.undisputed(order, subject_of(order), now=now)", "None"),
        (runs._open_lines, "PayoutLine.entry_id == entry.c.id", "PayoutLine.entry_id == 0"),
    ],
    ids=["goods come back", "the last one's digits", "what lay apart", "a booking is paid once"],
)
def test_without_a_guard_the_machine_finds_it(
    app: Flask, home: Path, monkeypatch: pytest.MonkeyPatch, where: Any, guard: str, instead: str
) -> None:
    take_out(monkeypatch, where, guard, instead)
    with pytest.raises(Exception):  # noqa: B017, PT011  # a figure, a constraint or a state
        play(app, home, FIRST_FAULT)
