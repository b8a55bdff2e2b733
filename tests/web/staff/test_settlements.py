"""What a provider pays out is followed from the card to the bank, and a wrong word is undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.flows import receipts as flow
from marketplace.flows import reconcile
from marketplace.orders import invariants
from marketplace.orders.bank.models import Receipt, Settlement
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import Account
from marketplace.orders.models import Alarm, Payment
from tests import builders
from tests.web.buying import shopper
from tests.web.staff import mutasi

THERE = Account.CLEARING_SIMULATOR
WHY = {"alasan": "Sama dengan laporan penyedia"}


@pytest.fixture(autouse=True)
def _sound(app: Flask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert {name: rows for name, rows in invariants.check_all().items() if rows} == {}


@pytest.fixture
def eka(app: Flask) -> FlaskClient:
    """An officer who has just sent a statement with one line of the provider."""
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("PENYEDIA PEMBAYARAN", 50_000)]))
    return eka


def only() -> Receipt:
    (receipt,) = mutasi.receipts()
    db.session.rollback()
    return receipt


def tell(eka: FlaskClient, code: str, gross: object, fee: object, **more: str) -> TestResponse:
    form = {"provider": "simulator", "reference": "po_1", "gross": gross, "fee": fee, **WHY}
    answer = builders.post(eka, f"/dinas/uang-masuk/{code}/penyedia", form | more)
    db.session.rollback()
    return answer


def undo(eka: FlaskClient, code: str) -> int:
    answer = builders.post(eka, f"/dinas/uang-masuk/{code}/penyedia/batalkan", WHY)
    db.session.rollback()
    return answer.status_code


def booked(*facts: str) -> list[tuple[str, str, str, int]]:
    entry = LedgerEntry
    rows = db.session.execute(
        select(entry.fact, entry.debit, entry.credit, entry.amount)
        .where(entry.fact.in_(facts))
        .order_by(entry.id)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]


def alarms() -> list[int]:
    db.session.rollback()
    open_ = select(Alarm.detail).where(Alarm.kind == "clearing_short", Alarm.settled_at.is_(None))
    return [detail["rupiah"] for detail in db.session.scalars(open_)]


def test_money_is_followed_from_the_card_to_the_bank(app: Flask) -> None:
    shopper.tariff()
    thing = shopper.variant_of(builders.product(price=50_000, stock=9))
    buyer = app.test_client()
    shopper.pay_and_return(buyer, shopper.buy(buyer, thing))
    db.session.rollback()
    gross = db.session.scalars(select(Payment.amount)).one()
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("PENYEDIA PEMBAYARAN", gross - 1_900)]))
    receipt = only()
    page = eka.get(f"/dinas/uang-masuk/{receipt.code}").text
    assert f"/dinas/uang-masuk/{receipt.code}/penyedia" in page
    assert tell(eka, receipt.code, gross, 1_900).status_code == 303
    assert booked("settled", "provider_fee") == [
        ("settled", "bank", "clearing.simulator", gross - 1_900),
        ("provider_fee", "fees", "clearing.simulator", 1_900),
    ]
    assert ledger.balances()[THERE] == 0
    assert ledger.balances()[Account.BANK] == gross - 1_900
    assert ledger.balances()[Account.FEES] == 1_900
    assert ledger.balances()[Account.UNCLAIMED] == 0
    assert (only().state, alarms()) == ("done", [])
    page = eka.get(f"/dinas/uang-masuk/{receipt.code}").text
    assert "Simulator pembayaran po_1" in page
    assert "biaya Rp1.900" in page
    assert "Dicatat dari penyedia pembayaran" in page


def test_without_a_fee_there_is_nothing_to_book_for_it(eka: FlaskClient) -> None:
    assert tell(eka, only().code, "50.000", 0).status_code == 303
    assert [row[0] for row in booked("settled", "provider_fee")] == ["settled"]


def test_what_was_told_wrongly_is_reversed_and_may_be_told_again(eka: FlaskClient) -> None:
    code = only().code
    tell(eka, code, 52_000, 2_000)
    assert undo(eka, code) == 303
    assert (only().state, only().used) == ("unclear", 0)
    balances = ledger.balances()
    assert (balances[THERE], balances[Account.FEES]) == (0, 0)
    assert (balances[Account.BANK], balances[Account.UNCLAIMED]) == (50_000, 50_000)
    assert len(booked("reversed")) == 3
    assert undo(eka, code) == 409
    page = eka.get(f"/dinas/uang-masuk/{code}").text
    assert "po_1, dibatalkan" in page
    assert "Batalkan catatan" not in page
    assert tell(eka, code, 51_000, 1_000).status_code == 303
    assert ledger.balance(Account.FEES) == 1_000
    acts = select(HistoryEntry.act).where(HistoryEntry.subject == f"receipt:{code}")
    assert db.session.scalars(acts.order_by(HistoryEntry.id)).all() == [
        "receipt.from_provider", "receipt.not_from_provider", "receipt.from_provider",
    ]  # fmt: skip


def test_more_than_lay_with_the_provider_calls_a_person_once(eka: FlaskClient) -> None:
    tell(eka, only().code, 52_000, 2_000)
    assert alarms() == [52_000]
    assert "Penyedia membayar lebih dari uang di sana" in eka.get("/dinas/alarm").text
    assert flow.watch_clearing() == 0
    db.session.execute(text("DELETE FROM alarm"))
    db.session.commit()
    assert reconcile.run(since=reconcile.RECENT).overdrawn == 1
    assert alarms() == [52_000]
    assert reconcile.run(since=reconcile.RECENT).total == 0


def test_a_line_and_a_payout_of_the_provider_are_told_once(eka: FlaskClient) -> None:
    mutasi.keep(eka, mutasi.csv([("PENYEDIA LAGI", 60_000)]))
    first, second = mutasi.receipts()
    tell(eka, first.code, 52_000, 2_000)
    assert tell(eka, first.code, 52_000, 2_000, reference="po_2").status_code == 409
    again = tell(eka, second.code, 62_000, 2_000)
    assert (again.status_code, "sudah dicatat untuk uang masuk" in again.text) == (409, True)
    assert len(booked("settled")) == 1
    assert tell(eka, second.code, 62_000, 2_000, reference="po_2").status_code == 303


@pytest.mark.parametrize(
    ("gross", "fee"),
    [
        (50_000, 1),
        (49_999, 0),
        (52_000, 1_999),
        (48_000, -2_000),
        ("٥٠٠٠٠", 0),
        ("5e4", 0),
        ("", 0),
    ],
)
def test_gross_less_fee_is_what_came_in(eka: FlaskClient, gross: object, fee: object) -> None:
    assert tell(eka, only().code, gross, fee).status_code == 422
    assert booked("settled", "provider_fee") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"provider": "transfer"},
        {"provider": "qris"},
        {"reference": ""},
        {"reference": "x" * 61},
        {"alasan": "ya"},
    ],
)
def test_odd_words_are_refused_and_kept(eka: FlaskClient, wrong: dict[str, str]) -> None:
    assert tell(eka, only().code, 52_000, 2_000, **wrong).status_code == 422
    assert only().state == "unclear"


def test_the_database_keeps_what_was_told(eka: FlaskClient) -> None:
    """Its figures never change; it is taken back once, by somebody, and never torn out."""
    tell(eka, only().code, 52_000, 2_000)
    back = "UPDATE settlement SET taken_back_by = 1, taken_back_at = at"
    for act in (
        "UPDATE settlement SET fee = 1000, gross = 51000",
        "UPDATE settlement SET reference = 'po_other'",
        "UPDATE settlement SET taken_back_by = 1",
        "DELETE FROM settlement",
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(text(act))
    flow.not_from_provider(only().code, reason="Salah baca", by=builders.staff())
    for act in (back, "UPDATE settlement SET taken_back_at = NULL, taken_back_by = NULL"):
        with pytest.raises(IntegrityError, match="never changed"), transaction():
            db.session.execute(text(act))


@pytest.mark.parametrize("wrong", [{"net": 1}, {"fee": -1}, {"gross": 50_000}])
def test_the_database_refuses_what_does_not_add_up(eka: FlaskClient, wrong: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match="adds_up"), transaction():
        db.session.add(told(**{"net": 50_000, "fee": 2_000, "gross": 52_000, **wrong}))


def told(**figures: int) -> Settlement:
    """A row that nobody booked."""
    return Settlement(
        code="s" * 10, receipt_id=only().id, provider="simulator", reference="po_9", reason="x",
        by=1, at=clock.now(), **figures,
    )  # fmt: skip


def test_a_line_whose_booking_is_missing_is_noticed(eka: FlaskClient) -> None:
    db.session.add(told(net=50_000, fee=2_000, gross=52_000))
    db.session.flush()
    assert "B5" in {name for name, rows in invariants.check_all().items() if rows}
    db.session.rollback()
