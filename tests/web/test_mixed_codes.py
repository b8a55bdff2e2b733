"""Codes of others inside one's own forms: what is named there is not there."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.catalog.models import Product, Variant
from marketplace.core.db import db
from marketplace.makers.models import Ikm, Membership
from marketplace.orders.models import Order
from tests import builders
from tests.web.buying import shopper
from tests.web.seller import listing


def test_the_price_page_reaches_no_size_of_another_product(app: Flask) -> None:
    mine, theirs = builders.shop(), builders.shop("Toko Dewi", owner=builders.person("Dewi"))
    shown, other = builders.product(shop=mine), builders.product("Lain", shop=mine, price=70_000)
    secret = builders.product("Rahasia", shop=theirs, price=90_000)
    citra = app.test_client()
    builders.sign_in(citra, builders.person("Citra"))
    path = f"/toko-saya/{mine.code}/produk/{shown.code}/harga"
    for foreign in (other, secret):
        variant = str(shopper.variant_of(foreign))
        sent = listing.fill(citra, path, id_0=variant, name_0="", price_0="1")
        assert sent.status_code == 303, sent.text
    db.session.rollback()
    rows = db.session.execute(select(Product.name, Variant.price).join(Variant)).all()
    prices = {row.name: row.price for row in rows}
    assert (prices["Lain"], prices["Rahasia"]) == (70_000, 90_000)
    owners = db.session.execute(select(Variant.product_id, Variant.active)).all()
    assert {id for id, active in owners if active} >= {other.id, secret.id}


def test_the_page_of_an_order_reaches_no_order_of_another_buyer(app: Flask) -> None:
    shopper.tariff()
    goods = builders.product(stock=10)
    pages = []
    for _ in range(2):
        buyer = app.test_client()
        url = shopper.buy(buyer, shopper.variant_of(goods))
        pages.append(shopper.pay_and_return(buyer, url).partition("?")[0])
    db.session.rollback()
    theirs = db.session.scalars(select(Order.code).order_by(Order.id.desc())).first()
    buyer = app.test_client()
    token = builders.form_token(buyer, "/lokasi")
    for act in ("terima", "batal"):
        form = {"csrf_token": token, "pesanan": theirs}
        assert buyer.post(f"{pages[0]}/{act}", data=form).status_code == 404
    assert buyer.get(f"{pages[0]}/batal?pesanan={theirs}").status_code == 404
    assert set(db.session.scalars(select(Order.state))) == {"new"}


def test_columns_sent_beside_a_form_of_the_shop_change_nothing(app: Flask) -> None:
    shop = builders.shop(trusted=False)
    goods = builders.product(shop=shop)
    citra = app.test_client()
    builders.sign_in(citra, builders.person("Citra"))
    forged = {
        "state": "closed",
        "trusted": "1",
        "ikm_id": "2",
        "slug": "dicuri",
        "role": "admin",
        "price": "1",
        "sold": "9999",
        "code": "aaaaaaaaaa",
        "owner_name": "Orang Lain",
        "email_verified_at": "2026-01-01",
        "on_hand": "5",
    }
    for page, typed in (
        (f"/toko-saya/{shop.code}/produk/{goods.code}/cerita", {"description": "Renyah."}),
        ("/akun/nama", {"name": "Citra Dewi"}),
    ):
        sent = listing.fill(citra, page, **forged, **typed)
        assert sent.status_code in (302, 303), sent.text
    db.session.rollback()
    kept, sold = db.session.get_one(Ikm, shop.id), db.session.get_one(Product, goods.id)
    assert (kept.state, kept.trusted, kept.owner_name) == ("open", False, "Citra")
    assert (sold.state, sold.ikm_id, sold.slug, sold.description) == (
        "live",
        shop.id,
        "keripik-salak-pondoh",
        "Renyah.",
    )
    owner = db.session.scalars(select(Membership)).one()
    assert owner.role == "owner"
    me = builders.person("Citra")
    assert db.session.get_one(Person, me).role == "resident"
