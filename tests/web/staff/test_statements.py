"""The officer sends a bank statement: what fits is settled, what does not waits for a person."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.flows import receipts as flow
from marketplace.flows import tidying
from marketplace.orders import invariants
from marketplace.orders.bank import csv_rules
from marketplace.orders.bank.models import BankAccount, BankLine, BankStatement, ReceiptUse
from marketplace.orders.models import Order, Payment
from tests import builders
from tests.web.buying import shopper
from tests.web.staff import mutasi


@pytest.fixture(autouse=True)
def _sound(app: Flask) -> Iterator[None]:
    """Whatever was sent, the books are right afterwards."""
    yield
    db.session.rollback()
    assert {name: rows for name, rows in invariants.check_all().items() if rows} == {}


def test_the_exact_amount_settles_by_itself_and_everybody_hears(app: Flask) -> None:
    page, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    lines = [("TRSF RINI", payment.amount), ("BUNGA", 1_234), ("ADM", 15_000, "DB")]
    result = mutasi.keep(eka, mutasi.csv(lines)).text
    assert "1 cocok dan sudah dicatat" in result
    assert "1 belum jelas" in result
    assert "Pembayaran diterima" in app.test_client().get(page).text
    paid = db.session.scalars(select(Payment)).one()
    receipt = mutasi.receipts()[0]
    assert (paid.state, paid.counts, paid.confirmed_by) == ("paid", True, None)
    assert paid.charge_reference == f"receipt:{receipt.code}"
    assert (receipt.state, receipt.used) == ("done", payment.amount)
    book = select(HistoryEntry.act).where(HistoryEntry.subject == f"receipt:{receipt.code}")
    assert list(db.session.scalars(book)) == ["receipt.assigned"]
    letters = db.session.scalars(select(Job.key).where(Job.name == "letters.send")).all()
    assert any(key.startswith("letter:paid:") for key in letters if key)


def test_nothing_is_counted_before_somebody_has_looked(app: Flask) -> None:
    _, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    sent = mutasi.send(eka, mutasi.csv([("RINI", payment.amount)]))
    page = eka.get(sent.location).text
    assert "Belum ada yang dicatat" in page
    assert "RINI" in page
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(BankLine)) == 0
    assert db.session.scalars(select(Payment.state)).one() == "open"


def test_statements_that_overlap_add_nothing(app: Flask) -> None:
    _, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    first = [("RINI", payment.amount), ("BUDI", 70_001)]
    mutasi.keep(eka, mutasi.csv(first))
    again = mutasi.keep(eka, mutasi.csv(first)).text
    assert "0 baris" in again
    longer = mutasi.keep(eka, mutasi.csv([*first, ("BUDI", 70_001), ("SITI", 80_001)])).text
    assert "2 belum jelas" in longer
    assert [receipt.amount for receipt in mutasi.receipts()] == [
        payment.amount, 70_001, 70_001, 80_001,
    ]  # fmt: skip


def test_a_line_of_money_an_officer_had_confirmed_is_its_proof_and_no_second_payment(
    app: Flask,
) -> None:
    _, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    builders.post(eka, f"/dinas/transfer/{payment.code}", {"amount": payment.amount})
    mutasi.keep(eka, mutasi.csv([("RINI", payment.amount)]))
    assert mutasi.receipts()[0].state == "done"
    mutasi.keep(eka, mutasi.csv([("RINI LAGI", payment.amount)]))
    first, second = mutasi.receipts()
    assert (second.state, second.used, second.payment_id) == ("unclear", 0, payment.id)
    assert len(db.session.scalars(select(ReceiptUse)).all()) == 1
    page = eka.get(f"/dinas/uang-masuk/{second.code}").text
    assert "Ada baris lain dengan tanggal dan jumlah yang sama" in page


def test_money_of_a_day_before_the_order_is_not_for_it(app: Flask) -> None:
    page, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    for days in (1, 15):
        line = [(f"RINI {days}", payment.amount)]
        on = clock.now() - timedelta(days=days)
        mutasi.keep(eka, mutasi.csv(line, on=on))
    assert [receipt.state for receipt in mutasi.receipts()] == ["unclear", "unclear"]
    assert "Tinggal transfer" in app.test_client().get(page).text


def test_a_late_line_waits_for_a_person(app: Flask) -> None:
    page, payment = mutasi.awaited(app)
    guest = app.test_client()
    guest.post(f"{page}/batal", data=shopper.hidden(guest.get(f"{page}/batal").text))
    eka = mutasi.officer(app)
    assert (
        "1 pesanannya sudah berakhir"
        in mutasi.keep(eka, mutasi.csv([("RINI", payment.amount)])).text
    )
    (receipt,) = mutasi.receipts()
    assert (receipt.state, receipt.payment_id) == ("late", payment.id)
    assert db.session.scalars(select(Payment.state)).one() == "cancelled"
    assert "Pesanannya sudah berakhir" in eka.get(f"/dinas/uang-masuk/{receipt.code}").text
    assert "uang masuk belum jelas" in eka.get("/dinas").text


def test_chosen_columns_are_remembered_for_the_account(app: Flask) -> None:
    _, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    day = f"{clock.now():%Y-%m-%d}"
    file = f"Waktu,Saldo,Nilai A,Nilai B,Catatan\n{day},9,0,{payment.amount},RINI\n".encode()
    refused = mutasi.keep(eka, file, day="0", text="4", amount="2", first="1")
    assert refused.status_code == 422
    assert "tidak ada uang masuk" in refused.text
    kept = mutasi.keep(eka, file, day="0", text="4", amount="3", first="1")
    assert "1 cocok dan sudah dicatat" in kept.text
    page = eka.get(mutasi.send(eka, b"Judul lain,,,,\n" + file).location).text
    assert mutasi.columns(page)["amount"] == "3"
    assert mutasi.columns(page)["first"] == "2"
    db.session.rollback()
    assert db.session.scalars(select(BankAccount.columns)).one()["text"] == 4


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Berkas ini kosong"),
        (b"PK\x03\x04 excel", "Ini berkas Excel"),
        (b"%PDF-1.4", "Ini berkas PDF"),
        (b"hanya kata\n", "Tidak ada tabel"),
        (b"a;b;c\0", "bukan teks"),
    ],
)
def test_a_file_that_is_no_statement_is_refused_in_words(
    app: Flask, data: bytes, words: str
) -> None:
    answer = mutasi.send(mutasi.officer(app), data)
    assert answer.status_code == 422
    assert words in answer.text
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(BankStatement)) == 0


def test_no_file_a_huge_file_and_a_strange_account_are_refused_in_words(app: Flask) -> None:
    eka = mutasi.officer(app)
    page = eka.get("/dinas/mutasi").text
    form = {**shopper.hidden(page), "rekening": "kita"}
    assert "Pilih dulu berkas" in eka.post("/dinas/mutasi", data=form).text
    strange = {**form, "rekening": "77", "berkas": (io.BytesIO(b"a;b;c\n"), "a.csv")}
    answer = eka.post("/dinas/mutasi", data=strange, content_type="multipart/form-data")
    assert (answer.status_code, "dari daftar" in answer.text) == (422, True)
    answer = eka.post(
        "/dinas/mutasi",
        data=b"0" * (csv_rules.MOST_BYTES + 70_000),
        content_type="multipart/form-data; boundary=x",
    )
    assert (answer.status_code, "lebih dari 2 MB" in answer.text) == (413, True)


def test_formulas_and_markup_of_a_statement_are_shown_as_words(app: Flask) -> None:
    eka = mutasi.officer(app)
    evil = '=HYPERLINK("http://x")<script>alert(1)</script>'
    quoted = '"' + evil.replace('"', '""') + '"'
    result = mutasi.keep(eka, mutasi.csv([(quoted, 70_001)]))
    assert result.status_code == 200
    page = eka.get("/dinas/uang-masuk").text
    assert "<script>alert" not in page
    assert "=HYPERLINK(&#34;http://x&#34;)&lt;script&gt;" in page


def test_rows_that_cannot_be_read_are_told_before_and_after(app: Flask) -> None:
    eka = mutasi.officer(app)
    data = mutasi.csv([("RINI", 70_001)]) + b"\r\n99/99/2026;BUDI;80.001,00;CR;\r\n"
    page = eka.get(mutasi.send(eka, data).location).text
    assert "Baris 5: Tanggalnya tidak terbaca" in page
    assert "BUDI" in page
    assert "Baris 5: Tanggalnya tidak terbaca" in mutasi.keep(eka, data).text


def test_what_a_crash_left_over_is_looked_at_by_the_job(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    with monkeypatch.context() as crash:
        crash.setattr(flow, "match_new", lambda: None)
        mutasi.keep(eka, mutasi.csv([("RINI", payment.amount)]))
    assert mutasi.receipts()[0].state == "new"
    assert db.session.scalar(select(func.count()).where(Job.name == "receipts.match")) == 1
    flow.match_new()
    assert mutasi.receipts()[0].state == "done"
    assert flow.match_new().total() == 0


def test_a_statement_nobody_confirmed_is_forgotten(app: Flask) -> None:
    eka = mutasi.officer(app)
    sent = mutasi.send(eka, mutasi.csv([("RINI", 70_001)]))
    with transaction():
        long_ago = clock.now() - timedelta(days=3)
        db.session.execute(update(BankStatement).values(created_at=long_ago))
    tidying.forget_amounts()
    assert eka.get(sent.location).status_code == 404


def test_a_line_and_what_became_of_it_cannot_be_changed(app: Flask) -> None:
    _, payment = mutasi.awaited(app)
    mutasi.keep(mutasi.officer(app), mutasi.csv([("RINI", payment.amount)]))
    for statement in (
        "UPDATE bank_line SET amount = 1",
        "DELETE FROM bank_line",
        "UPDATE receipt_use SET amount = 1",
        "DELETE FROM receipt_use",
        "UPDATE receipt SET used = amount + 1",
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(text(statement))


def test_another_account_is_added_once(app: Flask) -> None:
    eka = mutasi.officer(app)
    typed = {"bank": "Laporan QRIS", "number": "ID1020304050607"}
    path = "/dinas/mutasi/rekening"
    assert builders.post(eka, path, typed).status_code == 303
    again = builders.post(eka, path, typed)
    assert (again.status_code, "sudah ada" in again.text) == (422, True)
    assert "Laporan QRIS ID1020304050607" in eka.get("/dinas/mutasi").text


def test_an_order_paid_by_statement_goes_to_its_shop(app: Flask) -> None:
    _, payment = mutasi.awaited(app)
    mutasi.keep(mutasi.officer(app), mutasi.csv([("RINI", payment.amount)]))
    db.session.rollback()
    assert db.session.scalars(select(Order.state)).one() == "new"
