"""Whose card was refused too often pays another way, or another day; everybody may look around."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.flows import provider_messages
from marketplace.orders.models import Order, Payment
from tests import builders
from tests.web.buying import shopper

TOO_MANY = "Terlalu banyak percobaan."


@pytest.fixture
def crisps(app: Flask) -> int:
    shopper.tariff()
    return shopper.variant_of(builders.product("Keripik salak", price=48_000, stock=90))


def refused_cards(url: str, count: int) -> None:
    """So many cards are refused on this pay page, and the provider tells us of each, twice."""
    playing = provider_messages.simulator()
    assert playing is not None
    for _ in range(count):
        playing.decline(url.rpartition("/")[2])
    for message in playing.pending_events() * 2:
        provider_messages.hear("simulator", message.body, message.signature)
    playing.deliver(lambda body, signature: 204)


def press(client: FlaskClient, variant: int, way: str = "simulator", **home: str) -> int:
    """Fill in both screens and press the button."""
    shopper.add(client, variant)
    page = shopper.review(client, **home).text
    answer = shopper.pay(client, page, way, **home)
    if answer.status_code == 429:
        assert TOO_MANY in answer.text
        assert "Rini Wahyuni" in answer.text
    return answer.status_code


def orders() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Order.id)).all())


def test_the_sixth_card_of_one_buyer_is_not_tried_today(app: Flask, crisps: int) -> None:
    url = shopper.buy(app.test_client(), crisps)
    refused_cards(url, 4)
    assert press(app.test_client(), crisps) == 303
    refused_cards(url, 1)
    rini = app.test_client()
    assert press(rini, crisps) == 429
    assert orders() == 2
    for path in ("/", "/cari?q=keripik", "/keranjang", "/bayar"):
        assert rini.get(path).status_code == 200
    assert press(rini, crisps, "transfer") == 303
    assert press(app.test_client(), crisps, phone="0813 1111 2222") == 303
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        assert press(app.test_client(), crisps) == 303


def test_ten_refused_cards_of_one_network_stop_it_for_an_hour(app: Flask, crisps: int) -> None:
    for number in range(3):
        url = shopper.buy(app.test_client(), crisps, phone=f"0813 1111 222{number}")
        refused_cards(url, 4)
    assert press(app.test_client(), crisps, phone="0813 9999 0000") == 429
    with time_machine.travel(clock.now() + timedelta(hours=1, minutes=1)):
        assert press(app.test_client(), crisps, phone="0813 9999 0000") == 303


def test_the_same_order_is_not_tried_with_a_sixth_card_either(app: Flask, crisps: int) -> None:
    rini = app.test_client()
    url = shopper.buy(rini, crisps)
    page = shopper.play(rini, url, "batal")
    page = str(rini.get(page).headers["Location"]).partition("?")[0]
    refused_cards(url, 5)
    form = shopper.hidden(rini.get(page).text)
    answer = rini.post(f"{page}/bayar", data={**form, "cara": "simulator"})
    assert answer.status_code == 429
    assert TOO_MANY in answer.text
    answer = rini.post(f"{page}/bayar", data={**form, "cara": "transfer"})
    assert answer.status_code == 303


def test_where_a_payment_came_from_is_forgotten_at_its_end(app: Flask, crisps: int) -> None:
    rini = app.test_client()
    url = shopper.buy(rini, crisps)
    db.session.rollback()
    assert db.session.scalars(select(Payment.asked_from)).one()
    shopper.pay_and_return(rini, url)
    db.session.rollback()
    assert db.session.scalars(select(Payment.asked_from)).one() is None
