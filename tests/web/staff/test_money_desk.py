"""The desk of the dinas: transfers, money sent back by hand, the tariff, and alarms."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from marketplace.accounts.models import SignInSession
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.orders import alarms, postage
from marketplace.orders.models import Alarm, Order, Payment, PostageZone, Refund
from tests import builders
from tests.web.buying import shopper


def officer(app: Flask) -> FlaskClient:
    eka = app.test_client()
    builders.sign_in(eka, builders.staff())
    return eka


def awaited(app: Flask) -> tuple[str, Payment]:
    """A guest who chose bank transfer: the order's page and the intent."""
    shopper.tariff()
    page = shopper.buy(
        app.test_client(), shopper.variant_of(builders.product(price=50_000)), way="transfer"
    )
    db.session.rollback()
    return page, db.session.scalars(select(Payment)).one()


def test_an_officer_finds_a_transfer_by_amount_and_writes_it_down(app: Flask) -> None:
    page, payment = awaited(app)
    assert 1 <= payment.unique_code <= 999
    assert payment.amount == 50_000 + 6_000 + payment.unique_code
    eka = officer(app)
    found = eka.get(f"/dinas/transfer?jumlah={payment.amount}").text
    assert payment.code in found
    answer = builders.post(eka, f"/dinas/transfer/{payment.code}", {"amount": payment.amount})
    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Order.state)).one() == "new"
    assert "Pembayaran diterima" in app.test_client().get(page).text
    entry = db.session.scalars(
        select(HistoryEntry).where(HistoryEntry.act == "payment.received")
    ).one()
    assert entry.by == builders.staff()
    assert entry.detail["reason"] == "Dibaca di mutasi rekening"


@pytest.mark.parametrize("room", ["uang-kembali", "transfer", "uang-balik"])
def test_money_is_moved_by_who_typed_the_password_lately(app: Flask, room: str) -> None:
    eka = officer(app)
    path = f"/dinas/{room}/{'a' * 10}"
    assert eka.get(path).status_code == 404
    with transaction():
        long_ago = clock.now() - timedelta(minutes=11)
        db.session.execute(update(SignInSession).values(proved_at=long_ago))
    assert eka.get(path).location == "/akun/buktikan?lanjut=" + quote(path)
    answer = eka.post(path, data={"csrf_token": builders.form_token(eka, "/lokasi")})
    assert answer.location == "/akun/buktikan?lanjut=/akun"


def test_another_amount_is_refused_and_what_was_typed_stays(app: Flask) -> None:
    _, payment = awaited(app)
    eka = officer(app)
    path = f"/dinas/transfer/{payment.code}"
    for typed in ("", "abc", "-5", str(payment.amount + 1), "٥٠٠٠٠", "9" * 30):
        answer = builders.post(eka, path, {"amount": typed})
        assert answer.status_code == 422, typed
        assert f'value="{typed}"' in answer.text
        assert 'aria-invalid="true"' in answer.text
    db.session.rollback()
    assert db.session.scalars(select(Payment.state)).one() == "open"


def test_the_unique_digits_go_back_with_the_money(app: Flask) -> None:
    page, payment = awaited(app)
    eka = officer(app)
    builders.post(eka, f"/dinas/transfer/{payment.code}", {"amount": payment.amount})
    code = db.session.scalars(select(Order.code)).one()
    guest = app.test_client()
    asked = guest.get(f"{page}/batal?pesanan={code}").text
    assert guest.post(f"{page}/batal", data=shopper.hidden(asked)).status_code == 303
    db.session.rollback()
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount, refund.state) == (payment.amount, "asked")
    assert refund.code in eka.get("/dinas/transfer").text
    path = f"/dinas/uang-kembali/{refund.code}"
    assert builders.post(eka, path, {"amount": refund.amount - 1}).status_code == 422
    sent = {"amount": refund.amount, "reference": "TRF 881"}
    assert builders.post(eka, path, sent).status_code == 303
    db.session.rollback()
    done = select(HistoryEntry.detail).where(HistoryEntry.act == "refund.done")
    assert db.session.scalars(done).one()["bank_reference"] == "TRF 881"
    db.session.rollback()
    assert db.session.scalars(select(Refund.state)).one() == "done"
    assert eka.get(path).status_code == 404


