"""The database keeps the book, whoever asks: raw SQL can neither bend nor tear a booking."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.core.db import db
from marketplace.core.work import transaction
from tests import builders
from tests.orders import money

NEW = "INSERT INTO ledger_entry (at, fact, subject, debit, credit, amount, reverses) SELECT at, "
FIRST = " FROM ledger_entry WHERE id = (SELECT min(id) FROM ledger_entry)"
MIRROR = "'reversed', 'entry:1', credit, debit, amount, id"
NEVER = {
    "a changed amount": "UPDATE ledger_entry SET amount = amount + 1",
    "another account": "UPDATE ledger_entry SET credit = 'payable'",
    "an unseen change of nothing": "UPDATE ledger_entry SET amount = amount",
    "a torn-out page": "DELETE FROM ledger_entry",
    "half a booking: nothing given": f"{NEW} 'x', 'x', debit, NULL, amount, NULL {FIRST}",
    "half a booking: nothing taken": f"{NEW} 'x', 'x', NULL, credit, amount, NULL {FIRST}",
    "a booking of nothing": f"{NEW} 'x', 'x', debit, credit, 0, NULL {FIRST}",
    "a booking the other way by its sign": f"{NEW} 'x', 'x', debit, credit, -5, NULL {FIRST}",
    "from an account to itself": f"{NEW} 'x', 'x', debit, debit, amount, NULL {FIRST}",
    "the same fact again": f"{NEW} fact, subject, debit, credit, amount, NULL {FIRST}",
    "the same fact with another amount": f"{NEW} fact, subject, debit, credit, 1, NULL {FIRST}",
    "a reversal of more": f"{NEW} 'reversed', 'e', credit, debit, amount + 1, id {FIRST}",
    "a reversal the same way": f"{NEW} 'reversed', 'e', debit, credit, amount, id {FIRST}",
    "a reversal of no booking": f"{NEW} 'reversed', 'e', credit, debit, amount, 999 {FIRST}",
    "an order that is not there": """
        INSERT INTO ledger_entry (at, fact, subject, debit, credit, amount, order_id)
        SELECT at, 'x', 'x', debit, credit, amount, 999999 FROM ledger_entry""",
}  # fmt: skip


@pytest.fixture
def booked(app: Flask) -> None:
    """One paid order."""
    (code,) = money.buy((builders.shop(), 40_000))
    money.pay(code)
    db.session.rollback()


def run(statement: str) -> None:
    with transaction():
        db.session.execute(text(statement))


@pytest.mark.parametrize("what", NEVER)
def test_the_database_refuses(booked: None, what: str) -> None:
    with pytest.raises(IntegrityError):
        run(NEVER[what])


def test_a_booking_is_reversed_once_and_a_reversal_never(booked: None) -> None:
    run(f"{NEW} {MIRROR} {FIRST}")
    with pytest.raises(IntegrityError):  # the same once more, under another name
        run(f"{NEW} {MIRROR.replace('entry:1', 'entry:1 again')} {FIRST}")
    with pytest.raises(IntegrityError):
        run(f"{NEW} 'reversed', 'entry:x', credit, debit, amount, id "
            f"FROM ledger_entry WHERE reverses IS NOT NULL")  # fmt: skip


def test_a_right_booking_passes(booked: None) -> None:
    """Or the refusals above would prove nothing."""
    run(f"{NEW} 'x', 'x', debit, credit, amount, NULL {FIRST}")
    assert len(money.book()) == 4


def test_the_check_sees_what_a_booking_should_not_say(booked: None) -> None:
    assert money.broken() == {}
    run(f"{NEW} 'goods_paid', 'order:x', 'escrow', 'rounding', 1, NULL {FIRST}")
    assert set(money.broken()) == {"M1"}


def test_the_check_sees_money_on_the_account_of_another_provider(booked: None) -> None:
    run("""
        INSERT INTO ledger_entry (at, fact, subject, debit, credit, amount, payment_id)
        SELECT at, 'unclaimed_came', 'x', 'clearing.stripe', 'unclaimed', 7, payment_id
        FROM ledger_entry WHERE fact = 'goods_paid'""")
    assert set(money.broken()) == {"M2"}


@pytest.mark.parametrize(
    ("column", "value", "promise"),
    [
        ("payment.amount", "amount + 1", {"M2", "M5"}),
        ("payment.counts", "false", {"M4", "M5", "M7"}),
        ("shop_order.commission", "commission + 1", {"M5"}),
        ("shop_order.state", "'cancelled'", {"M6", "O1"}),
        ("shop_order.state", "'completed'", {"M6", "O1"}),
    ],
)
def test_the_check_sees_a_row_that_the_book_does_not_know(
    booked: None, column: str, value: str, promise: set[str]
) -> None:
    table, name = column.split(".")
    run(f"UPDATE {table} SET {name} = {value}")  # noqa: S608
    assert promise <= set(money.broken())


def test_the_check_sees_a_refund_that_the_book_does_not_know(app: Flask) -> None:
    first, _ = money.buy((builders.shop(), 40_000), (builders.shop("Batik Sekar"), 50_000))
    money.pay(first)
    money.cancel(first)
    assert money.broken() == {}
    db.session.rollback()
    run("UPDATE refund SET state = 'done'")
    assert {"M2", "M3"} <= set(money.broken())
