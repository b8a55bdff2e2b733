"""Money that comes after its order is over is offered again, or sent back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from marketplace.catalog import capacity, rules
from marketplace.catalog.models import Product, QuotaWeek, Variant
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.flows import receipts as flow
from marketplace.makers.models import Ikm
from marketplace.orders import invariants
from marketplace.orders.bank.models import Receipt, ReceiptReturn
from marketplace.orders.models import Order, OrderGroup, OrderLine, Payment
from tests import builders
from tests.web.buying import shopper
from tests.web.staff import mutasi

WHY = {"alasan": "Pembeli masih mau"}


@pytest.fixture(autouse=True)
def _sound(app: Flask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert {name: rows for name, rows in invariants.check_all().items() if rows} == {}


@pytest.fixture
def late(app: Flask) -> tuple[str, Payment, Receipt, FlaskClient]:
    """An order given up, its money on the account, and the officer who sees both."""
    page, payment = mutasi.awaited(app)
    guest = app.test_client()
    guest.post(f"{page}/batal", data=shopper.hidden(guest.get(f"{page}/batal").text))
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("RINI", payment.amount)]))
    (receipt,) = mutasi.receipts()
    assert receipt.state == "late"
    return page, payment, receipt, eka


Late = tuple[str, Payment, Receipt, FlaskClient]


def decide(eka: FlaskClient, receipt: Receipt, act: str) -> int:
    answer = builders.post(eka, f"/dinas/uang-masuk/{receipt.code}/{act}", WHY)
    db.session.rollback()
    return answer.status_code


def state() -> str:
    db.session.rollback()
    return str(db.session.scalars(select(Receipt.state)).one())


def go_on(app: Flask, page: str) -> tuple[int, str, str]:
    """Press the button of the order's page: status, where it leads, what it says."""
    guest = app.test_client()
    form = shopper.hidden(guest.get(page).text)
    answer = guest.post(f"{page}/lanjutkan", data=form)
    db.session.rollback()
    return answer.status_code, str(answer.headers.get("Location", "")), answer.text


def letters(moment: str) -> int:
    db.session.rollback()
    like = Job.key.like(f"letter:{moment}:%")
    return int(db.session.scalar(select(func.count()).where(like)) or 0)


def test_the_buyer_completes_the_order_with_the_money_that_is_here(app: Flask, late: Late) -> None:
    page, payment, receipt, eka = late
    waiting = app.test_client().get(page).text
    assert "Petugas kami sedang memeriksanya" in waiting
    assert decide(eka, receipt, "tawarkan") == 303
    assert letters("offered_again") == 1
    assert "wa.me/62812" in eka.get(f"/dinas/uang-masuk/{receipt.code}").text
    assert "Lanjutkan pesanan" in app.test_client().get(page).text
    status, fresh, _ = go_on(app, page)
    assert status == 303
    assert fresh != page
    shown = app.test_client().get(fresh).text
    assert "Pembayaran diterima" in shown
    assert f"Rp{payment.amount:,}".replace(",", ".") in shown
    states = db.session.scalars(select(Order.state).order_by(Order.id)).all()
    assert states == ["cancelled", "new"]
    first, second = db.session.scalars(select(Payment).order_by(Payment.id)).all()
    assert (first.state, first.counts) == ("cancelled", False)
    assert (second.state, second.counts, second.amount) == ("paid", True, payment.amount)
    assert state() == "done"
    assert letters("paid") == 1
    acts = select(HistoryEntry.act).where(HistoryEntry.subject == f"receipt:{receipt.code}")
    assert db.session.scalars(acts.order_by(HistoryEntry.id)).all() == [
        "receipt.assigned", "receipt.offered", "receipt.accepted",
    ]  # fmt: skip


def test_two_presses_are_one_order(app: Flask, late: Late) -> None:
    page, _, receipt, eka = late
    decide(eka, receipt, "tawarkan")
    guest = app.test_client()
    form = shopper.hidden(guest.get(page).text)
    told = [guest.post(f"{page}/lanjutkan", data=form) for _ in "ab"]
    assert [answer.status_code for answer in told] == [303, 303]
    (fresh,) = {answer.location for answer in told}
    shown = guest.get(page).text
    assert "sudah dilanjutkan" in shown
    assert f'href="{fresh}"' in shown
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(OrderGroup)) == 2


def test_what_is_gone_is_not_offered(app: Flask, late: Late) -> None:
    _, _, receipt, eka = late
    with transaction():
        db.session.execute(update(Variant).values(active=False))
    answer = builders.post(eka, f"/dinas/uang-masuk/{receipt.code}/tawarkan", WHY)
    assert (answer.status_code, "sudah tidak cukup" in answer.text) == (409, True)
    assert state() == "late"


