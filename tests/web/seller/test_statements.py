"""Laporan bulanan: what the files say is what the book says, to the rupiah, month after month."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.money import rupiah
from marketplace.flows import paying_makers
from marketplace.makers.models import Ikm
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.payouts import statements
from marketplace.orders.payouts.statements import Month
from tests import builders
from tests.orders import money, payday

OCTOBER = datetime(2026, 10, 20, 5, 0, tzinfo=UTC)


@pytest.fixture
def story(app: Flask) -> Iterator[Ikm]:
    """October: two sales, one paid out. November: a refund makes a debt, a sale, a payout back."""
    with time_machine.travel(OCTOBER, tick=True):
        shop = payday.shop(goods=50_000)
        paying_makers.confirm(payday.sent(shop).code, reference="TRX 1", by=builders.staff())
        late = payday.sell(shop, 40_000)
    with time_machine.travel(builders.NOON, tick=True):
        money.give_back(late, 15_000)
        payday.sell(shop, 30_000)
        payday.came_back(payday.sent(shop).code, "Tutup")
        db.session.rollback()
        yield shop


def owner(client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, builders.person("Citra"))
    return client


def fetched(answer: TestResponse) -> TestResponse:
    """The whole answer, its file put away."""
    assert answer.status_code == 200
    assert answer.data
    answer.close()
    return answer


def table(data: bytes) -> tuple[int, list[int], int]:
    """Opening, every movement, closing of a table."""
    rows = list(openpyxl.load_workbook(io.BytesIO(data))["Catatan"].iter_rows(values_only=True))
    moved = [int(row[3] or 0) - int(row[4] or 0) for row in rows[2:-1]]
    return int(rows[1][5]), moved, int(rows[-1][5])


def book(shop: Ikm, month: Month) -> tuple[int, list[int], int]:
    """The same as the ledger has it."""
    db.session.rollback()
    first, after = month.first, min(month.after, clock.now())
    lines = ledger.statement_lines(shop.id, first=first, after=after)
    return (
        ledger.balance_before(shop.id, first),
        [row.amount for row in lines],
        ledger.balance_before(shop.id, after),
    )


@pytest.mark.parametrize("month", [Month(2026, 9), Month(2026, 10), Month(2026, 11)], ids=str)
def test_the_files_are_the_book_to_the_rupiah(
    story: Ikm, client: FlaskClient, month: Month
) -> None:
    here = f"/toko-saya/{story.code}/uang/laporan"
    said = fetched(owner(client).get(f"{here}.xlsx?bulan={month}"))
    assert said.headers["Content-Disposition"].endswith(f"laporan-dapur-citra-{month}.xlsx")
    opening, moved, closing = book(story, month)
    assert table(said.data) == (opening, moved, closing)
    assert opening + sum(moved) == closing
    pdf = fetched(client.get(f"{here}.pdf?bulan={month}"))
    assert pdf.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
    for amount in moved:
        assert f"+{rupiah(amount)}" in text if amount > 0 else rupiah(amount) in text
    assert text.count(rupiah(closing)) >= 2
    assert ("belum selesai" in text) is (month == Month(2026, 11))


def test_months_follow_each_other_and_payouts_are_in_them(story: Ikm, client: FlaskClient) -> None:
    assert book(story, Month(2026, 10))[2] == book(story, Month(2026, 11))[0] == 40_000
    assert book(story, Month(2026, 11))[1][-2:] == [-55_000, 55_000]
    page = owner(client).get(f"/toko-saya/{story.code}/uang/laporan").text
    assert "November 2026" in page
    assert "Saldo sekarang Rp55.000" in page
    assert "Saldo akhir Rp40.000" in page
    assert "September 2026" not in page
    assert money.broken() == {}


def test_months_begin_at_midnight_of_java() -> None:
    month = Month(2026, 12)
    assert month.first == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    assert month.after == datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert statements.month_of(month.first) == month
    assert statements.month_of(month.first - timedelta(microseconds=1)) == Month(2026, 11)


@pytest.mark.parametrize("word", ["", "2026-13", "2026-1", "٢٠٢٦-١١", "1999-11", "2026-12", "x"])
def test_a_month_that_is_none_or_has_not_come_is_not_there(
    story: Ikm, client: FlaskClient, word: str
) -> None:
    here = f"/toko-saya/{story.code}/uang/laporan.pdf"
    assert owner(client).get(here, query_string={"bulan": word}).status_code == 404


def test_a_long_month_is_read_in_pages(story: Ikm, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = book(story, Month(2026, 11))
    compiled = ledger._BETWEEN.limit(2)
    monkeypatch.setattr(ledger, "_BETWEEN", compiled)
    assert book(story, Month(2026, 11)) == whole


def test_an_officer_gets_the_same_file_and_it_is_written_down(
    story: Ikm, client: FlaskClient
) -> None:
    builders.sign_in(client, builders.staff())
    here = f"/dinas/toko/{story.code}/laporan"
    answer = fetched(builders.post(client, f"{here}.xlsx", {"bulan": "2026-10"}, page=here))
    assert table(answer.data) == book(story, Month(2026, 10))
    found = select(HistoryEntry).where(HistoryEntry.act == "statement.taken")
    taken = db.session.scalars(found).one()
    assert taken.detail == {"month": "2026-10", "kind": "xlsx"}


def test_a_helper_does_not_read_the_months(story: Ikm, client: FlaskClient) -> None:
    builders.sign_in(client, builders.person("Budi"))
    assert client.get(f"/toko-saya/{story.code}/uang/laporan").status_code == 404