def test_a_price_of_the_tariff_changes_with_its_history(app: Flask) -> None:
    shopper.tariff()
    eka = officer(app)
    zone = db.session.scalars(
        select(PostageZone).where(
            PostageZone.origin == "34", PostageZone.destination == "seprovinsi"
        )
    ).one()
    path = f"/dinas/ongkir/{zone.id}"
    typed = {
        "origin": "34",
        "destination": "seprovinsi",
        "courier": zone.courier,
        "first_kg": "9.500",
        "next_kg": "6000",
        "max_kg": "50",
        "days_min": "1",
        "days_max": "2",
    }
    assert builders.post(eka, path, typed).status_code == 303
    db.session.rollback()
    quote = postage.quote("34.04.07.2003", "34.71.01.1001", 500)
    assert quote is not None
    assert quote.price == 9_500
    assert "Rp9.000 + Rp6.000 jadi Rp9.500" in eka.get(path).text
    for field, wrong in (
        ("origin", "99.99"),
        ("destination", "bulan"),
        ("courier", ""),
        ("first_kg", "-1"),
        ("first_kg", "9" * 20),
        ("next_kg", "murah"),
        ("max_kg", "0"),
        ("days_max", "0"),
    ):
        answer = builders.post(eka, path, {**typed, field: wrong})
        assert answer.status_code == 422, (field, wrong)
        assert re.search(rf'id="{field}-err"', answer.text), (field, wrong)


def test_a_zone_is_added_once_and_removed(app: Flask) -> None:
    shopper.tariff()
    eka = officer(app)
    count = select(func.count()).select_from(PostageZone)
    before = db.session.scalar(count)
    typed = {
        "origin": "34.04",
        "destination": "62.71",
        "courier": "Pos",
        "first_kg": "40000",
        "next_kg": "30000",
        "max_kg": "30",
        "days_min": "3",
        "days_max": "6",
    }
    assert builders.post(eka, "/dinas/ongkir/baru", typed).status_code == 303
    again = builders.post(eka, "/dinas/ongkir/baru", typed)
    assert again.status_code == 422
    assert "sudah ada" in again.text
    db.session.rollback()
    made = db.session.scalars(select(PostageZone.id).order_by(PostageZone.id.desc())).first()
    assert builders.post(eka, f"/dinas/ongkir/{made}/hapus", {}).status_code == 303
    db.session.rollback()
    assert db.session.scalar(count) == before
    assert eka.get(f"/dinas/ongkir/{made}").status_code == 404


def test_an_alarm_is_settled_by_name(app: Flask) -> None:
    with transaction():
        alarms.sound("refund_failed", "refund:abc", now=clock.now(), rupiah=25_000)
    eka = officer(app)
    page = eka.get("/dinas/alarm").text
    assert "Rp25.000" in page
    number = db.session.scalars(select(Alarm.id)).one()
    path = f"/dinas/alarm/{number}/selesai"
    assert path in page
    assert builders.post(eka, path, {"reason": ""}).status_code == 422
    assert builders.post(eka, path, {"reason": "Dikirim dari rekening"}).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Alarm.settled_by)).one() == builders.staff()
    entry = db.session.scalars(
        select(HistoryEntry).where(HistoryEntry.act == "alarm.settled")
    ).one()
    assert (entry.subject, entry.detail["reason"]) == ("refund:abc", "Dikirim dari rekening")
    assert eka.get(path).status_code == 404


def test_an_alarm_that_two_officers_settle_is_settled_once(app: Flask) -> None:
    with transaction():
        alarms.sound("refund_failed", "refund:abc", now=clock.now())
    eka = builders.staff()
    number = db.session.scalars(select(Alarm.id)).one()
    db.session.rollback()
    with transaction():
        alarms.settle(number, reason="Sudah", by=eka, now=clock.now())
    with pytest.raises(Conflict, match="alarm_settled"), transaction():
        alarms.settle(number, reason="Sudah", by=eka, now=clock.now())


def test_these_pages_are_for_the_dinas_only(app: Flask) -> None:
    asih = app.test_client()
    builders.sign_in(asih, builders.person("Asih"))
    for path in ("/dinas/transfer", "/dinas/ongkir", "/dinas/ongkir/baru", "/dinas/alarm"):
        assert asih.get(path).status_code == 403
