"""A shop's account: sealed, masked, waited for, taken back, and never changed behind its back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.history import HistoryEntry
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.flows import payout_accounts
from marketplace.orders.payouts import accounts, rules
from marketplace.orders.payouts.accounts import Wish
from marketplace.orders.payouts.models import PayoutAccount
from tests import builders

BRI = Wish("bank", "bri", "0021 0112-3456.187", "Bu Citra")
BNI = Wish("bank", "bni", "1234567890", "Citra Lestari")


def put(ikm_id: int, wish: Wish = BRI) -> None:
    payout_accounts.change(ikm_id, wish, by=builders.person("Citra"), now=clock.now())


def shown(ikm_id: int) -> accounts.Shown:
    db.session.rollback()
    found = accounts.shown(ikm_id)
    assert found is not None
    return found


def test_an_account_is_sealed_masked_and_waits_a_week(app: Flask) -> None:
    shop = builders.shop().id
    put(shop)
    found = shown(shop)
    assert (found.where, found.holder, found.replaced) == ("BRI ••6187", "BU CITRA", "")
    assert found.waits(clock.now())
    assert not found.waits(clock.now() + timedelta(days=7))
    row = db.session.scalars(select(PayoutAccount)).one()
    assert b"0112" not in row.number
    assert accounts._opened(row.number, row.code) == "002101123456187"


def test_every_owner_gets_a_letter_that_names_no_whole_number(app: Flask) -> None:
    shop = builders.shop()
    dewi = builders.person("Dewi")
    with transaction():
        db.session.execute(
            text("INSERT INTO membership (ikm_id, person_id, role, since) "
                 "SELECT ikm_id, :dewi, 'owner', since FROM membership"), {"dewi": dewi}
        )  # fmt: skip
    put(shop.id)
    db.session.rollback()
    jobs = [job.args for job in db.session.scalars(select(Job)) if job.name == "letters.send"]
    assert {job["to"] for job in jobs} == {"citra@contoh.test", "dewi@contoh.test"}
    assert "002101123456187" not in str(jobs)
    acts = [row.act for row in db.session.scalars(select(HistoryEntry))]
    assert acts.count("payout_account.changed") == 1


def test_while_it_waits_any_owner_takes_a_change_back(app: Flask) -> None:
    shop, citra = builders.shop().id, builders.person("Citra")
    put(shop)
    with time_machine.travel(clock.now() + timedelta(days=8), tick=True):
        put(shop, BNI)
        assert (shown(shop).where, shown(shop).replaced) == ("BNI ••7890", "BRI ••6187")
        payout_accounts.withdraw(shop, by=citra, now=clock.now())
        assert shown(shop).where == "BRI ••6187"
        assert not shown(shop).waits(clock.now())
        with pytest.raises(Conflict):
            payout_accounts.withdraw(shop, by=citra, now=clock.now())


def test_the_first_account_taken_back_leaves_none(app: Flask) -> None:
    shop = builders.shop().id
    put(shop)
    payout_accounts.withdraw(shop, by=builders.person("Citra"), now=clock.now())
    db.session.rollback()
    assert accounts.shown(shop) is None


@pytest.mark.parametrize(
    ("bank", "number", "holder"),
    [
        ("moon", "1234567", "Citra"),
        ("bri", "12345", "Citra"),
        ("bri", "0000000", "Citra"),
        ("bri", "1" * 21, "Citra"),
        ("bri", "12345a7", "Citra"),
        ("bri", "١٢٣٤٥٦٧", "Citra"),
        ("bri", "1234567", "=HYPERLINK()"),
        ("bri", "1234567", "@Citra"),
        ("bri", "1234567", "C"),
    ],
)
def test_an_account_that_cannot_be_right_is_refused(
    app: Flask, bank: str, number: str, holder: str
) -> None:
    with pytest.raises(Invalid):
        put(builders.shop().id, Wish("bank", bank, number, holder))


def test_the_same_account_again_changes_nothing(app: Flask) -> None:
    shop = builders.shop().id
    put(shop)
    with pytest.raises(Invalid, match="account_same"):
        put(shop)


def test_a_providers_account_is_asked_for_first(app: Flask) -> None:
    shop = builders.shop().id
    put(shop, Wish("simulator", "", "acct_citra", "Citra"))
    assert shown(shop).where == "Uang mainan ••itra"
    with pytest.raises(Invalid, match="account_not_ready"):
        put(shop, Wish("simulator", "", "acct_baru", "Citra"))
    with pytest.raises(Invalid, match="account_bank"):
        put(shop, Wish("stripe", "", "acct_citra", "Citra"))  # not set up here


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE payout_account SET tail = '9999'",
        "UPDATE payout_account SET usable_from = made_at",
        "DELETE FROM payout_account",
        "INSERT INTO payout_account (code, ikm_id, way, bank, number, tail, holder, state, "
        "made_by, made_at, usable_from) SELECT 'zzzzzzzzzz', ikm_id, way, bank, number, tail, "
        "holder, 'current', made_by, made_at, usable_from FROM payout_account",
    ],
)
def test_the_database_keeps_what_an_account_says(app: Flask, act: str) -> None:
    put(builders.shop().id)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(act))


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("Citra", "Citra"),
        ("=1+1", "'=1+1"),
        (" +62", "' +62"),
        ("\t-1", "'-1"),
        ("＝1", "'＝1"),
        ("@SUM", "'@SUM"),
    ],
)
def test_no_cell_is_a_formula(cell: str, kept: str) -> None:
    assert rules.harmless(cell) == kept
