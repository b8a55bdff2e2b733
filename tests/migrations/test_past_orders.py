"""Orders from before the ledger are booked by its migration as if they had lived with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from marketplace.catalog import shelves
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.orders import ending, postage
from tests import builders
from tests.migrations.test_migrations import empty, settings
from tests.orders import money

__all__ = ["empty"]

BOOK = """SELECT at, fact, subject, debit, credit, amount, order_id, ikm_id, payment_id, reverses
    FROM ledger_entry ORDER BY fact, subject"""


@pytest.fixture
def market(empty: Flask, tmp_path: Path) -> Iterator[Flask]:
    """Every kind of end an order had before there was a ledger."""
    command.upgrade(settings(empty), "head")  # type: ignore[arg-type]
    builders.reference_data()
    shelves.forget()
    citra, sekar = builders.shop(), builders.shop("Batik Sekar", pickup=True)
    money.buy((citra, 11_000))  # waits
    for last in ("paid", "completed", "half cancelled", "cancelled", "sent back"):
        first, second = money.buy((citra, 85_000), (sekar, 250_000), fetch=(sekar,))
        money.pay(first)
        if last == "completed":
            money.deliver(first)
        elif last != "paid":
            money.cancel(first)
            if last != "half cancelled":
                money.cancel(second)
    for refund in money.open_refunds()[:-1]:
        money.send(refund)
    (late,) = money.buy((citra, 12_000))
    with transaction():
        ending.end_unpaid(money.order_group(late), ending.SYSTEM, reason="expired", now=clock.now())
    money.pay(late)
    db.session.remove()
    yield empty
    postage.forget()
    shelves.forget()


def rows() -> list[tuple[Any, ...]]:
    found = [tuple(row) for row in db.session.execute(text(BOOK))]
    db.session.remove()
    return found


def test_the_past_is_booked_as_it_happened(market: Flask) -> None:
    lived, config = rows(), settings(market)
    script = ScriptDirectory.from_config(config)  # type: ignore[arg-type]
    ledger = next(step for step in script.walk_revisions() if step.doc == "ledger")
    assert len({row[1] for row in lived}) == 11  # every fact there was
    assert money.broken() == {}
    db.session.remove()
    command.downgrade(config, str(ledger.down_revision))  # type: ignore[arg-type]
    command.upgrade(config, "head")  # type: ignore[arg-type]
    assert rows() == lived
    assert money.broken() == {}
    in_time = (
        "SELECT count(*) FROM ledger_entry a JOIN ledger_entry b ON b.id > a.id AND b.at < a.at"
    )
    with transaction():
        assert db.session.scalar(text(in_time)) == 0
        db.session.execute(text(ledger.module.past()))  # once more changes nothing
    assert rows() == lived
