"""What is held, what came back, and what is still to be paid: no money goes out on a wrong word."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.flows import paying_makers, shop_life
from marketplace.makers import sheets
from marketplace.makers.models import Ikm
from marketplace.makers.states import ShopState
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.rules import Account
from marketplace.orders.payouts import queries
from marketplace.orders.payouts.queries import Stands
from marketplace.orders.payouts.runs import Said
from tests import builders
from tests.orders import money, payday


def plan() -> list[str]:
    db.session.rollback()
    return paying_makers.plan(by=builders.staff())


def test_a_suspended_shop_is_not_paid(app: Flask) -> None:
    shop = payday.shop()
    run = payday.plan()
    eka, now = builders.staff(), clock.now()
    seen = sheets.of_shop(shop.id).version
    shop_life.decide(
        shop.code, ShopState.SUSPENDED, seen=seen, reason="Diperiksa dulu", by=eka, now=now
    )
    assert paying_makers.release(run, by=eka) is Said.EMPTY
    assert payday.newest(shop).reason == "shop_suspended"
    assert payday.ready(shop) == 85_000
    assert plan() == []
    assert payday.run(run).state == "cancelled"
    assert money.broken() == {}


def close(shop: Ikm) -> None:
    """Its owner closes it for good."""
    citra = builders.person("Citra")
    shop_life.close(shop.id, typed=shop.name, by=citra, now=clock.now())
    db.session.rollback()


def test_a_closed_shop_is_held_until_an_officer_lets_its_money_go(app: Flask) -> None:
    shop, eka = payday.shop(goods=3_000), builders.staff()
    with pytest.raises(Conflict, match="shop_not_closed"):
        paying_makers.let_closed_go(shop.id, reason="Masih buka", by=eka)
    close(shop)
    assert plan() == []
    assert [one.stands for one in queries.balances(now=clock.now())] == [Stands.CLOSED]
    paying_makers.let_closed_go(shop.id, reason="Surat ahli waris 12 Mei", by=eka)
    with pytest.raises(Conflict, match="already_let_go"):
        paying_makers.let_closed_go(shop.id, reason="Lagi", by=eka)
    assert [one.stands for one in queries.balances(now=clock.now())] == [Stands.READY]
    run = payday.plan()  # nothing will be added to it: it is not too little
    paying_makers.hold_closed(shop.id, reason="Surat itu palsu", by=eka)
    assert paying_makers.release(run, by=eka) is Said.EMPTY
    assert payday.newest(shop).reason == "shop_closed"
    assert payday.ready(shop) == 3_000
    with pytest.raises(Conflict, match="not_let_go"):
        paying_makers.hold_closed(shop.id, reason="Lagi", by=eka)
    paying_makers.let_closed_go(shop.id, reason="Surat ahli waris 2 Juni", by=eka)
    assert payday.sent(shop).amount == 3_000
    told = [row.act for row in db.session.scalars(select(HistoryEntry).order_by(HistoryEntry.id))]
    assert [act for act in told if act.startswith("shop.money")] == [
        "shop.money_let_go", "shop.money_held", "shop.money_let_go",
    ]  # fmt: skip
    assert money.broken() == {}


def test_a_shop_that_closes_after_the_count_is_held_at_release(app: Flask) -> None:
    shop = payday.shop()
    run = payday.plan()
    close(shop)
    assert paying_makers.release(run, by=builders.staff()) is Said.EMPTY
    assert payday.newest(shop).reason == "shop_closed"
    assert money.broken() == {}


@pytest.mark.parametrize("arrived", [False, True])
def test_what_the_bank_sends_back_is_paid_again(app: Flask, arrived: bool) -> None:
    shop, eka = payday.shop(), builders.staff()
    payout = payday.sent(shop)
    if arrived:
        paying_makers.confirm(payout.code, reference="TRX 1", by=eka)
    before = ledger.balance(Account.BANK)
    assert not paying_makers.came_back(payout.code, reason="Rekening tutup", by=eka)
    with pytest.raises(Conflict, match="second_person_back"):
        paying_makers.came_back(payout.code, reason="Sungguh", by=eka)
    assert payday.ready(shop) == 0  # one officer's word pays nothing twice
    assert paying_makers.came_back(payout.code, reason="Rekening tutup", by=builders.admin())
    assert ledger.balance(Account.BANK) - before == (85_000 if arrived else 0)
    sums = ledger.shop_money(shop.id)
    assert (sums.ready, sums.on_the_way, sums.paid_out) == (85_000, 0, 0)
    with pytest.raises(Conflict):
        paying_makers.came_back(payout.code, reason="Dua kali", by=eka)
    with pytest.raises(IntegrityError, match="back_is_proved"), transaction():
        db.session.execute(text("UPDATE payout SET back_by = back_asked_by"))
    assert payday.run(payday.plan()).total == 85_000
    assert money.broken() == {}


def in_file(run: str) -> list[str]:
    db.session.rollback()
    data = paying_makers.file_of(run, by=builders.staff()).decode()
    return [row["kode"] for row in csv.DictReader(io.StringIO(data))]


def test_the_file_taken_again_is_the_same_until_something_of_it_moves(app: Flask) -> None:
    shops = [payday.shop(f"Toko {number}", goods=20_000) for number in range(4)]
    run, eka = payday.plan(), builders.staff()
    paying_makers.release(run, by=eka)
    paid, back, asked, left = (payday.newest(shop).code for shop in shops)
    assert in_file(run) == [paid, back, asked, left]
    first = paying_makers.file_of(run, by=eka)
    assert paying_makers.file_of(run, by=eka) == first
    paying_makers.confirm(paid, reference="TRX 1", by=eka)
    payday.came_back(back)
    paying_makers.came_back(asked, reason="Katanya kembali", by=eka)
    assert in_file(run) == [left]
    paying_makers.not_back(asked, by=eka)
    assert in_file(run) == [asked, left]
    for code in (asked, left):
        paying_makers.confirm(code, reference="TRX 2", by=eka)
    with pytest.raises(Conflict, match="file_empty"):
        paying_makers.file_of(run, by=eka)
