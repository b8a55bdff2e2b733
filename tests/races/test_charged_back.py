"""A card bank keeps the money in the very moment in which the buyer says thanks to the shop."""

from __future__ import annotations

from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db, dialect
from marketplace.core.money import Money
from marketplace.core.work import transaction
from marketplace.flows import dispute_money
from marketplace.orders import fulfilment, refunds
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import Account
from marketplace.orders.models import Order
from marketplace.orders.ports import RefundReading, RefundSide
from marketplace.orders.watch_ports import DisputeSide
from tests import builders
from tests.orders import money
from tests.orders.test_charged_back import bank_says, paid_by_card
from tests.races.unguarded import take_out

pytestmark = pytest.mark.race


def at_once(app: Flask, code: str) -> None:
    """The bank's word comes while the thanks is written and not yet kept."""

    def bank() -> None:
        with app.app_context():
            bank_says(DisputeSide.LOST, 50_000)
            db.session.remove()

    bank_says(DisputeSide.NEEDS_RESPONSE, 50_000)
    group = money.order_group(code)
    db.session.remove()
    hand = Thread(target=bank)
    with transaction():
        fulfilment.receive(code, group_id=group, by=None, now=clock.now())
        hand.start()
        hand.join(timeout=2)
    hand.join(timeout=20)
    assert not hand.is_alive()


class Unlocked:
    """The same rows, and nobody waits."""

    @staticmethod
    def locked_group(group_id: int) -> None:
        """Nothing is locked."""

    @staticmethod
    def locked_orders(group_id: int) -> list[Order]:
        return list(db.session.scalars(select(Order).where(Order.group_id == group_id)))


def sent() -> str:
    """Paid by card, and waiting at the shop for the buyer."""
    (code,) = paid_by_card((builders.shop("Dapur Citra"), 50_000))
    citra = builders.person("Citra")
    for step in (fulfilment.accept, fulfilment.pack, fulfilment.ready):
        seen = money.order(code)
        with transaction():
            step(code, ikm_id=seen.ikm_id, by=citra, version=seen.version, now=clock.now())
    return code


def test_what_was_released_in_the_same_moment_is_the_shops_debt(app: Flask) -> None:
    code = sent()
    at_once(app, code)
    assert ("chargeback_from_shop", "payable", "disputes", 50_000) in money.book()
    assert money.broken() == {}


def test_without_the_lock_it_is_taken_from_what_is_held_no_more(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control; SQLite lets nobody else write in that moment anyway."""
    monkeypatch.setattr(dispute_money, "payments", Unlocked)
    code = sent()
    at_once(app, code)
    assert ("M6" in money.broken()) is (dialect() == "postgresql")


def sent_in_that_moment(app: Flask) -> None:
    """An officer sends what the provider would not; the bank's word is heard meanwhile."""
    (code,) = paid_by_card((builders.shop("Dapur Citra"), 50_000))
    refund, eka = money.cancel(code), builders.staff()
    failed = RefundReading(reference="re_1", side=RefundSide.FAILED, amount=Money(50_000))
    with transaction():
        refunds.record(refund, failed, now=clock.now())

    def bank() -> None:
        with app.app_context():
            bank_says(DisputeSide.LOST, 50_000)
            db.session.remove()

    db.session.remove()
    hand = Thread(target=bank)
    with transaction():
        refunds.sent_by_hand(refund, by=eka, now=clock.now())
        hand.start()
        hand.join(timeout=2)
    hand.join(timeout=20)
    assert not hand.is_alive()


def test_what_an_officer_sends_in_the_same_moment_is_not_the_banks_doing(app: Flask) -> None:
    """The buyer has it twice, and the book says so: that loss is the market's."""
    sent_in_that_moment(app)
    assert money.book()[-1] == ("chargeback_borne", "loss", "disputes", 50_000)
    assert ledger.balance(Account.BANK) == -50_000
    assert ledger.balance(Account.REFUNDS) == 0
    assert money.broken() == {}


def test_without_the_lock_on_the_refund_one_promise_is_kept_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control; SQLite lets nobody else write in that moment anyway."""
    take_out(monkeypatch, refunds.by_card_bank, ".with_for_update(key_share=True)")
    sent_in_that_moment(app)
    assert ("M3" in money.broken()) is (dialect() == "postgresql")
