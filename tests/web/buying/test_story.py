"""From the cart to the doorstep, through the pages, without JavaScript."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog.models import Variant
from marketplace.core.db import db
from marketplace.orders.models import Order, Payment
from tests import builders
from tests.web.buying import shopper


def test_a_guest_buys_from_two_shops_and_both_parcels_arrive(app: Flask) -> None:
    shopper.tariff()
    kitchen, weaver = builders.shop("Dapur Citra"), builders.shop("Tenun Budi")
    crisps = builders.product("Keripik salak", shop=kitchen, price=25_000)
    cloth = builders.product("Kain tenun", shop=weaver, price=200_000)
    asih = app.test_client()
    url = shopper.buy(asih, shopper.variant_of(crisps), shopper.variant_of(cloth))
    page = shopper.pay_and_return(asih, url)
    shown = asih.get(page).text
    assert "Pembayaran diterima" in shown
    db.session.rollback()
    orders = db.session.scalars(select(Order).order_by(Order.id)).all()
    assert [order.state for order in orders] == ["new", "new"]
    assert sum(order.total for order in orders) == 25_000 + 200_000 + 6_000 * 2
    left = db.session.scalars(select(Variant.on_hand)).all()
    assert list(left) == [9, 9]
    assert db.session.scalars(select(Payment)).one().counts
    citra = app.test_client()
    builders.sign_in(citra, builders.person("Citra"))
    for shop, order in zip((kitchen, weaver), orders, strict=True):
        base = f"/toko-saya/{shop.code}/pesanan/{order.code}"
        for act, form in (
            ("terima", {}),
            ("kemas", {}),
            ("kirim", {"courier": "JNE", "tracking": "JOG123"}),
        ):
            here = base if act != "kirim" else f"{base}/kirim"
            found = shopper.hidden(citra.get(here).text)
            answer = citra.post(f"{base}/{act}", data={**found, **form})
            assert answer.status_code == 303, answer.text
    for order in orders:
        found = shopper.hidden(asih.get(page).text)
        answer = asih.post(f"{page}/terima", data={**found, "pesanan": order.code})
        assert answer.status_code == 303
    assert "Pesanan selesai" in asih.get(page).text


def test_the_page_of_an_order_opens_by_its_link_alone(app: Flask, client: FlaskClient) -> None:
    shopper.tariff()
    crisps = builders.product()
    page = shopper.buy(client, shopper.variant_of(crisps), way="transfer")
    stranger = app.test_client()
    answer = stranger.get(page)
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert stranger.get(page[:-1] + "x").status_code == 404
