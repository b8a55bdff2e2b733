"""One fact is booked once, however many hands write it down in the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.orders.ledger import posting
from tests import builders
from tests.orders import money
from tests.races.conftest import Crowd
from tests.races.unguarded import without_key

HANDS = 8
ROUNDS = 20
pytestmark = pytest.mark.race


def booking(act: Callable[[], object]) -> Callable[[], str]:
    """The act in a transaction of its own: booked, or refused by the database."""

    def hand() -> str:
        try:
            with transaction():
                act()
        except IntegrityError:
            return "refused"
        return "booked"

    return hand


def test_a_fact_is_booked_once(app: Flask, crowd: Crowd) -> None:
    for number in range(ROUNDS):
        reference = f"cs_{number}"
        act = booking(
            lambda r=reference: posting.stranger_came("stripe", r, 1_000, now=clock.now())  # type: ignore[misc]
        )
        assert crowd([act] * HANDS) == Counter(booked=1, refused=HANDS - 1)
    assert len(money.book()) == ROUNDS


def test_a_booking_is_reversed_once(app: Flask, crowd: Crowd) -> None:
    """Both officers saw it unreversed; the mirror itself is written once."""
    with transaction():
        posting.stranger_came("stripe", "cs_1", 1_000, now=clock.now())
    mirror = text(
        "INSERT INTO ledger_entry (at, fact, subject, debit, credit, amount, reverses) "
        "SELECT at, 'reversed', 'entry', credit, debit, amount, id FROM ledger_entry WHERE id = 1"
    )
    seen = crowd([booking(lambda: db.session.execute(mirror))] * HANDS)
    assert seen == Counter(booked=1, refused=HANDS - 1)


def test_without_its_guard_a_fact_is_booked_again_and_again(app: Flask, crowd: Crowd) -> None:
    """The control: the same race on a book that does not refuse."""
    with without_key("ledger_entry", "uq_ledger_entry_fact_subject"):
        act = booking(lambda: posting.stranger_came("stripe", "cs", 1_000, now=clock.now()))
        assert crowd([act] * HANDS) == Counter(booked=HANDS)
        assert len(money.book()) == HANDS


def test_a_transfer_that_two_officers_confirm_is_booked_once(app: Flask, crowd: Crowd) -> None:
    (code,) = money.buy((builders.shop(), 40_000))
    builders.staff()

    def confirm() -> str:
        try:
            money.pay(code)
        except Exception as refusal:
            return getattr(refusal, "code", type(refusal).__name__)
        return "paid"

    seen = crowd([confirm] * HANDS)
    assert seen == Counter(paid=1, already_paid=HANDS - 1)
    assert [fact for fact, *_ in money.book()].count("goods_paid") == 1
    assert money.broken() == {}
