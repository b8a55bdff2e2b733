"""What officers sent for a provider before its migration leaves our bank in the book, too."""

from __future__ import annotations

from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import select, text

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.money import Money
from marketplace.core.work import transaction
from marketplace.orders import refunds
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import Account
from marketplace.orders.models import Refund
from marketplace.orders.ports import RefundReading, RefundSide
from marketplace.orders.states import RefundState
from tests import builders
from tests.migrations.test_migrations import settings
from tests.orders import money
from tests.orders.test_charged_back import paid_by_card

PRICE = 50_000


def test_the_money_that_an_officer_sent_is_booked_out_of_our_bank(app: Flask) -> None:
    (code,) = paid_by_card((builders.shop("Dapur Citra"), PRICE))
    _sent_as_it_was_then(money.cancel(code))
    assert ledger.balance(Account.CLEARING_SIMULATOR) == 0
    script = ScriptDirectory.from_config(settings(app))  # type: ignore[arg-type]
    step = next(one for one in script.walk_revisions() if one.doc == "refunds by other ways")
    for _ in range(2):  # once more changes nothing
        with transaction():
            for statement in step.module.past():
                db.session.execute(text(statement))
        assert ledger.balance(Account.CLEARING_SIMULATOR) == PRICE
        assert ledger.balance(Account.BANK) == -PRICE
        assert money.broken() == {}
    assert db.session.scalars(select(Refund.by_hand)).one() is True
    db.session.rollback()


def _sent_as_it_was_then(code: str) -> None:
    """Out of the provider's account, which still holds it."""
    reading = RefundReading(reference="re_1", side=RefundSide.FAILED, amount=Money(PRICE))
    eka = builders.staff()
    with transaction():
        refunds.record(code, reading, now=clock.now())
        refund = refunds.locked(code)
        refund.state = RefundState.ASKED
        refunds._done(refund, by=eka, now=clock.now())
