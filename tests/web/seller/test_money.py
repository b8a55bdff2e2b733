"""A maker knows what a sale brings: before listing, before accepting, and in Uang saya."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.roles import ShopRole
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.money import rupiah
from marketplace.core.work import transaction
from marketplace.makers.models import Ikm, Membership
from marketplace.orders.commission import rates
from marketplace.orders.commission.rules import Rate, day_of
from marketplace.orders.ledger import posting, queries
from marketplace.orders.ledger.posting import Booking, post
from marketplace.orders.ledger.rules import MOVES, Account, Fact
from marketplace.web.money_words import FACTS
from tests import builders
from tests.counting import statements
from tests.orders import money
from tests.web.seller.listing import maker


@pytest.fixture
def five_percent(app: Flask) -> Iterator[None]:
    """A rate of 5 % plus Rp500 that counts today."""
    eka = builders.staff()
    with time_machine.travel(builders.NOON, tick=True):
        rate = Rate(basis_points=500, fixed=500, source="Keputusan", verified=True)
        starts = day_of(clock.now()) + timedelta(days=1)
        with transaction():
            rates.add(
                replace(rate, starts_on=starts), place=1, reason="Rapat", by=eka, now=clock.now()
            )
    with time_machine.travel(builders.NOON + timedelta(days=1), tick=True):
        yield


def pages(shop: Ikm) -> str:
    return f"/toko-saya/{shop.code}"


def test_the_price_page_and_the_check_page_say_what_the_maker_gets(
    five_percent: None, client: FlaskClient
) -> None:
    shop = maker(client)
    one = builders.product(shop=shop, price=85_000)
    two = builders.product("Batik", shop=shop, variants={"Kecil": 75_000, "Besar": 125_001})
    price = client.get(f"{pages(shop)}/produk/{one.code}/harga").text
    assert "Bapak/Ibu terima Rp80.250 per buah." in price
    assert "Potongan pasar: 5% dari harga, Rp500 per buah." in price
    prices = client.get(f"{pages(shop)}/produk/{two.code}/harga").text
    assert "Kecil: Bapak/Ibu terima Rp70.750 per buah." in prices
    assert "Besar: Bapak/Ibu terima Rp118.251 per buah." in prices
    shown = client.get(f"{pages(shop)}/produk/{one.code}").text
    assert "Rp85.000, Bapak/Ibu terima Rp80.250" in shown


def test_without_a_rate_the_price_page_says_so(app: Flask, client: FlaskClient) -> None:
    shop = maker(client)
    one = builders.product(shop=shop, price=85_000)
    page = client.get(f"{pages(shop)}/produk/{one.code}/harga").text
    assert "Bapak/Ibu terima Rp85.000: sekarang belum ada potongan." in page


def test_the_order_says_what_it_brings_before_it_is_accepted(
    five_percent: None, client: FlaskClient
) -> None:
    shop = maker(client)
    (code,) = money.buy((shop, 85_000))
    money.pay(code)
    page = client.get(f"{pages(shop)}/pesanan/{code}").text
    gets = money.order(code).total - 4_750
    assert f"Bapak/Ibu terima {rupiah(gets)}" in page
    assert "sesudah potongan pasar Rp4.750" in page


def test_uang_saya_tells_what_is_held_and_what_is_ready(
    five_percent: None, client: FlaskClient
) -> None:
    shop = maker(client)
    (code,) = money.buy((shop, 85_000))
    money.pay(code)
    gets = money.order(code).total - 4_750
    address = f"{pages(shop)}/uang"
    held = client.get(address).text
    assert rupiah(gets) in held
    assert "Belum ada catatan" in held
    money.deliver(code)
    ready = client.get(address).text
    assert rupiah(gets) in ready
    assert "+Rp85.000" in ready
    assert "-Rp4.750" in ready
    assert f"Pesanan {code.upper()}" in ready
    money.give_back(code, 85_000)
    page = client.get(address).text
    assert rupiah(queries.shop_money(shop.id).ready) in page
    assert "Harga barang kembali ke pembeli" in page


def test_a_debt_is_said_kindly(app: Flask, client: FlaskClient) -> None:
    shop = maker(client)
    (code,) = money.buy((shop, 85_000))
    money.pay(code)
    money.deliver(code)
    with transaction():
        posting.paid_out([("p1", shop.id, queries.shop_money(shop.id).ready)], now=clock.now())
    money.give_back(code, 85_000)
    page = client.get(f"{pages(shop)}/uang").text
    assert "Masih kurang" in page
    assert "Rp85.000" in page
    assert "Sedang dikirim ke rekening" in page


def test_only_the_owner_sees_the_money(app: Flask, client: FlaskClient) -> None:
    shop = builders.shop()
    helper = builders.person("Hadi")
    with transaction():
        db.session.add(
            Membership(ikm_id=shop.id, person_id=helper, role=ShopRole.STAFF, since=clock.now())
        )
    (code,) = money.buy((shop, 85_000))
    money.pay(code)
    builders.sign_in(client, helper)
    assert client.get(f"{pages(shop)}/uang").status_code == 403
    assert "Bapak/Ibu terima" not in client.get(f"{pages(shop)}/pesanan/{code}").text
    assert "Uang saya" not in client.get(pages(shop)).text
    builders.sign_in(client, builders.person("Dewi"))
    assert client.get(f"{pages(shop)}/uang").status_code == 404


def test_movements_are_paged_by_key_and_cost_the_same_however_many(
    app: Flask, client: FlaskClient
) -> None:
    shop = maker(client)
    with transaction():
        post(
            [
                Booking(Fact.PAYOUT_RETURNED, f"payout:{number}", 1_000 + number, ikm_id=shop.id)
                for number in range(65)
            ],
            now=clock.now(),
        )
    seen: list[str] = []
    address: str | None = f"{pages(shop)}/uang"
    while address:
        with statements() as asked:
            page = client.get(address).text
        assert len([one for one in asked if "ledger_entry" in one]) == 2
        rows = page.split('<li class="task">')[1:]
        seen += [row.split("+Rp")[1].split("<")[0] for row in rows]
        found = page.split('rel="next"')[0].rpartition('href="')[2] if 'rel="next"' in page else ""
        address = found.split('"')[0].replace("&amp;", "&") or None
    assert seen == [f"1.{number:03d}" for number in reversed(range(65))]
    assert client.get(f"{pages(shop)}/uang?sesudah=x").status_code == 404


def test_every_movement_of_a_shops_balance_has_words(app: Flask) -> None:
    moving = {fact for fact, sides in MOVES.items() if Account.PAYABLE in sides}
    assert moving | {Fact.REVERSED} == set(FACTS)
