"""A figure counts from its day on; the database changes nothing that was decided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Invalid, NotFound
from marketplace.core.work import transaction
from marketplace.orders.commission.rules import day_of
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import PAYOUT_MINIMUM, Decided, in_force
from tests import builders


def decide(value: int, *, days: int = 1) -> None:
    with transaction():
        rule_rows.decide(
            PAYOUT_MINIMUM,
            value,
            starts_on=day_of(clock.now()) + timedelta(days=days),
            source="Keputusan rapat",
            verified=True,
            by=builders.admin(),
            now=clock.now(),
        )


def today() -> int:
    db.session.rollback()
    return rule_rows.value(PAYOUT_MINIMUM, now=clock.now())


def test_a_figure_counts_from_its_day_on(app: Flask) -> None:
    builders.admin()
    with time_machine.travel(builders.NOON, tick=True):
        assert today() == 10_000
        decide(50_000)
        assert today() == 10_000
    with time_machine.travel(builders.NOON + timedelta(days=1), tick=True):
        assert today() == 50_000


def test_of_two_decisions_for_one_day_the_later_counts() -> None:
    day = date(2026, 11, 21)
    rows = [Decided(2, PAYOUT_MINIMUM, 30_000, day), Decided(1, PAYOUT_MINIMUM, 20_000, day)]
    assert in_force(PAYOUT_MINIMUM, rows, day) == 30_000
    assert in_force(PAYOUT_MINIMUM, rows, day - timedelta(days=1)) == 10_000


@pytest.mark.parametrize(("value", "days"), [(10_000, 0), (0, 1), (10_000_001, 1)])
def test_nothing_counts_today_or_beyond_its_bounds(app: Flask, value: int, days: int) -> None:
    builders.admin()
    with pytest.raises(Invalid):
        decide(value, days=days)


def test_only_known_figures_are_decided(app: Flask) -> None:
    eka, now = builders.admin(), clock.now()
    with pytest.raises(NotFound), transaction():
        rule_rows.decide(
            "moon", 1, starts_on=date(2027, 1, 1), source="-", verified=False, by=eka, now=now
        )


@pytest.mark.parametrize("act", ["UPDATE rule_row SET value = 1", "DELETE FROM rule_row"])
def test_what_was_decided_stays(app: Flask, act: str) -> None:
    builders.admin()
    decide(50_000)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(act))
