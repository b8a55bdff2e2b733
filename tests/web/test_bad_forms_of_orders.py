"""The smaller forms around an order: each wrong answer gets its sentence, and nothing changes."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.core.db import db
from marketplace.flows import buying, parcels, payments
from marketplace.makers.models import Ikm
from marketplace.orders.models import Order, OrderGroup, Payment, PostageZone, Refund
from tests import builders
from tests.books import Books
from tests.web.buying import shopper

LONG = "x" * 400


@pytest.fixture
def order(app: Flask) -> Order:
    """Paid, accepted and packed; the buyer left an address for letters."""
    shopper.tariff()
    shopper.buy(
        app.test_client(), shopper.variant_of(builders.product(price=48_000)), way="transfer"
    )
    db.session.rollback()
    payment = db.session.scalars(select(Payment)).one()
    db.session.rollback()
    payments.confirm_transfer(payment.code, amount=payment.amount, by=builders.staff())
    for act in (parcels.accept, parcels.pack):
        act(found().code, parcels.Hand(found().ikm_id, builders.person("Citra"), found().version))
    return found()


def found() -> Order:
    db.session.rollback()
    one = db.session.scalars(select(Order)).one()
    db.session.rollback()
    return one


def shop_desk(app: Flask) -> tuple[FlaskClient, str]:
    citra = app.test_client()
    builders.sign_in(citra, builders.person("Citra"))
    db.session.rollback()
    shop = db.session.scalars(select(Ikm.code)).one()
    return citra, f"/toko-saya/{shop}/pesanan/{found().code}"


def officer(app: Flask) -> FlaskClient:
    eka = app.test_client()
    builders.sign_in(eka, builders.staff())
    return eka


def refused(
    client: FlaskClient, path: str, good: Mapping[str, str], field: str, wrong: str, words: str
) -> None:
    """A wrong field is answered at that field, keeps everything typed, and changes nothing."""
    before = Books().everything()
    hidden = shopper.hidden(client.get(path).text)
    answer = client.post(path, data={**hidden, **good, field: wrong})
    assert answer.status_code == 422, answer.text
    page = html.unescape(answer.text)
    assert words in page
    assert re.search(rf'id="{field}-err"', page)
    for name, value in {**good, field: wrong}.items():
        assert value in page, name
    stale = client.post(path, data={**hidden, **good, "csrf_token": "old"})
    assert stale.status_code in (400, 422)
    assert Books().everything() == before


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("courier", "", "Isi nama kurir."),
        ("courier", "x" * 41, "Kurir paling panjang 40 huruf."),
        ("courier", "<b>JNE</b>", "Tulis sebagai teks biasa"),
        ("courier", "J\x00NE", "berisi tanda yang tidak bisa dibaca"),
        ("tracking", "x" * 41, "Nomor resi paling panjang 40 huruf."),
        ("tracking", "<script>", "Tulis sebagai teks biasa"),
    ],
)
def test_shipping(app: Flask, order: Order, field: str, wrong: str, words: str) -> None:
    citra, base = shop_desk(app)
    if "\x00" in wrong:
        answer = citra.post(f"{base}/kirim", data={
            **shopper.hidden(citra.get(f"{base}/kirim").text), "courier": wrong,
        })  # fmt: skip
        assert answer.status_code == 422
        assert found().parcel == "packed"
        return
    refused(citra, f"{base}/kirim", {"courier": "JNE", "tracking": "JOG1"}, field, wrong, words)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("", "Tulis alasannya untuk pembeli."),
        ("abc", "paling sedikit 5 huruf"),
        ("x" * 201, "paling panjang 200 huruf"),
        ("<img src=x>", "Tulis sebagai teks biasa"),
    ],
)
def test_refusing(app: Flask, order: Order, wrong: str, words: str) -> None:
    citra, base = shop_desk(app)
    refused(citra, f"{base}/tolak", {}, "reason", wrong, words)


@pytest.mark.parametrize("version", ["0", "-1", "abc", "٣", "9" * 30, ""])
def test_a_press_on_what_was_not_shown(app: Flask, order: Order, version: str) -> None:
    citra, base = shop_desk(app)
    hidden = shopper.hidden(citra.get(f"{base}/kirim").text)
    form = {**hidden, "version": version, "courier": "JNE", "tracking": ""}
    assert citra.post(f"{base}/kirim", data=form).status_code == 409
    assert found().parcel == "packed"


@pytest.mark.parametrize("wrong", ["", "kurang9", "x" * 257, "password123"])
def test_an_account_from_the_order(app: Flask, order: Order, wrong: str) -> None:
    token = buying.token_of(db.session.scalars(select(OrderGroup.code)).one())
    path, guest = f"/pesanan/{token}/akun", app.test_client()
    people = len(db.session.scalars(select(Person.id)).all())
    hidden = shopper.hidden(guest.get(path).text)
    answer = guest.post(path, data={**hidden, "password": wrong})
    assert answer.status_code == 422
    assert 'id="password-err"' in answer.text
    assert not wrong or wrong not in answer.text  # a password never comes back
    db.session.rollback()
    assert len(db.session.scalars(select(Person.id)).all()) == people


AMOUNTS = [
    ("", "Isi jumlah"),
    ("lima puluh", "diisi angka rupiah saja"),
    ("-5", "diisi angka rupiah saja"),
    ("1e6", "diisi angka rupiah saja"),
    ("٥٠٠٠٠", "diisi angka rupiah saja"),
    ("0", "paling sedikit Rp1."),
    ("9" * 30, "paling banyak"),
    ("<b>1</b>", "diisi angka rupiah saja"),
    ("77", "tidak sama"),
]


@pytest.mark.parametrize(("wrong", "words"), AMOUNTS)
def test_finding_a_transfer(app: Flask, wrong: str, words: str) -> None:
    shopper.tariff()
    variant = shopper.variant_of(builders.product(price=48_000))
    shopper.buy(app.test_client(), variant, way="transfer")
    db.session.rollback()
    code = db.session.scalars(select(Payment.code)).one()
    db.session.rollback()
    refused(officer(app), f"/dinas/transfer/{code}", {}, "amount", wrong, words)


@pytest.mark.parametrize(("wrong", "words"), AMOUNTS)
def test_sending_money_back_by_hand(app: Flask, order: Order, wrong: str, words: str) -> None:
    citra, base = shop_desk(app)
    hidden = shopper.hidden(citra.get(f"{base}/tolak").text)
    assert citra.post(f"{base}/tolak", data={**hidden, "reason": "Bahan habis"}).status_code == 303
    db.session.rollback()
    code = db.session.scalars(select(Refund.code)).one()
    db.session.rollback()
    refused(officer(app), f"/dinas/uang-kembali/{code}", {}, "amount", wrong, words)


ZONE = {
    "origin": "34.04", "destination": "62.71", "courier": "Pos", "first_kg": "40000",
    "next_kg": "30000", "max_kg": "31", "days_min": "3", "days_max": "6",
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("origin", "99.99"),
        ("origin", "x" * 14),
        ("destination", ""),
        ("destination", "bulan"),
        ("destination", "٣"),
        ("courier", ""),
        ("courier", "x" * 41),
        ("courier", "<b>Pos</b>"),
        ("first_kg", ""),
        ("first_kg", "-1"),
        ("first_kg", "٣"),
        ("next_kg", "9" * 20),
        ("next_kg", "1.5"),
        ("max_kg", "0"),
        ("max_kg", "1001"),
        ("days_min", "61"),
        ("days_max", "2"),
    ],
)
def test_a_line_of_the_tariff(app: Flask, field: str, wrong: str) -> None:
    shopper.tariff()
    before = Books().rows("SELECT * FROM postage_zone ORDER BY id")
    refused(officer(app), "/dinas/ongkir/baru", ZONE, field, wrong, "")
    number = db.session.scalars(select(PostageZone.id).order_by(PostageZone.id)).first()
    db.session.rollback()
    refused(officer(app), f"/dinas/ongkir/{number}", ZONE, field, wrong, "")
    assert Books().rows("SELECT * FROM postage_zone ORDER BY id") == before


def test_unknown_and_foreign_orders_are_the_same_nothing(app: Flask, order: Order) -> None:
    citra, base = shop_desk(app)
    other = builders.shop("Toko Lain", owner=builders.person("Dewi"))
    dewi = app.test_client()
    builders.sign_in(dewi, builders.person("Dewi"))
    mine = base.rpartition("/")[0]
    answers: list[Any] = [
        citra.get(f"{mine}/aaaaaaaaaa/kirim"),
        dewi.get(f"/toko-saya/{other.code}/pesanan/{order.code}/kirim"),
        dewi.get(f"{base}/kirim"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert officer(app).get("/dinas/transfer/aaaaaaaaaa").status_code == 404
    assert officer(app).get("/dinas/uang-kembali/aaaaaaaaaa").status_code == 404
    assert officer(app).get("/dinas/ongkir/999999").status_code == 404
