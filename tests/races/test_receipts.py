"""A line is kept once and pays once, whoever sends the statement and however often at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import payments, receipts
from marketplace.orders import invariants
from marketplace.orders.bank import statements
from marketplace.orders.bank.models import BankLine, Receipt, ReceiptUse
from marketplace.orders.models import Order, Payment
from tests import builders
from tests.races.conftest import Crowd
from tests.races.unguarded import take_out
from tests.web.staff import mutasi

ROUNDS, HANDS = 5, 6
pytestmark = pytest.mark.race


def sent(data: bytes, by: int) -> str:
    now = clock.now()
    with transaction():
        known = db.session.scalar(select(statements.BankAccount.id))
        account = known or statements.add_account("Bank Contoh", "1", by=by, now=now)
        return statements.send(account, "mutasi.csv", data, by=by, now=now)


def keeping(draft: str, by: int) -> Callable[[], str]:
    """An officer looks at the file and keeps it."""

    def keep() -> str:
        columns = statements.look(draft, now=clock.now()).columns
        receipts.keep_statement(draft, columns, by=by)
        return "kept"

    return keep


def lines() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(BankLine)) or 0)


def test_overlapping_statements_and_an_officer_at_once_settle_once(
    app: Flask, crowd: Crowd
) -> None:
    eka = builders.staff()
    page, payment = mutasi.awaited(app, stock=50)
    variant = int(db.session.scalars(select(builders.Variant.id)).first() or 0)
    for _ in range(ROUNDS):
        code, amount = payment.code, payment.amount
        data = mutasi.csv([("RINI", amount), ("BUDI", 70_001)])
        drafts = [sent(data, eka) for _ in range(HANDS)]

        def confirm(code: str = code, amount: int = amount) -> str:
            try:
                return payments.confirm_transfer(code, amount=amount, by=eka)
            except Conflict as refusal:
                return refusal.code

        told = crowd([*[keeping(draft, eka) for draft in drafts], confirm])
        assert told["kept"] == HANDS
        assert told["paid"] + told["already_paid"] == 1
        db.session.rollback()
        done = db.session.scalars(
            select(ReceiptUse.amount).join(Payment).where(Payment.code == code)
        ).all()
        assert done == [amount]
        page, payment = mutasi.another(app, variant)
    states = Counter(db.session.scalars(select(Receipt.state)))
    assert states == Counter(done=ROUNDS, unclear=1)
    assert lines() == ROUNDS + 1
    paid = db.session.scalar(select(func.count()).where(Order.state == "new"))
    assert paid == ROUNDS
    assert not any(invariants.check_all().values())


def test_without_its_guard_a_line_counts_in_every_statement_that_brings_it(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line is known by what it says on which account; known by its file, it is always new."""
    take_out(
        monkeypatch, statements._write_lines, "statement.account_id, line", "statement.id, line"
    )
    eka = builders.staff()
    _, payment = mutasi.awaited(app)
    drafts = [sent(mutasi.csv([("RINI", payment.amount)]), eka) for _ in range(HANDS)]
    assert crowd([keeping(draft, eka) for draft in drafts]) == Counter(kept=HANDS)
    assert lines() == HANDS
    states = Counter(db.session.scalars(select(Receipt.state)))
    assert states == Counter(done=1, unclear=HANDS - 1)  # the same money, six times on our books
