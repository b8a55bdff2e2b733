"""The last piece is sold once, whatever 200 buyers do; without the guard it is not."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from marketplace.catalog import stock
from marketplace.catalog.models import StockHold, Variant
from marketplace.core import clock
from marketplace.core.db import db, dialect, read_one
from marketplace.core.errors import Conflict
from marketplace.core.ids import new_code
from marketplace.core.work import transaction
from marketplace.orders import invariants, shelf_invariants
from marketplace.orders.models import Order
from tests import builders
from tests.races.conftest import Crowd
from tests.races.unguarded import take_out
from tests.web.buying import shopper

ROUNDS = 3
pytestmark = pytest.mark.race


def take(variants: Mapping[int, int]) -> str:
    """Hold these pieces for a group of one's own."""
    now, code = clock.now(), new_code()
    try:
        with transaction():
            stock.hold(
                variants.items(),
                group_code=code,
                order_code_of=dict.fromkeys(variants, code),
                until=now,
                now=now,
            )
    except Conflict as refusal:
        return {"out_of_stock": "refused"}[refusal.code]
    return "sold"


def counted(variant: int) -> tuple[int, int]:
    """Reserved, and what all holds together say."""
    db.session.rollback()
    reserved = db.session.scalar(select(Variant.reserved).where(Variant.id == variant)) or 0
    held = db.session.scalar(
        select(func.coalesce(func.sum(StockHold.quantity), 0)).where(
            StockHold.variant_id == variant
        )
    )
    return reserved, int(held or 0)


def test_fifty_pieces_for_two_hundred_buyers(app: Flask, crowd: Crowd) -> None:
    for number in range(ROUNDS):
        variant = shopper.variant_of(builders.product(f"Keripik {number}", stock=50))
        told = crowd([lambda id=variant: take({id: 1})] * 200)
        assert told == {"sold": 50, "refused": 150}
        assert counted(variant) == (50, 50)
    assert not shelf_invariants.s1_stock_is_counted()


def test_without_the_guard_the_same_crowd_oversells(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read, decide, write: the careless way must break, or the race proves nothing."""
    seen = threading.local()

    def careless(wanted: Mapping[int, int]) -> list[Any]:
        for id, quantity in wanted.items():
            if seen.left < quantity:
                raise Conflict("out_of_stock", variant_id=id, wanted=quantity, left=seen.left)
            db.session.execute(
                update(Variant).where(Variant.id == id).values(reserved=50 - seen.left + quantity)
            )
        return []

    def buy(variant: int) -> str:
        row = read_one(select(Variant.on_hand - Variant.reserved).where(Variant.id == variant))
        seen.left = row[0] if row else 0
        return take({variant: 1})

    monkeypatch.setattr(stock, "reserve", careless)
    variant = shopper.variant_of(builders.product("Keripik", stock=50))
    told = crowd([lambda: buy(variant)] * 200)
    reserved, held = counted(variant)
    assert told["sold"] > 50, "the guard is gone and nothing broke: the race does not race"
    assert held > reserved


def test_two_lines_in_opposite_orders_never_wait_for_each_other(app: Flask, crowd: Crowd) -> None:
    one, two = (
        shopper.variant_of(builders.product(name, stock=100)) for name in ("Keripik", "Kopi")
    )
    acts = [lambda: take({one: 1, two: 1}), lambda: take({two: 1, one: 1})] * 40
    assert crowd(acts) == {"sold": 80}
    assert counted(one) == counted(two) == (80, 80)


def opposite(crowd: Crowd) -> Counter[Any]:
    """Two carts of the same two things, put in the other way round, paid at the same moment."""
    one, two = (
        shopper.variant_of(builders.product(f"{name} {new_code()}", stock=100))
        for name in ("Keripik", "Kopi")
    )

    def pay(*variants: int) -> str:
        try:
            return take(dict.fromkeys(variants, 1))
        except OperationalError:
            return "broken off"

    return crowd([lambda: pay(one, two), lambda: pay(two, one)])


def test_without_the_order_of_locks_one_of_two_opposite_carts_is_broken_off(
    app: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL: each has its first row and wants the other's. SQLite: both began by reading."""
    both_have_one = threading.Barrier(2)

    def as_they_lie_in_the_cart(amounts: Mapping[int, int]) -> None:
        for place, id in enumerate(amounts):
            one = select(Variant.id).where(Variant.id == id).with_for_update(key_share=True)
            db.session.execute(one).all()
            if place == 0:
                both_have_one.wait(20)

    @contextmanager
    def without_queueing() -> Iterator[None]:
        db.session.rollback()
        db.session.execute(select(Variant.id)).all()
        both_have_one.wait(20)
        try:
            yield
            db.session.commit()
        finally:
            db.session.rollback()

    assert opposite(crowd) == {"sold": 2}
    if dialect() == "postgresql":
        take_out(monkeypatch, stock.hold, "dict(sorted(lines))", "dict(lines)")
        monkeypatch.setattr(stock, "_lock", as_they_lie_in_the_cart)
    else:
        monkeypatch.setattr(sys.modules[__name__], "transaction", without_queueing)
    assert opposite(crowd) == {"sold": 1, "broken off": 1}


def test_forty_guests_at_the_last_button_for_ten_pieces(app: Flask, crowd: Crowd) -> None:
    """The whole way: each guest has filled in both screens and presses at the same moment."""
    shopper.tariff()
    variant = shopper.variant_of(builders.product("Keripik", stock=10))
    guests = []
    for _ in range(40):
        guest = app.test_client()
        shopper.add(guest, variant)
        guests.append((guest, shopper.review(guest).text))

    def press(guest: FlaskClient, page: str) -> str:
        answer = shopper.pay(guest, page, "transfer")
        if answer.status_code == 303:
            return "sold"
        assert answer.status_code == 409, answer.text
        assert "Belum ada yang dibayar" in answer.text
        return "refused"

    told = crowd([lambda g=guest, p=page: press(g, p) for guest, page in guests])
    assert told == {"sold": 10, "refused": 30}
    assert counted(variant) == (10, 10)
    assert db.session.scalar(select(func.count()).select_from(Order)) == 10
    db.session.rollback()
    assert not any(invariants.check_all().values())


def test_one_page_pressed_eight_times_is_one_order(app: Flask, crowd: Crowd) -> None:
    shopper.tariff()
    variant = shopper.variant_of(builders.product("Keripik", stock=10))
    guest = app.test_client()
    shopper.add(guest, variant)
    page = shopper.review(guest).text
    with guest.session_transaction() as cookie:
        session = dict(cookie)

    def press() -> str:
        tab = app.test_client()
        with tab.session_transaction() as cookie:
            cookie.update(session)
        answer = shopper.pay(tab, page, "transfer")
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    assert len(crowd([press] * 8)) == 1
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1


def test_two_tabs_of_one_cart_are_one_order(app: Flask, crowd: Crowd) -> None:
    shopper.tariff()
    variant = shopper.variant_of(builders.product("Keripik", stock=10))
    guest = app.test_client()
    shopper.add(guest, variant)
    pages = [shopper.review(guest).text for _ in range(2)]
    with guest.session_transaction() as cookie:
        session = dict(cookie)

    def press(page: str) -> int:
        tab = app.test_client()
        with tab.session_transaction() as cookie:
            cookie.update(session)
        return shopper.pay(tab, page, "transfer").status_code

    assert crowd([lambda p=page: press(p) for page in pages]) == {303: 1, 409: 1}
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1