def test_goods_that_went_meanwhile_end_the_offer_and_the_money_goes_back(
    app: Flask, late: Late
) -> None:
    page, payment, receipt, eka = late
    decide(eka, receipt, "tawarkan")
    with transaction():
        db.session.execute(update(Ikm).values(state="paused"))
    status, _, words = go_on(app, page)
    assert (status, "sudah tidak cukup atau tidak dijual" in words) == (409, True)
    assert state() == "late"
    assert decide(eka, receipt, "kembalikan") == 303
    assert letters("goes_back") == 1
    back = db.session.scalars(select(ReceiptReturn)).one()
    assert back.amount == payment.amount
    assert "Kami kirim balik dalam 2 hari kerja" in app.test_client().get(page).text
    sent = builders.post(eka, f"/dinas/uang-balik/{back.code}", {"amount": back.amount})
    assert sent.status_code == 303
    assert "Sudah kami kirim balik" in app.test_client().get(page).text


def counted_weekly(per_week: int) -> int:
    """The thing is made to order now, so many in each of two weeks; the number of the quota."""
    product = db.session.scalars(select(Product)).one()
    wish = capacity.Wish("Keripik", per_week, 2, frozenset({product.code}))
    with transaction():
        db.session.execute(update(Product).values(lead_days=7))
        return capacity.save(product.ikm_id, None, wish, now=clock.now())


def full(quota_id: int, *weeks: date) -> None:
    """The maker is away in these weeks."""
    with transaction():
        for week in weeks:
            row = {"quota_id": quota_id, "week": week, "capacity": 0, "used": 0, "by_hand": True}
            db.session.add(QuotaWeek(**row))


def test_what_is_made_to_order_is_promised_for_a_week_with_room(app: Flask, late: Late) -> None:
    page, _, receipt, eka = late
    quota_id = counted_weekly(1)
    assert decide(eka, receipt, "tawarkan") == 303
    first = rules.first_week(clock.now(), 7)
    full(quota_id, first)
    assert go_on(app, page)[0] == 303
    old, new = db.session.scalars(select(OrderLine.made_in).order_by(OrderLine.id)).all()
    assert (old, new) == (None, first + timedelta(weeks=1))
    used = select(QuotaWeek.used).order_by(QuotaWeek.week)
    assert db.session.scalars(used).all() == [0, 1]


def test_a_maker_whose_weeks_are_full_is_not_offered(app: Flask, late: Late) -> None:
    _, _, receipt, eka = late
    quota_id = counted_weekly(1)
    first = rules.first_week(clock.now(), 7)
    full(quota_id, first, first + timedelta(weeks=1))
    answer = builders.post(eka, f"/dinas/uang-masuk/{receipt.code}/tawarkan", WHY)
    assert (answer.status_code, "sudah tidak cukup" in answer.text) == (409, True)
    assert state() == "late"


def test_an_offer_nobody_answers_comes_back_to_the_queue(app: Flask, late: Late) -> None:
    page, _, receipt, eka = late
    decide(eka, receipt, "tawarkan")
    with transaction():
        over = clock.now() - timedelta(seconds=1)
        db.session.execute(update(Receipt).values(offered_until=over))
    assert "Lanjutkan pesanan" not in app.test_client().get(page).text
    flow.lapse_offers()
    assert state() == "late"
    shown = eka.get(f"/dinas/uang-masuk/{receipt.code}").text
    assert "tidak dijawab" in shown
    guest = app.test_client()
    form = shopper.hidden(guest.get("/masuk").text)
    answer = guest.post(f"{page}/lanjutkan", data={**form, "uang": receipt.code})
    assert (answer.status_code, "Tawaran ini sudah berakhir" in answer.text) == (409, True)


def test_nobody_else_completes_it(app: Flask, late: Late) -> None:
    _, _, receipt, eka = late
    decide(eka, receipt, "tawarkan")
    variant = int(db.session.scalars(select(Variant.id)).first() or 0)
    other = shopper.buy(app.test_client(), variant, way="transfer")
    guest = app.test_client()
    form = {**shopper.hidden(guest.get(other).text), "uang": receipt.code}
    assert guest.post(f"{other}/lanjutkan", data=form).status_code == 404
    assert state() == "offered"


def test_too_little_is_not_offered(app: Flask) -> None:
    page, payment = mutasi.awaited(app)
    eka = mutasi.officer(app)
    mutasi.keep(eka, mutasi.csv([("RINI", 50_000)]))
    guest = app.test_client()
    guest.post(f"{page}/batal", data=shopper.hidden(guest.get(f"{page}/batal").text))
    (receipt,) = mutasi.receipts()
    builders.post(eka, f"/dinas/uang-masuk/{receipt.code}/untuk/{payment.code}", WHY)
    assert state() == "late"
    assert "Tawarkan lagi" not in eka.get(f"/dinas/uang-masuk/{receipt.code}").text
    assert decide(eka, receipt, "tawarkan") == 409
