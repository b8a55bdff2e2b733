"""Money that is not clear: an officer says whose it is and why, and every rupiah is told of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from marketplace.accounts.models import SignInSession
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.orders import invariants
from marketplace.orders.bank.models import ReceiptReturn, ReceiptUse
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.models import Order, Payment
from tests import builders
from tests.web.buying import shopper
from tests.web.staff import mutasi

WHY = {"alasan": "Pembeli sudah ditelepon"}


@pytest.fixture(autouse=True)
def _sound(app: Flask) -> Iterator[None]:
    """Whatever was done, the books are right afterwards."""
    yield
    db.session.rollback()
    assert {name: rows for name, rows in invariants.check_all().items() if rows} == {}


def lies_in(account: str) -> int:
    """What the book holds there."""
    rows = db.session.execute(select(LedgerEntry.debit, LedgerEntry.credit, LedgerEntry.amount))
    return sum(
        row.amount if row.debit == account else -row.amount
        for row in rows if account in (row.debit, row.credit)
    )  # fmt: skip


def assign(eka: FlaskClient, code: str, payment: Payment) -> TestResponse:
    answer = builders.post(eka, f"/dinas/uang-masuk/{code}/untuk/{payment.code}", WHY)
    db.session.rollback()
    return answer


def end(eka: FlaskClient, code: str, act: str) -> TestResponse:
    answer = builders.post(eka, f"/dinas/uang-masuk/{code}/{act}", WHY)
    db.session.rollback()
    return answer


def letters(moment: str) -> int:
    db.session.rollback()
    like = Job.key.like(f"letter:{moment}:%")
    return int(db.session.scalar(select(func.count()).where(like)) or 0)


def test_too_little_waits_for_the_rest_and_the_buyer_is_told(app: Flask) -> None:
    page, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("RINI SEBAGIAN", 50_000)]))
    (first,) = mutasi.receipts()
    assert lies_in("unclaimed") == -50_000
    shown = eka.get(f"/dinas/uang-masuk/{first.code}?cari=rini").text
    assert payment.code in shown
    asked = eka.get(f"/dinas/uang-masuk/{first.code}/untuk/{payment.code}").text
    assert f"Masih kurang Rp{payment.amount - 50_000:,}".replace(",", ".") in asked
    assert assign(eka, first.code, payment).status_code == 303
    assert mutasi.receipts()[0].state == "part"
    assert letters("partly_paid") == 1
    assert "Tinggal transfer" in app.test_client().get(page).text
    mutasi.keep(eka, mutasi.csv([("RINI SISANYA", payment.amount - 50_000)]))
    second = mutasi.receipts()[1]
    assert assign(eka, second.code, payment).status_code == 303
    assert [receipt.state for receipt in mutasi.receipts()] == ["done", "done"]
    assert db.session.scalars(select(Order.state)).one() == "new"
    assert lies_in("unclaimed") == 0
    assert lies_in("bank") == payment.amount


def test_of_too_much_the_order_takes_its_part_and_the_rest_goes_back(app: Flask) -> None:
    _, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("RINI", payment.amount + 2_500)]))
    (receipt,) = mutasi.receipts()
    assert "selisih Rp2.500" in eka.get(f"/dinas/uang-masuk/{receipt.code}").text
    assert assign(eka, receipt.code, payment).status_code == 303
    (receipt,) = mutasi.receipts()
    assert (receipt.state, receipt.used) == ("unclear", payment.amount)
    assert db.session.scalars(select(Order.state)).one() == "new"
    assert lies_in("unclaimed") == -2_500
    assert end(eka, receipt.code, "kembalikan").status_code == 303
    assert letters("goes_back") == 1
    back = db.session.scalars(select(ReceiptReturn)).one()
    assert back.amount == 2_500
    assert "Rp2.500 ke Rini Wahyuni" in eka.get("/dinas/transfer").text
    path = f"/dinas/uang-balik/{back.code}"
    assert builders.post(eka, path, {"amount": 2_499}).status_code == 422
    sent = builders.post(eka, path, {"amount": 2_500, "reference": "REF-1"})
    assert sent.status_code == 303
    assert letters("refunded") == 1
    assert eka.get(path).status_code == 404
    assert (lies_in("unclaimed"), lies_in("refunds")) == (0, 0)
    assert lies_in("bank") == payment.amount


def test_two_lines_for_one_payment_are_not_two_payments(app: Flask) -> None:
    _, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("RINI", payment.amount), ("RINI", payment.amount)]))
    first, second = mutasi.receipts()
    assert (first.state, second.state) == ("done", "unclear")
    answer = assign(eka, second.code, payment)
    assert (answer.status_code, "sudah kami terima" in answer.text) == (409, True)
    assert end(eka, second.code, "kembalikan").status_code == 303
    assert len(db.session.scalars(select(ReceiptUse)).all()) == 2


def test_money_that_was_never_for_an_order_is_set_aside_with_a_reason(app: Flask) -> None:
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("BUNGA", 1_234)]))
    (receipt,) = mutasi.receipts()
    path = f"/dinas/uang-masuk/{receipt.code}/sisihkan"
    assert builders.post(eka, path, {"alasan": ""}).status_code == 422
    assert end(eka, receipt.code, "sisihkan").status_code == 303
    assert end(eka, receipt.code, "kembalikan").status_code == 409
    assert (mutasi.receipts()[0].state, lies_in("bank")) == ("done", 0)
    acts = select(HistoryEntry.act, HistoryEntry.detail["reason"].as_string(), HistoryEntry.by)
    found = db.session.execute(acts.where(HistoryEntry.subject == f"receipt:{receipt.code}")).all()
    assert [tuple(row) for row in found] == [("receipt.set_aside", WHY["alasan"], builders.staff())]
    page = eka.get(f"/dinas/uang-masuk/{receipt.code}").text
    assert WHY["alasan"] in page
    assert "Semua uang masuk sudah jelas" in eka.get("/dinas/uang-masuk").text
    assert receipt.code in eka.get("/dinas/uang-masuk?cari=1.234").text
    assert receipt.code in eka.get("/dinas/uang-masuk?cari=bunga").text


def test_so_much_money_is_sent_back_by_a_second_officer(app: Flask) -> None:
    eka, endah = mutasi.officer(app), mutasi.officer(app, "Endah")
    mutasi.keep(eka, mutasi.csv([("SALAH KIRIM", 5_000_001)]))
    (receipt,) = mutasi.receipts()
    end(eka, receipt.code, "kembalikan")
    code = db.session.scalars(select(ReceiptReturn.code)).one()
    path = f"/dinas/uang-balik/{code}"
    refused = builders.post(eka, path, {"amount": 5_000_001})
    assert (refused.status_code, "petugas lain" in refused.text) == (409, True)
    assert builders.post(endah, path, {"amount": 5_000_001}).status_code == 303


def test_money_is_given_away_only_by_who_typed_the_password_lately(app: Flask) -> None:
    _, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("RINI", 50_000)]))
    (receipt,) = mutasi.receipts()
    with transaction():
        long_ago = clock.now() - timedelta(minutes=11)
        db.session.execute(update(SignInSession).values(proved_at=long_ago))
    for path in (f"untuk/{payment.code}", "kembalikan", "sisihkan"):
        answer = eka.get(f"/dinas/uang-masuk/{receipt.code}/{path}")
        assert answer.location.startswith("/akun/buktikan"), path


def test_money_that_came_too_late_may_be_a_part_of_what_another_order_waits_for(
    app: Flask,
) -> None:
    page, over = mutasi.awaited(app)
    _, waits = mutasi.awaited(app)
    guest = app.test_client()
    guest.post(f"{page}/batal", data=shopper.hidden(guest.get(f"{page}/batal").text))
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("RINI", 50_000)]))
    (receipt,) = mutasi.receipts()
    for payment, state in ((over, "late"), (waits, "part")):
        assert assign(eka, receipt.code, payment).status_code == 303
        (now,) = mutasi.receipts()
        assert now.state == state


def test_money_kept_for_an_order_that_ended_goes_back(app: Flask) -> None:
    page, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("RINI", 50_000)]))
    (receipt,) = mutasi.receipts()
    assign(eka, receipt.code, payment)
    guest = app.test_client()
    guest.post(f"{page}/batal", data=shopper.hidden(guest.get(f"{page}/batal").text))
    assert receipt.code in eka.get("/dinas/uang-masuk").text
    assert end(eka, receipt.code, "kembalikan").status_code == 303
    assert lies_in("refunds") == -50_000


def test_odd_searches_find_nothing_and_break_nothing(app: Flask) -> None:
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("RINI", 50_000)]))
    (receipt,) = mutasi.receipts()
    for odd in ("%", "_", "'", "9" * 40, "Rp", "٥٠٠", "-1", "=1+1"):
        assert eka.get("/dinas/uang-masuk", query_string={"cari": odd}).status_code == 200
        path = f"/dinas/uang-masuk/{receipt.code}"
        assert eka.get(path, query_string={"cari": odd}).status_code == 200
    assert eka.get("/dinas/uang-masuk", query_string={"cari": "x" * 99}).status_code == 422
    assert assign_nobody(eka, receipt.code).status_code == 404


def assign_nobody(eka: FlaskClient, code: str) -> TestResponse:
    return eka.get(f"/dinas/uang-masuk/{code}/untuk/{'z' * 10}")
