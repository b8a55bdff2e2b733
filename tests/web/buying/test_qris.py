"""QRIS: the administrator sets the code, buyers scan it and type the exact amount."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from marketplace.accounts.models import SignInSession
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.orders import invariants
from marketplace.orders.models import Order, Payment
from marketplace.orders.qris import codes, rules
from tests import builders
from tests.orders.qris_codes import OURS, code
from tests.web.buying import shopper
from tests.web.staff import mutasi

PATH = "/dinas/qris"


@pytest.fixture(autouse=True)
def _sound(app: Flask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert {name: rows for name, rows in invariants.check_all().items() if rows} == {}


def admin(app: Flask) -> FlaskClient:
    fajar = app.test_client()
    builders.sign_in(fajar, builders.admin())
    return fajar


def put(app: Flask, *, with_amount: bool = False) -> None:
    fajar = builders.admin()
    with transaction():
        codes.put(rules.read(OURS), with_amount=with_amount, by=fajar, now=clock.now())
    codes.forget()


def held() -> codes.Code | None:
    db.session.rollback()
    return codes.newest()


def ordered(app: Flask) -> tuple[str, Payment]:
    shopper.tariff()
    crisps = shopper.variant_of(builders.product(price=50_000, stock=9))
    page = shopper.buy(app.test_client(), crisps, way="qris")
    db.session.rollback()
    return page, db.session.scalars(select(Payment)).one()


def test_the_code_is_named_back_before_anybody_sees_it(app: Flask) -> None:
    fajar = admin(app)
    looked = builders.post(fajar, PATH, {"payload": f" {OURS}\n", "lalu": "periksa"})
    assert looked.status_code == 200
    for words in ("GUYUB CONTOH", "SLEMAN", "ID1020304050607", "Diketik pembeli"):
        assert words in looked.text
    assert codes.newest() is None
    form = {**shopper.hidden(looked.text), "lalu": "pakai"}
    assert fajar.post(PATH, data=form).status_code == 303
    found = held()
    assert found is not None
    assert (found.payload, found.merchant, found.with_amount) == (OURS, "GUYUB CONTOH", False)
    assert db.session.scalars(select(HistoryEntry.act)).all() == ["qris.set"]
    assert builders.post(fajar, PATH, {"lalu": "matikan"}).status_code == 303
    assert held() is None
    page = fajar.get(PATH).text
    assert "Tidak ditawarkan" in page
    assert "GUYUB CONTOH, SLEMAN" in page


def picture(*squares: str, turned: float = 0) -> bytes:
    """A poster with these squares beside each other, as a phone would take it."""
    poster = Image.new("RGB", (600 * len(squares), 640), "white")
    for place, words in enumerate(filter(None, squares)):
        made = io.BytesIO()
        segno.make(words, error="m").save(made, kind="png", scale=8)
        poster.paste(Image.open(made).convert("RGB"), (600 * place + 20, 20))
    sent = io.BytesIO()
    poster.rotate(turned, expand=True, fillcolor="white").save(sent, "JPEG", quality=80)
    return sent.getvalue()


def send(app: Flask, data: bytes) -> TestResponse:
    return builders.post(
        admin(app), PATH, {"foto": (io.BytesIO(data), "qris.jpg"), "payload": "", "lalu": "periksa"}
    )


def test_a_picture_of_the_code_is_enough(app: Flask) -> None:
    looked = send(app, picture("https://contoh.id/menu", OURS, turned=8))
    assert looked.status_code == 200
    assert shopper.hidden(looked.text)["payload"] == OURS
    assert "GUYUB CONTOH" in looked.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (picture(""), "tidak ada kode QR yang terbaca"),
        (picture("https://contoh.id/menu"), "diawali 000201"),
        (b"%PDF-1.7", "bukan foto"),
    ],
    ids=["no square", "another square", "no picture"],
)
def test_a_picture_without_a_code_is_refused_in_words(app: Flask, data: bytes, words: str) -> None:
    answer = send(app, data)
    assert answer.status_code == 422
    assert words in answer.text
    assert codes.newest() is None


def test_a_picture_too_large_to_read_is_refused_in_words(app: Flask) -> None:
    answer = admin(app).post(
        PATH,
        data=b"0" * (12 * 1024 * 1024 + 1),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "terlalu besar" in answer.text


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("", "Kirim gambar QRIS, atau tempel"),
        ("halo", "diawali 000201"),
        (OURS[:-1], "terpotong"),
        (OURS[:-1] + "?", "angka pemeriksanya"),
        (code(method="12"), "satu transaksi"),
        (code(country="SG"), "negara lain"),
        (code(tip="01"), "meminta tip"),
    ],
)
def test_a_wrong_code_is_refused_in_words_and_stays_to_be_mended(
    app: Flask, payload: str, words: str
) -> None:
    answer = builders.post(admin(app), PATH, {"payload": payload, "lalu": "pakai"})
    assert answer.status_code == 422
    assert words in answer.text
    assert codes.newest() is None


def test_only_an_administrator_who_typed_the_password_lately_sets_it(app: Flask) -> None:
    eka = app.test_client()
    builders.sign_in(eka, builders.staff())
    assert eka.get(PATH).status_code == 403
    fajar = admin(app)
    with transaction():
        long_ago = clock.now() - timedelta(minutes=11)
        db.session.execute(update(SignInSession).values(proved_at=long_ago))
    assert fajar.get(PATH).location.startswith("/akun/buktikan")


def test_without_a_code_it_is_not_offered(app: Flask) -> None:
    shopper.tariff()
    guest = app.test_client()
    shopper.add(guest, shopper.variant_of(builders.product()))
    page = shopper.review(guest).text
    assert 'value="qris"' not in page
    assert shopper.pay(guest, page, "qris").status_code == 422


def test_the_buyer_sees_whom_to_pay_and_exactly_how_much(app: Flask) -> None:
    put(app)
    page, payment = ordered(app)
    assert payment.amount == 56_000 + payment.unique_code
    shown = app.test_client().get(page).text
    for words in ("Tinggal bayar dengan QRIS", "GUYUB CONTOH", "data:image/svg+xml", "Ketik"):
        assert words in shown
    assert f"Rp{payment.amount:,}".replace(",", ".") in shown
    picture = app.test_client().get(f"{page}/qris.png")
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")
    letters = db.session.scalars(select(Job.key).where(Job.name == "letters.send")).all()
    assert [key.split(":")[1] for key in letters if key] == ["placed_qris"]


def test_it_is_confirmed_by_the_statement_like_a_transfer(app: Flask) -> None:
    put(app)
    page, payment = ordered(app)
    mutasi.keep(mutasi.officer(app), mutasi.csv([("QRIS", payment.amount)]))
    db.session.rollback()
    assert db.session.scalars(select(Order.state)).one() == "new"
    shown = app.test_client().get(page).text
    assert "Pembayaran diterima" in shown
    assert "QRIS," in shown
    assert app.test_client().get(f"{page}/qris.png").status_code == 404


def test_an_officer_confirms_it_by_hand(app: Flask) -> None:
    put(app)
    _, payment = ordered(app)
    eka = mutasi.officer(app)
    assert payment.code in eka.get("/dinas/transfer").text
    path = f"/dinas/transfer/{payment.code}"
    assert builders.post(eka, path, {"amount": payment.amount}).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Order.state)).one() == "new"


def test_switched_off_meanwhile_the_page_says_so_and_offers_another_way(app: Flask) -> None:
    put(app)
    page, _ = ordered(app)
    fajar = builders.admin()
    with transaction():
        codes.switch_off(by=fajar, now=clock.now())
    codes.forget()
    guest = app.test_client()
    shown = guest.get(page).text
    assert "QRIS sedang tidak bisa dipakai" in shown
    form = {**shopper.hidden(shown), "cara": "transfer"}
    assert guest.post(f"{page}/bayar", data=form).status_code == 303
    assert "Tinggal transfer" in guest.get(page).text


def test_with_the_setting_on_the_code_holds_the_amount(app: Flask) -> None:
    put(app, with_amount=True)
    page, _ = ordered(app)
    assert "Jumlahnya terisi sendiri" in app.test_client().get(page).text


def test_a_code_that_held_cannot_be_rewritten(app: Flask) -> None:
    put(app)
    for statement in ("UPDATE qris_code SET payload = ''", "DELETE FROM qris_code"):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(text(statement))


def test_the_order_page_costs_as_many_statements_as_with_a_transfer(app: Flask) -> None:
    put(app)
    page, _ = ordered(app)
    guest = app.test_client()
    guest.get(page)
    with shopper.statements() as asked:
        guest.get(page)
    assert len(asked) <= 3
