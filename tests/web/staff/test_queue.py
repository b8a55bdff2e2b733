"""The first page of the desk: everything that waits for a person, how much and since when."""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from marketplace.catalog.states import ProductState
from marketplace.core import clock, jobs
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import granting
from marketplace.makers.states import ShopState
from marketplace.orders import alarms, desk_day, fulfilment
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.grants.grants import Wanted
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.reviews import reviews
from marketplace.web.staff.home import ROOMS
from tests import builders
from tests.catalog.test_plans import plans
from tests.counting import statements
from tests.orders import money
from tests.web.staff import mutasi


def lay(app: Flask) -> None:
    """One of everything that can wait, three days old."""
    eka = builders.staff()
    with time_machine.travel(clock.now() - timedelta(days=3), tick=True):
        shop = builders.shop()
        waits, late, done = (money.buy((shop, 60_000))[0] for _ in range(3))
        for code in (late, done):
            money.pay(code)
        money.deliver(done)
        granting.grant(done, Wanted(postage=1_000), reason="Terlambat", by=eka)
        report(done)
        money.cancel(money_of(shop))
        accept(late)
        now = clock.now()
        with transaction():
            alarms.sound("refund_failed", "refund:abc", now=now)
            jobs.enqueue("jobs.clean_up")
            db.session.add(
                Dispute(
                    code="d" * 10, provider="stripe", reference="dp_1", state="needs_response",
                    amount=1_000, reason="duplicate", opened_at=now, touched_at=now,
                )
            )  # fmt: skip
            db.session.execute(update(Order).where(Order.code == late).values(due_at=now))
        builders.product("Diperiksa", shop=shop, state=ProductState.REVIEW, submitted_at=now)
        builders.product("Diubah", shop=shop, changed_at=now)
        builders.shop("Tenun Budi", state=ShopState.REVIEW, submitted_at=now)
        mutasi.keep(officer_of(app), mutasi.csv([("RINI", 70_001)]))
    assert money.order(waits).state == "waiting"


def report(code: str) -> None:
    """Its buyer wrote something that somebody else minds."""
    order, now = money.order(code), clock.now()
    with transaction():
        line = db.session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id)).one()
        words = {"words": "Penjualnya malas", "by": None, "now": now}
        review = reviews.write(line, group_id=order.group_id, stars=1, **words)
        reviews.report(review.code, **words)


def money_of(shop: object) -> str:
    (code,) = money.buy((shop, 30_000))  # type: ignore[arg-type]
    money.pay(code)
    return code


def accept(code: str) -> None:
    order = money.order(code)
    with transaction():
        fulfilment.accept(
            code, ikm_id=order.ikm_id, by=builders.staff(), version=order.version, now=clock.now()
        )  # fmt: skip


def officer_of(app: Flask) -> FlaskClient:
    browser = mutasi.officer(app)
    form = {"bank": "Bank Contoh", "number": "123"}
    assert builders.post(browser, "/dinas/mutasi/rekening", form).status_code == 303
    return browser


def test_everything_that_waits_stands_there_with_its_age(app: Flask) -> None:
    lay(app)
    found = {kind: one for kind, one in desk_day.waiting(clock.now()).items() if one.count}
    assert set(found) == {kind for kind, *_ in ROOMS} - {
        "backs",
        "complaints",
        "reread",
        "returns",
        "runs",
    }
    assert found["stuck"].count > 1  # letters that no worker has sent
    assert all(one.count == 1 for kind, one in found.items() if kind != "stuck"), found
    for kind, one in found.items():
        assert one.since is not None, kind
        assert timedelta(days=2, hours=23) < clock.now() - one.since < timedelta(days=4), kind
    browser = mutasi.officer(app)
    page = browser.get("/dinas").text
    for kind, title, *_ in ROOMS:
        assert (title in page) == (kind in found), kind
    assert "3 hari" in page


def test_the_queue_is_one_statement_however_much_waits(app: Flask) -> None:
    for _ in range(2):
        with statements() as asked:
            desk_day.waiting(clock.now())
        assert len(asked) == 1
        db.session.rollback()
        if not desk_day.waiting(clock.now())["alarms"].count:
            lay(app)


def test_the_queue_is_looked_up_and_not_read_through(app: Flask) -> None:
    plan = plans(lambda: desk_day.waiting(clock.now()))
    assert "Seq Scan" not in plan, plan
    assert not re.search(r"^SCAN \w+$", plan, re.MULTILINE), plan


def test_late_orders_name_shop_and_buyer(app: Flask, officer: FlaskClient) -> None:
    (code,) = money.buy((builders.shop(whatsapp="6281200000003"), 60_000))
    money.pay(code)
    accept(code)
    assert "Tidak ada pesanan yang terlambat" in officer.get("/dinas/terlambat").text
    db.session.rollback()
    due = db.session.scalars(select(Order.due_at)).one()
    assert due is not None
    db.session.rollback()
    with time_machine.travel(due - timedelta(days=9), tick=True):
        browser = mutasi.officer(app)
        page = browser.get("/dinas/terlambat").text
    assert code.upper() in page
    assert "0812 0000 0003" in page
