"""Two buyers are never told to send the same amount, even when hardly any is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace.core.db import db, read
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.orders import rules
from marketplace.orders.bank import amounts
from marketplace.orders.bank.models import GivenAmount
from tests.builders import NOON
from tests.races.conftest import Crowd

ROUNDS, HANDS, LEFT = 20, 24, 10
pytestmark = pytest.mark.race


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "UNIQUE_CODES", (range(1, LEFT + 1),))


def give(total: int) -> int | str:
    try:
        with transaction():
            return amounts.give(total, "aaaaaaaaaa", now=NOON)
    except Conflict as refusal:
        return refusal.code


def test_ten_amounts_for_twenty_four_buyers(app: Flask, crowd: Crowd) -> None:
    for number in range(ROUNDS):
        told = crowd([lambda total=50_000 + 100 * number: give(total)] * HANDS)
        assert told == Counter({**dict.fromkeys(range(1, LEFT + 1), 1), "transfer_full": 14})


@pytest.fixture
def unguarded(app: Flask) -> Iterator[None]:
    """The table without its key; a copy, so that the key itself is never lost."""
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE given_amount RENAME TO given_amount_kept"))
        connection.execute(
            text("CREATE TABLE given_amount AS SELECT * FROM given_amount_kept WHERE 1 = 0")
        )
    yield
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE given_amount"))
        connection.execute(text("ALTER TABLE given_amount_kept RENAME TO given_amount"))


def test_without_the_guard_the_same_crowd_is_told_the_same(
    app: Flask, unguarded: None, crowd: Crowd
) -> None:
    """Look, decide, write: the careless way must break, or the race proves nothing."""

    def careless(total: int) -> int | str:
        given = {row.amount for row in read(select(GivenAmount.amount))}
        free = [digits for digits in range(1, LEFT + 1) if total + digits not in given]
        if not free:
            return "transfer_full"
        with transaction():
            db.session.execute(
                GivenAmount.__table__.insert(),
                {"amount": total + free[0], "payment_code": "aaaaaaaaaa", "free_at": NOON},
            )
        return free[0]

    told = crowd([lambda: careless(50_000)] * HANDS)
    told.pop("transfer_full", None)
    assert max(told.values()) > 1, "the guard is gone and nothing broke: the race does not race"
