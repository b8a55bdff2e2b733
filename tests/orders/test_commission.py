"""A rate counts from its day on, and what was sold keeps the rate of its own day for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.catalog import shelves
from marketplace.catalog.models import Category
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.flows import part_cancelling
from marketplace.orders.commission import rates
from marketplace.orders.commission.rules import Cut, Rate, day_of
from marketplace.orders.ledger import queries
from marketplace.orders.models import OrderLine
from tests import builders
from tests.counting import statements
from tests.orders import money, packing

RATE = Rate(basis_points=500, source="Keputusan Dekranasda 12/2026", verified=True)


@pytest.fixture
def today(app: Flask) -> Iterator[date]:
    """Noon of a day that begins with an empty list."""
    with time_machine.travel(builders.NOON, tick=True):
        yield day_of(clock.now())


def add(rate: Rate, *, place: int = 1, days: int = 1) -> int:
    eka = builders.staff()
    with transaction():
        starts = day_of(clock.now()) + timedelta(days=days)
        return rates.add(
            replace(rate, starts_on=starts), place=place, reason="Keputusan rapat", by=eka,
            now=clock.now(),
        )  # fmt: skip


def on_day(days: int) -> time_machine.travel:
    return time_machine.travel(builders.NOON + timedelta(days=days), tick=True)


def lines() -> list[tuple[int, int, int]]:
    db.session.rollback()
    found = select(OrderLine).order_by(OrderLine.id)
    rows = [(one.commission_bp, one.commission, one.commission_tax) for one in
            db.session.scalars(found)]  # fmt: skip
    db.session.rollback()
    return rows


def test_without_a_list_nothing_is_kept(today: date) -> None:
    money.buy((builders.shop(), 85_000))
    assert lines() == [(0, 0, 0)]


def test_a_new_market_begins_without_a_cut(today: date) -> None:
    with transaction():
        assert rates.load_starter(clock.now()) == 1
        assert rates.load_starter(clock.now()) == 0
    (first,) = rates.all_rates()
    assert (first.basis_points, first.fixed, first.tax_bp) == (0, 0, 0)
    assert (first.position, first.verified) == (1, True)
    assert first.counts_on(today)


def test_what_was_sold_keeps_its_rate_whatever_the_list_says_later(today: date) -> None:
    shop = builders.shop()
    five = add(RATE)
    (before,) = money.buy((shop, 85_000))
    with on_day(1):
        (during,) = money.buy((shop, 85_000))
        add(replace(RATE, basis_points=2_000, tax_bp=1_100))
        with transaction():
            rates.end(
                five, last_day=today + timedelta(days=1), reason="Ganti", by=builders.staff(),
                now=clock.now(),
            )  # fmt: skip
    with on_day(2):
        (after,) = money.buy((shop, 85_000))
        kept = [(0, 0, 0), (500, 4_250, 0), (2_000, 17_000, 1_870)]
        assert lines() == kept
        for code, (_, commission, tax) in zip((before, during, after), kept, strict=True):
            money.pay(code)
            money.deliver(code)
            order = money.order(code)
            assert (order.commission, order.commission_tax) == (commission, tax)
        assert lines() == kept
        ready = sum(money.order(code).total for code in (before, during, after))
        assert queries.shop_money(shop.id).ready == ready - 4_250 - 17_000 - 1_870
        assert money.broken() == {}


def test_a_rate_for_a_category_counts_for_all_below_it(today: date) -> None:
    food = db.session.scalars(select(Category.id).where(Category.slug == "makanan")).one()
    cloth = db.session.scalars(select(Category.id).where(Category.slug == "batik")).one()
    crisps = db.session.scalars(select(Category.id).where(Category.slug == "keripik")).one()
    db.session.rollback()
    shelves.forget()
    add(replace(RATE, category_id=food))
    with on_day(1):
        now = clock.now()
        kept = [rates.cut(rates.thing(1, None, id), 1_000, now=now) for id in (food, crisps, cloth)]
    assert kept == [Cut(500, 50, 0), Cut(500, 50, 0), Cut(0, 0, 0)]


def test_the_list_is_looked_at_from_the_top(today: date) -> None:
    shop = builders.shop()
    add(RATE)
    add(replace(RATE, ikm_id=shop.id, basis_points=100), place=1)
    below = add(replace(RATE, ikm_id=shop.id, basis_points=900), place=99)
    what = rates.thing(shop.id, None, None)
    with on_day(1):
        assert rates.cut(what, 1_000, now=clock.now()).commission == 10
        eka = builders.staff()
        with transaction():
            rates.move(below, place=1, reason="Salah tempat", by=eka, now=clock.now())
        assert rates.cut(what, 1_000, now=clock.now()).commission == 10  # not in mid-day
    with on_day(2):
        assert rates.cut(what, 1_000, now=clock.now()).commission == 90
        assert [rate.position for rate in rates.all_rates()] == [1, 2, 3, 4]


def test_nothing_changes_before_tomorrow(today: date) -> None:
    with pytest.raises(Invalid, match="rate_too_soon"):
        add(RATE, days=0)
    eka, five = builders.staff(), add(RATE)
    with on_day(3), transaction():
        with pytest.raises(Invalid, match="rate_day_over"):
            rates.end(five, last_day=today, reason="Kemarin", by=eka, now=clock.now())
        rates.end(
            five, last_day=today + timedelta(days=3), reason="x", by=eka,
            now=clock.now(),
        )  # fmt: skip
    with on_day(3):
        assert rates.cut(rates.thing(1, None, None), 1_000, now=clock.now()).commission == 50
    with on_day(4):
        assert rates.cut(rates.thing(1, None, None), 1_000, now=clock.now()).commission == 0
        with pytest.raises(Conflict, match="rate_over"), transaction():
            rates.move(five, place=1, reason="x", by=eka, now=clock.now())


def test_a_rate_that_has_not_begun_may_be_dropped(today: date) -> None:
    eka, coming = builders.staff(), add(RATE, days=5)
    with transaction():
        rates.end(coming, last_day=today, reason="Batal", by=eka, now=clock.now())
    with on_day(6):
        assert rates.cut(rates.thing(1, None, None), 1_000, now=clock.now()).commission == 0
        assert rates.rate_of(coming).is_over(today)
    with pytest.raises(NotFound):
        rates.rate_of(999)


def test_an_ended_rate_does_not_come_back(today: date) -> None:
    eka, five = builders.staff(), add(RATE)
    with transaction():
        rates.end(five, last_day=today + timedelta(days=3), reason="x", by=eka, now=clock.now())
    with pytest.raises(Invalid, match="rate_ends_earlier"), transaction():
        rates.end(five, last_day=today + timedelta(days=9), reason="x", by=eka, now=clock.now())


def test_a_rate_may_be_ended_again_on_the_day_it_ends_anyway(today: date) -> None:
    eka, five = builders.staff(), add(RATE)
    last = today + timedelta(days=3)
    for _ in range(2):
        with transaction():
            rates.end(five, last_day=last, reason="x", by=eka, now=clock.now())
    assert rates.rate_of(five).ends_before == last + timedelta(days=1)


def test_a_rate_that_is_not_there_is_neither_ended_nor_moved(today: date) -> None:
    eka = builders.staff()
    with pytest.raises(NotFound), transaction():
        rates.end(999, last_day=today, reason="x", by=eka, now=clock.now())
    with pytest.raises(NotFound), transaction():
        rates.move(999, place=1, reason="x", by=eka, now=clock.now())


def test_an_officer_decides_no_rate_of_the_own_shop_alone(today: date) -> None:
    own = builders.shop("Dapur Eka", owner=builders.staff())
    other = builders.shop("Dapur Lain", owner=builders.person("Lain"))
    with pytest.raises(Conflict, match="own_shop"):
        add(replace(RATE, ikm_id=own.id))
    assert add(replace(RATE, ikm_id=other.id))
    assert add(RATE)  # of the whole market


def test_tax_is_only_taken_on_a_source_that_was_read(today: date) -> None:
    with pytest.raises(Invalid, match="rate_tax_unverified"):
        add(replace(RATE, tax_bp=1_100, verified=False))
    for days in (0, 1):  # it would end before it begins, or in that moment
        with pytest.raises(Invalid, match="rate_days"):
            add(replace(RATE, ends_before=today + timedelta(days=days)))


def test_every_change_stands_in_the_history_with_its_reason(today: date) -> None:
    eka, five = builders.staff(), add(RATE)
    with transaction():
        other = rates.move(five, place=1, reason="Salah tempat", by=eka, now=clock.now())
        rates.end(other, last_day=today, reason="Batal", by=eka, now=clock.now())
    acts = db.session.scalars(select(HistoryEntry).order_by(HistoryEntry.id)).all()
    assert [(one.act, one.detail["reason"], one.by) for one in acts] == [
        ("commission.added", "Keputusan rapat", eka),
        ("commission.moved", "Salah tempat", eka),
        ("commission.ended", "Batal", eka),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE commission_rate SET basis_points = 1",
        "UPDATE commission_rate SET tax_bp = 1",
        "UPDATE commission_rate SET starts_on = '2020-01-01'",
        "UPDATE commission_rate SET ikm_id = NULL",
        "UPDATE commission_rate SET source = 'x'",
        "DELETE FROM commission_rate",
        "UPDATE commission_rate SET ends_before = '2020-01-01'",
    ],
)
def test_the_database_lets_nobody_change_what_a_rate_says(today: date, change: str) -> None:
    add(RATE)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(change))


def test_placing_an_order_reads_the_list_once_a_minute_at_most(today: date) -> None:
    add(RATE)
    rates.forget()
    now = clock.now()
    with statements() as seen:
        for _ in range(50):
            rates.cut(rates.thing(1, None, None), 1_000, now=now)
    assert len([one for one in seen if "commission_rate" in one]) == 1


def test_what_another_server_decides_counts_within_a_minute(
    today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(RATE)
    what = rates.thing(1, None, None)
    with on_day(2):
        assert rates.cut(what, 1_000, now=clock.now()).commission == 50
        with transaction():  # as it is written there: nobody tells us to read the list anew
            rates._write(replace(RATE, basis_points=900), 0, by=None, now=clock.now())
        assert rates.cut(what, 1_000, now=clock.now()).commission == 50
        monkeypatch.setattr(rates, "KEEP_SECONDS", -1)  # the minute is over
        assert rates.cut(what, 1_000, now=clock.now()).commission == 90


def test_what_stands_on_no_shelf_has_no_rate_of_a_shelf(today: date) -> None:
    assert rates.thing(1, None, None).path == ()


def test_a_part_given_back_later_counts_what_fell_away_before(app: Flask) -> None:
    code = packing.accepted()
    packing.sold_at_two_rates(code)
    order = packing.view(code)
    meant = {packing.view(code).lines[1].id: 2}
    part_cancelling.shop_cancels(code, packing.hand(code), meant, reason="Habis", postage=False)
    packing.pack(code)
    packing.ship(code)
    packing.receive(code)
    money.give_back(code, 30_000)
    money.give_back(code, 30_000)
    away = queries.fallen_away(packing.view(code).id)
    assert (away.commission, away.tax) == (order.commission, order.commission_tax)
    assert money.broken() == {}
