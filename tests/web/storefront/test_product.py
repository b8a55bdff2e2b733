"""The page of one product."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.catalog.models import Product
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.makers.models import Ikm
from tests import builders
from tests.counting import statements


def page(client: FlaskClient, product: Product) -> str:
    answer = client.get(f"/p/{product.slug}-{product.code}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_product_shows_its_price_stock_and_maker(client: FlaskClient) -> None:
    made = builders.product(price=25_000, stock=2, length_mm=2000, width_mm=1105)
    html = page(client, made)
    for words in ("Rp25.000", "Tinggal 2", "Dapur Citra", "Depok, Sleman", "200 × 110,5 cm"):
        assert words in html


def test_each_variant_can_be_chosen_without_script(client: FlaskClient) -> None:
    made = builders.product(variants={"Pedas": 25_000, "Manis": 27_000})
    html = page(client, made)
    assert html.count('type="radio" name="variant"') == 2
    assert "Rp25.000" in html
    assert "Rp27.000" in html


def test_an_old_name_leads_to_the_new_address(client: FlaskClient) -> None:
    made = builders.product()
    answer = client.get(f"/p/nama-lama-{made.code}")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"/p/{made.slug}-{made.code}"


def test_hidden_is_not_found_and_removed_is_gone(client: FlaskClient) -> None:
    made = builders.product()
    for state, status in ((ProductState.HIDDEN, 404), (ProductState.REMOVED, 410)):
        with transaction():
            db.session.execute(update(Product).values(state=state))
        answer = client.get(f"/p/{made.slug}-{made.code}")
        assert answer.status_code == status
        assert 'action="/cari"' in answer.get_data(as_text=True)


def test_a_sold_out_product_says_so_and_cannot_be_put_in(client: FlaskClient) -> None:
    html = page(client, builders.product(stock=0))
    assert "sedang habis" in html
    assert "Masukkan keranjang" not in html


def test_a_shop_on_holiday_shows_until_when_and_sells_nothing(client: FlaskClient) -> None:
    made = builders.product()
    today = clock.now().date()
    with transaction():
        db.session.execute(
            update(Ikm).values(
                closed_from=today - timedelta(days=2),
                closed_to=today + timedelta(days=2),
                closed_note="Panen dulu",
            )
        )
    html = page(client, made)
    assert "Toko sedang libur sampai" in html
    assert "Panen dulu" in html
    assert "Masukkan keranjang" not in html


def test_machines_read_the_same_price(client: FlaskClient) -> None:
    made = builders.product("Keripik </script><b>", price=25_000)
    html = page(client, made)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert found
    data = json.loads(found.group(1))
    assert data["offers"]["price"] == 25_000
    assert data["offers"]["priceCurrency"] == "IDR"
    assert data["name"] == "Keripik </script><b>"


def test_a_product_page_asks_at_most_four_things_however_many_variants(
    app: Flask, client: FlaskClient
) -> None:
    few = builders.product("Satu")
    many = builders.product("Banyak", variants={f"Ukuran {n}": 1000 + n for n in range(30)})
    page(client, few)  # what every process keeps is read once
    asked = []
    for product in (few, many):
        with statements() as seen:
            page(client, product)
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 4
