"""Officers give money back in two steps, and the administrator sets how much one does alone."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.core.db import db
from marketplace.core.jobs import Job
from marketplace.flows import worker
from marketplace.orders.grants.models import RefundGrant
from marketplace.orders.models import OrderGroup, OrderLine, Refund
from tests import builders
from tests.orders import money


def sold(price: int = 60_000) -> tuple[str, int]:
    """An order that was paid and received, and its line."""
    (code,) = money.buy((builders.shop(), price))
    money.pay(code)
    money.deliver(code)
    db.session.rollback()
    line = db.session.scalars(
        select(OrderLine.id).where(OrderLine.order_id == money.order(code).id)
    ).one()
    db.session.rollback()
    return code, int(line)


def decide(browser: FlaskClient, code: str, **typed: Any) -> str:
    """The first step; the address of what was decided."""
    form = {"postage": "", "goodwill": "", "reason": "Kripik basi", **typed}
    answer = builders.post(browser, f"/dinas/uang-kembali/pesanan/{code}", form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def press(browser: FlaskClient, path: str, form: dict[str, str]) -> TestResponse:
    """As a page that was opened before would send it."""
    token = builders.form_token(browser, "/lokasi")
    return browser.post(path, data={**form, "csrf_token": token})


def test_an_officer_decides_and_carries_it_out(app: Flask, officer: FlaskClient) -> None:
    code, line = sold()
    page = officer.get(f"/dinas/uang-kembali/pesanan/{code}").text
    assert "Masih bisa 1 dari 1" in page
    decided = decide(officer, code, **{f"line_{line}": "1", "goodwill": "5.000"})
    assert "Rp65.000 untuk Asih" in officer.get("/dinas/uang-kembali").text
    assert money.payment_of(code).refunded == 0
    for wrong in ("", "64999", "banyak"):
        assert builders.post(officer, decided, {"amount": wrong}).status_code == 422
    assert builders.post(officer, decided, {"amount": "65.000"}).status_code == 303
    assert press(officer, decided, {"amount": "65.000"}).status_code == 409
    db.session.rollback()
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount, refund.by) == (65_000, builders.staff())
    page = officer.get(decided).text
    assert "Dijalankan" in page
    assert f"/dinas/uang-kembali/{refund.code}" in page  # a transfer is sent back by hand
    assert money.broken() == {}


def test_buyer_and_shop_read_why(app: Flask, officer: FlaskClient) -> None:
    code, line = sold()
    group = money.order_group(code)
    db.session.get_one(OrderGroup, group).email = "asih@contoh.test"
    db.session.commit()
    decided = decide(officer, code, **{f"line_{line}": "1"})
    builders.post(officer, decided, {"amount": "60000"})
    db.session.rollback()
    letters = [
        job.args["params"]
        for job in db.session.scalars(select(Job).where(Job.name == "letters.send"))
    ]
    told = {letter["moment"]: letter for letter in letters if "granted" in letter["moment"]}
    assert set(told) == {"granted", "shop_granted"}
    assert all(letter["reason"] == "Kripik basi" for letter in told.values())
    assert all(letter["amount"] == "Rp60.000" for letter in told.values())
    worker.run_due(until_empty=True)


def test_what_is_wrong_is_said_at_its_field(officer: FlaskClient) -> None:
    code, line = sold()
    path = f"/dinas/uang-kembali/pesanan/{code}"
    right = {f"line_{line}": "1", "postage": "", "goodwill": "", "reason": "Kripik basi"}
    for field, wrong in (
        (f"line_{line}", "2"),
        (f"line_{line}", "-1"),
        ("postage", "9.000.000"),
        ("postage", "gratis"),
        ("goodwill", "9.000.000"),
        ("reason", ""),
    ):
        answer = builders.post(officer, path, {**right, field: wrong})
        assert answer.status_code == 422, (field, wrong)
        assert f'id="{field}-err"' in answer.text, (field, wrong)
    nothing = builders.post(officer, path, {**right, f"line_{line}": ""})
    assert nothing.status_code == 422
    assert "Isi paling sedikit satu" in nothing.text
    db.session.rollback()
    assert db.session.scalars(select(RefundGrant)).first() is None


def test_much_money_waits_for_somebody_else(app: Flask, officer: FlaskClient) -> None:
    code, line = sold(price=6_000_000)
    decided = decide(officer, code, **{f"line_{line}": "1"})
    assert "Perlu orang lain" in officer.get(decided).text
    refused = press(officer, decided, {"amount": "6000000"})
    assert refused.status_code == 409
    assert "Rp5.000.000 harus dikirim oleh petugas lain" in refused.text
    fajar = app.test_client()
    builders.sign_in(fajar, builders.admin())
    assert builders.post(fajar, decided, {"amount": "6000000"}).status_code == 303


def test_a_decision_is_withdrawn_with_a_reason(officer: FlaskClient) -> None:
    code, line = sold()
    decided = decide(officer, code, **{f"line_{line}": "1"})
    assert builders.post(officer, f"{decided}/tarik", {"reason": ""}).status_code == 422
    assert builders.post(officer, f"{decided}/tarik", {"reason": "Salah orang"}).status_code == 303
    assert press(officer, f"{decided}/tarik", {"reason": "Salah orang"}).status_code == 409
    assert "Ditarik" in officer.get("/dinas/uang-kembali").text


def test_an_order_without_money_offers_no_form(officer: FlaskClient) -> None:
    (code,) = money.buy((builders.shop(), 10_000))
    page = officer.get(f"/dinas/uang-kembali/pesanan/{code}").text
    assert "Tidak ada uang yang bisa dikembalikan" in page
    assert 'name="reason"' not in page
