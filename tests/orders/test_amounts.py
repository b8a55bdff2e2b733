"""An amount to send is one buyer's for a fortnight, whatever becomes of the order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import tidying
from marketplace.orders import rules
from marketplace.orders.bank import amounts
from marketplace.orders.bank.models import GivenAmount
from marketplace.orders.models import Payment
from marketplace.orders.states import PaymentState
from tests import builders
from tests.builders import NOON
from tests.web.buying import shopper


def give(total: int, now: datetime = NOON) -> int:
    with transaction():
        return amounts.give(total, "aaaaaaaaaa", now=now)


def test_the_window_outlives_every_order_that_waits() -> None:
    longest = max(rules.kept_until(way, NOON) for way in rules.ON_OUR_ACCOUNT)
    assert longest + timedelta(days=11) < NOON + rules.AMOUNT_KEPT


def test_an_amount_comes_back_when_its_window_is_over_and_not_before(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "UNIQUE_CODES", (range(1, 3),))
    assert {give(50_000), give(50_000)} == {1, 2}
    almost = NOON + rules.AMOUNT_KEPT - timedelta(seconds=1)
    with pytest.raises(Conflict, match="transfer_full"):
        give(50_000, almost)
    assert {give(50_000, NOON + rules.AMOUNT_KEPT) for _ in "ab"} == {1, 2}


def test_an_order_that_was_given_up_keeps_its_amount(app: Flask) -> None:
    shopper.tariff()
    crisps = shopper.variant_of(builders.product(price=50_000, stock=9))
    page = shopper.buy(app.test_client(), crisps, way="transfer")
    guest = app.test_client()
    form = shopper.hidden(guest.get(f"{page}/batal").text)
    assert guest.post(f"{page}/batal", data=form).status_code == 303
    db.session.rollback()
    payment = db.session.scalars(select(Payment)).one()
    assert payment.state == PaymentState.CANCELLED
    with transaction():
        assert not amounts.take(payment.amount, "bbbbbbbbbb", now=clock.now())


def test_totals_that_overlap_never_give_the_same_amount(app: Flask) -> None:
    told = [total + give(total) for total in (50_000, 50_001, 50_002) * 20]
    assert len(set(told)) == len(told)


def test_when_the_three_digits_are_used_up_a_fourth_serves_and_then_none(app: Flask) -> None:
    with transaction():
        for digits in range(1, 1000):
            assert amounts.take(50_000 + digits, "aaaaaaaaaa", now=NOON)
    assert 1000 <= give(50_000) <= 1999
    with transaction():
        for digits in range(1000, 2000):
            amounts.take(50_000 + digits, "aaaaaaaaaa", now=NOON)
    with pytest.raises(Conflict, match="transfer_full"):
        give(50_000)
    assert 1 <= give(50_000, NOON + rules.AMOUNT_KEPT) <= 999


def test_who_finds_no_amount_is_asked_to_pay_another_way(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "UNIQUE_CODES", (range(1, 2),))
    shopper.tariff()
    crisps = shopper.variant_of(builders.product(price=50_000, stock=9))
    shopper.buy(app.test_client(), crisps, way="transfer")
    second = app.test_client()
    shopper.add(second, crisps)
    answer = shopper.pay(second, shopper.review(second).text, "transfer")
    assert answer.status_code == 409
    assert "Transfer bank sedang penuh" in answer.text
    assert shopper.pay(second, answer.text, "simulator").status_code == 303


def test_old_amounts_are_forgotten_unless_somebody_still_waits(app: Flask) -> None:
    shopper.tariff()
    crisps = shopper.variant_of(builders.product(price=50_000, stock=9))
    for _ in range(2):
        shopper.buy(app.test_client(), crisps, way="transfer")
    with transaction():
        db.session.execute(update(GivenAmount).values(free_at=clock.now()))
        first = select(func.min(Payment.id)).scalar_subquery()
        db.session.execute(
            update(Payment).where(Payment.id == first).values(state=PaymentState.EXPIRED)
        )
    tidying.forget_amounts()
    db.session.rollback()
    held = db.session.scalars(select(GivenAmount.payment_code)).one()
    assert held == db.session.scalar(select(Payment.code).where(Payment.state == "open"))
