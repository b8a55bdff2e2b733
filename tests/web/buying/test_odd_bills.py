"""Bills nobody can pay, keys nobody gave, and totals somebody else wrote change nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.core.db import db, read
from marketplace.orders.models import OrderGroup, Payment
from tests import builders
from tests.web.buying import shopper


def placed() -> int:
    """How many orders stand."""
    db.session.rollback()
    return int(read(select(func.count()).select_from(OrderGroup))[0][0])


@pytest.mark.parametrize(
    ("pieces", "more"),
    [(10_000, {"price": 10**12}), (10_000, {"price": 100, "weight_g": 500_000})],
    ids=["more money than there is", "more weight than a ship carries"],
)
def test_a_bill_that_nobody_can_pay_is_refused_before_anything_is_held(
    app: Flask, client: FlaskClient, pieces: int, more: dict[str, Any]
) -> None:
    shopper.tariff()
    shop = builders.shop(pickup=True)
    goods = builders.product(shop=shop, stock=pieces, **more)
    assert shopper.add(client, shopper.variant_of(goods), pieces).status_code == 303
    looked = shopper.review(client, **{f"antar_{shop.code}": "ambil"})
    assert looked.status_code == 200
    for way in ("simulator", "transfer"):
        answer = shopper.pay(client, looked.text, way)
        assert answer.status_code == 409
        assert "terlalu besar" in answer.text
    assert placed() == 0


@pytest.mark.parametrize("key", ["a" * 30 + "\0", "é" * 30, "a b" * 10, "x" * 65, ""])
def test_a_key_that_we_did_not_give_places_nothing(
    app: Flask, client: FlaskClient, key: str
) -> None:
    shopper.tariff()
    shopper.add(client, shopper.variant_of(builders.product()))
    answer = shopper.pay(client, shopper.review(client).text, checkout_key=key)
    assert answer.status_code == 422
    assert placed() == 0


def test_figures_and_names_of_columns_from_outside_change_no_bill(
    app: Flask, client: FlaskClient
) -> None:
    shopper.tariff()
    goods = builders.product(price=25_000)
    forged = {
        "price": 1,
        "total": 1,
        "goods": 1,
        "postage": 0,
        "amount": 1,
        "unique_code": -500,
        "quantity": -3,
        "person_id": 1,
        "state": "paid",
        "counts": 1,
        "provider": "simulator",
        "currency": "usd",
    }
    shopper.add(client, shopper.variant_of(goods))
    looked = shopper.review(client, **forged)
    answer = shopper.pay(client, looked.text, "transfer", **forged)
    assert answer.status_code == 303
    assert placed() == 1
    group = read(select(OrderGroup.__table__))[0]
    payment = read(select(Payment.__table__))[0]
    assert (group.goods, group.postage, group.total) == (25_000, 6_000, 31_000)
    assert group.person_id is None
    assert payment.amount == 31_000 + payment.unique_code
    assert (payment.provider, payment.state, payment.counts) == ("transfer", "open", False)
