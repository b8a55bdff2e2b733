"""The maker's shelf: counted on the phone, with a book that tells how every number came about."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from marketplace.catalog import stock_book
from marketplace.catalog.models import Product, StockMove, Variant
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import parcels
from marketplace.flows.parcels import Hand
from marketplace.orders import shelf_invariants
from marketplace.orders.models import Order
from tests import builders
from tests.counting import statements
from tests.web.buying import shopper

Line = dict[str, str]


class Shelf:
    """Citra at her shelf of crisps."""

    def __init__(self, client: FlaskClient, *, pieces: int = 12, **more: Any) -> None:
        shopper.tariff()
        self.shop = builders.shop()
        self.variant = shopper.variant_of(builders.product("Keripik", stock=pieces, **more))
        self.client = client
        builders.sign_in(client, builders.person("Citra"))
        self.page = f"/toko-saya/{self.shop.code}/stok"
        self.book = f"{self.page}/{self.variant}"

    def line(self) -> Line:
        """The form of the one line, as the page holds it."""
        return shopper.hidden(self.client.get(self.page).text)

    def save(self, line: Line, counted: object) -> TestResponse:
        return self.client.post(f"{self.book}/hitung", data={**line, "counted": str(counted)})

    def change(self, kind: str, pieces: object, reason: str = "") -> TestResponse:
        form = shopper.hidden(self.client.get(self.book).text)
        told = {"kind": kind, "pieces": str(pieces), "reason": reason}
        return self.client.post(self.book, data={**form, **told})

    def on_hand(self) -> int:
        db.session.rollback()
        return int(db.session.scalars(select(Variant.on_hand)).one())

    def moves(self) -> list[tuple[str, int]]:
        db.session.rollback()
        rows = db.session.execute(
            select(StockMove.kind, StockMove.quantity).order_by(StockMove.number)
        )
        return [(row.kind, row.quantity) for row in rows]


@pytest.fixture
def shelf(client: FlaskClient) -> Shelf:
    return Shelf(client)


def sell(app: Flask, shelf: Shelf) -> Order:
    """One piece is bought and paid."""
    guest = app.test_client()
    shopper.pay_and_return(guest, shopper.buy(guest, shelf.variant))
    db.session.rollback()
    order = db.session.scalars(select(Order).order_by(Order.id.desc())).first()
    db.session.rollback()
    assert order is not None
    return order


def send(order: Order) -> None:
    """The parcel leaves the shop."""
    code, shop, version, by = order.code, order.ikm_id, order.version, builders.person("Citra")
    parcels.accept(code, Hand(shop, by, version))
    parcels.pack(code, Hand(shop, by, version + 1))
    parcels.ship(code, Hand(shop, by, version + 2), courier="JNE", tracking="1")


def test_a_count_notes_the_difference_and_who_counted(shelf: Shelf) -> None:
    answer = shelf.save(shelf.line(), 10)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"#baris-{shelf.variant}")
    assert shelf.on_hand() == 10
    assert shelf.moves() == [("opening", 12), ("counted", -2)]
    page = shelf.client.get(shelf.book).text
    assert "Dihitung: −2" in page
    assert "Citra" in page
    assert not shelf_invariants.s1_stock_is_counted()


def test_a_line_shows_the_cover_of_its_product(shelf: Shelf) -> None:
    db.session.execute(update(Product).values(cover="k3x9p2m7qa/1/180,360"))
    db.session.commit()
    assert "k3x9p2m7qa" in shelf.client.get(shelf.page).text


def test_a_count_that_agrees_is_noted_too(shelf: Shelf) -> None:
    shelf.save(shelf.line(), 12)
    assert shelf.moves() == [("opening", 12), ("counted", 0)]
    assert "Dihitung: cocok, 12" in shelf.client.get(shelf.book).text


def test_a_line_sent_twice_counts_once(shelf: Shelf) -> None:
    line = shelf.line()
    assert [shelf.save(line, 10).status_code for _ in range(3)] == [303, 303, 303]
    assert shelf.on_hand() == 10
    assert shelf.moves() == [("opening", 12), ("counted", -2)]


def test_a_sale_between_looking_and_saving_is_not_lost(app: Flask, shelf: Shelf) -> None:
    line = shelf.line()
    sell(app, shelf)
    assert shelf.save(line, 11).status_code == 303  # one piece was broken, the sold one stands here
    assert shelf.on_hand() == 10
    page = shelf.client.get(shelf.page).text
    assert "1 sudah dibeli, belum dikirim" in page
    assert shopper.hidden(page)["shown"] == "11"
    assert not shelf_invariants.s1_stock_is_counted()


def test_a_parcel_that_left_meanwhile_makes_the_count_stale(app: Flask, shelf: Shelf) -> None:
    order = sell(app, shelf)
    line = shelf.line()
    assert line["shown"] == "12"
    send(order)
    answer = shelf.save(line, 11)
    assert answer.status_code == 409
    assert "Tadi di catatan 12, sekarang 11" in answer.text
    assert 'value="11"' in answer.text
    assert shelf.on_hand() == 11
    assert shelf.save(shopper.hidden(answer.text), 11).status_code == 303
    assert shelf.on_hand() == 11


def test_two_who_count_the_same_shelf_count_it_once(shelf: Shelf) -> None:
    mine, theirs = shelf.line(), shelf.line()
    assert shelf.save(mine, 10).status_code == 303
    assert shelf.save(theirs, 10).status_code == 409
    assert shelf.on_hand() == 10


def test_what_is_being_paid_cannot_be_counted_away(app: Flask, shelf: Shelf) -> None:
    guest = app.test_client()
    shopper.buy(guest, shelf.variant, way="transfer")
    answer = shelf.save(shelf.line(), 0)
    assert answer.status_code == 422
    assert "Belum disimpan" in answer.text
    assert shelf.on_hand() == 12


@pytest.mark.parametrize("typed", ["", "-1", "1e3", "٣", "100000", "dua"])
def test_a_wrong_number_is_refused_and_kept(shelf: Shelf, typed: str) -> None:
    answer = shelf.save(shelf.line(), typed)
    assert answer.status_code == 422
    assert f'value="{typed}"' in unescape(answer.text)
    assert shelf.moves() == [("opening", 12)]


def test_what_came_in_and_what_broke_stand_in_the_book(shelf: Shelf) -> None:
    assert shelf.change("masuk", 8, "Selesai dijemur").status_code == 303
    assert shelf.change("rusak", 3, "Kena hujan").status_code == 303
    assert shelf.change("pakai", 1).status_code == 303
    assert shelf.on_hand() == 16
    page = shelf.client.get(shelf.book).text
    for words in (
        "Stok awal: +12",
        "Barang masuk: +8",
        "Selesai dijemur",
        "Keluar: −3",
        "Rusak atau hilang: Kena hujan",
        "Dipakai sendiri atau jadi contoh",
        "Jadi <span",
    ):
        assert words in page
    refused = shelf.change("rusak", 17)
    assert refused.status_code == 422
    assert "17" in refused.text
    assert shelf.on_hand() == 16
    assert not shelf_invariants.s1_stock_is_counted()


def test_a_change_sent_twice_is_one_and_its_key_fits_no_other_thing(
    client: FlaskClient, shelf: Shelf
) -> None:
    form = shopper.hidden(client.get(shelf.book).text) | {"kind": "masuk", "pieces": "5"}
    other = shopper.variant_of(builders.product("Kopi", shop=shelf.shop, stock=3))
    assert [client.post(shelf.book, data=form).status_code for _ in range(2)] == [303, 303]
    assert client.post(f"{shelf.page}/{other}", data=form).status_code == 404
    db.session.rollback()
    assert db.session.scalars(select(Variant.on_hand).order_by(Variant.id)).all() == [17, 3]


def test_the_book_tells_sales_with_their_order_and_pages_on(app: Flask, shelf: Shelf) -> None:
    order = sell(app, shelf)
    page = shelf.client.get(shelf.book).text
    assert "Terjual: −1" in page
    assert order.code.upper() in page
    with transaction():
        for number in range(60):
            variant = stock_book.locked(shelf.variant)
            quantity = 1 if number % 2 else -1
            stock_book.write(
                variant, stock_book.MoveKind.ADJUSTED, quantity, by=None, now=clock.now()
            )
    seen, address = [], shelf.book
    while address:
        page = shelf.client.get(address).text
        seen += re.findall(r'Jadi <span class="num">(\d+)', page)
        found = re.search(r'href="([^"]+sebelum=\d+)"', page)
        address = unescape(found[1]) if found else ""
    assert len(seen) == 62
    assert seen[-2:] == ["11", "12"]


def test_a_made_to_order_thing_needs_no_counting(client: FlaskClient) -> None:
    shelf = Shelf(client, lead_days=7)
    assert "Belum ada barang jadi untuk dihitung" in client.get(shelf.page).text


def test_many_products_are_counted_page_by_page_with_few_statements(shelf: Shelf) -> None:
    for number in range(30):
        builders.product(f"Kopi {number}", shop=shelf.shop, variants={"Kecil": 1, "Besar": 2})
    with statements() as found:
        page = shelf.client.get(shelf.page).text
    assert len(found) <= 3, found
    assert page.count("Dihitung") == 40
    after = re.search(r'href="([^"]+sesudah=\d+)"', page)
    assert after
    page = shelf.client.get(unescape(after[1])).text
    assert page.count('name="counted"') == 21
    form = shopper.hidden(page)
    answer = shelf.save(form, 10)
    assert "sesudah=" in answer.headers["Location"]
