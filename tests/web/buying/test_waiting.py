"""The waiting list: joined with consent, first come first served, one piece kept for a day."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from marketplace.catalog.models import Product, StockHold, Variant, Waiting
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.flows import buying, own_account, waiting_list
from marketplace.makers.models import Ikm
from marketplace.makers.states import ShopState
from marketplace.orders import invariants
from marketplace.orders.models import Order
from tests import builders
from tests.counting import statements
from tests.web.buying import shopper

HOUR = timedelta(hours=1)


@pytest.fixture
def crisps(app: Flask) -> int:
    """Sold-out crisps of Citra."""
    shopper.tariff()
    return shopper.variant_of(builders.product("Keripik", price=20_000, stock=0))


def fresh(statement: Any) -> list[Any]:
    db.session.rollback()
    found = list(db.session.scalars(statement))
    db.session.rollback()
    return found


def page_of(client: FlaskClient, variant: int) -> str:
    db.session.rollback()
    product = db.session.get_one(Product, db.session.get_one(Variant, variant).product_id)
    address = f"/p/{product.slug}-{product.code}"
    db.session.rollback()
    return client.get(address).text


def ask(client: FlaskClient, variant: int, email: str = "rini@contoh.test") -> TestResponse:
    token = re.search(
        r'name="csrf_token" value="([^"]+)"', client.get("/masuk", follow_redirects=True).text
    )
    assert token
    form = {"variant": str(variant), "email": email, "csrf_token": token[1]}
    return client.post("/kabari", data=form)


def link(letter: str, to: str) -> str:
    """The path in the newest letter of this kind to somebody."""
    jobs = fresh(select(Job.args).where(Job.name == "letters.send").order_by(Job.id.desc()))
    found = next(args for args in jobs if args["name"] == letter and args["to"] == to)
    return str(found["params"]["url"]).removeprefix("http://localhost")


def letters(name: str) -> list[str]:
    jobs = fresh(select(Job.args).where(Job.name == "letters.send").order_by(Job.id))
    return [args["to"] for args in jobs if args["name"] == name]


def press(client: FlaskClient, page: str, act: str) -> TestResponse:
    form = shopper.hidden(client.get(page).text)
    return client.post(f"{page}/{act}", data=form)


def stands_in_line(app: Flask, variant: int, email: str) -> FlaskClient:
    guest = app.test_client()
    assert ask(guest, variant, email).status_code == 303
    assert press(guest, link("waiting_confirm", email), "ya").status_code == 303
    return guest


def time_is_over() -> None:
    with transaction():
        db.session.execute(update(Waiting).values(until=clock.now() - HOUR))


def left(variant: int) -> tuple[int, int]:
    db.session.rollback()
    row = db.session.execute(select(Variant.on_hand, Variant.reserved).where(Variant.id == variant))
    found = row.one()
    db.session.rollback()
    return found.on_hand, found.reserved


def test_only_a_sold_out_thing_shows_the_form(client: FlaskClient, crisps: int) -> None:
    assert "Kabari saya kalau ada lagi" in page_of(client, crisps)
    builders.shelve(crisps, 3)
    with statements() as found:
        page = page_of(client, crisps)
    assert "Kabari saya" not in page
    assert len([one for one in found if "waiting" in one]) == 0
    answer = ask(client, crisps)
    assert answer.status_code == 409
    assert "sudah ada lagi" in answer.text
    assert not fresh(select(Waiting.id))


def test_a_guest_is_in_line_only_after_saying_yes(client: FlaskClient, crisps: int) -> None:
    assert ask(client, crisps).headers["Location"].endswith("/kabari/hasil/periksa")
    page = link("waiting_confirm", "rini@contoh.test")
    assert "Ya, kabari saya" in client.get(page).text
    assert fresh(select(Waiting.state)) == ["asked"]  # opening the link joins nobody
    builders.shelve(crisps, 1)
    assert letters("waiting_chance") == []
    builders.shelve(crisps, 0)
    assert press(client, page, "ya").status_code == 303
    assert "Anda yang pertama" in client.get(page).text
    assert fresh(select(Waiting.state)) == ["waiting"]
    row = db.session.scalars(select(Waiting)).one()
    assert row.token_hash not in page
    assert row.text_version == 1


def test_asking_twice_says_the_same_and_sends_one_letter(client: FlaskClient, crisps: int) -> None:
    first, second = ask(client, crisps), ask(client, crisps)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(letters("waiting_confirm")) == 1


@pytest.mark.parametrize("email", ["", "bukan-surel", "a@b\r\nBcc: x@contoh.test", "x" * 300])
def test_a_wrong_address_is_refused_and_kept(client: FlaskClient, crisps: int, email: str) -> None:
    answer = ask(client, crisps, email)
    assert answer.status_code == 422
    assert "Keripik" in answer.text
    assert not fresh(select(Waiting.id))


def test_first_come_first_served_one_piece_each_for_a_day(app: Flask, crisps: int) -> None:
    for name in ("rini", "sari", "budi"):
        stands_in_line(app, crisps, f"{name}@contoh.test")
    builders.shelve(crisps, 2)
    assert letters("waiting_chance") == ["rini@contoh.test", "sari@contoh.test"]
    assert left(crisps) == (2, 2)
    assert "habis" in page_of(app.test_client(), crisps)
    assert shopper.add(app.test_client(), crisps).status_code == 409
    assert not any(invariants.check_all().values())
    time_is_over()
    waiting_list.see_who_is_next()  # two chances are over, and so is the wait of the third
    assert left(crisps) == (2, 0)
    assert not fresh(select(Waiting.id))
    assert not any(invariants.check_all().values())


def test_a_chance_that_is_over_goes_to_the_next(app: Flask, crisps: int) -> None:
    for name in ("rini", "sari"):
        stands_in_line(app, crisps, f"{name}@contoh.test")
    builders.shelve(crisps, 1)
    with transaction():
        db.session.execute(
            update(Waiting).where(Waiting.state == "offered").values(until=clock.now() - HOUR)
        )
    waiting_list.see_who_is_next()
    assert letters("waiting_chance") == ["rini@contoh.test", "sari@contoh.test"]
    assert fresh(select(Waiting.email)) == ["sari@contoh.test"]
    assert left(crisps) == (1, 1)
    assert not any(invariants.check_all().values())


def test_the_kept_piece_is_bought_from_the_cart(app: Flask, crisps: int) -> None:
    rini = stands_in_line(app, crisps, "rini@contoh.test")
    old = link("waiting_confirm", "rini@contoh.test")
    builders.shelve(crisps, 1)
    page = link("waiting_chance", "rini@contoh.test")
    assert rini.get(old).status_code == 404
    assert "Disimpan sampai" in rini.get(page).text
    assert press(rini, page, "ambil").headers["Location"].endswith("/keranjang")
    assert "Sudah habis" not in rini.get("/keranjang").text
    bill = shopper.review(rini).text
    assert shopper.pay(rini, bill, "transfer").status_code == 303
    assert left(crisps) == (1, 1)
    assert not fresh(select(Waiting.id))  # nothing is kept about who has bought
    assert sorted(fresh(select(StockHold.state))) == ["active", "released"]
    assert rini.get(page).status_code == 404
    assert not any(invariants.check_all().values())


def test_a_chance_is_ended_by_its_line_however_long_that_takes(app: Flask, crisps: int) -> None:
    """The jobs of the line were not done for hours, and another round found the old hold first."""
    for name in ("rini", "sari"):
        stands_in_line(app, crisps, f"{name}@contoh.test")
    builders.shelve(crisps, 1)
    with time_machine.travel(clock.now() + timedelta(days=1, hours=2)):
        assert buying.expire_holds() == 0
        assert not any(invariants.check_all().values())
        waiting_list.see_who_is_next()
        assert fresh(select(Waiting.email)) == ["sari@contoh.test"]
        assert left(crisps) == (1, 1)
        assert not any(invariants.check_all().values())


def test_without_the_chance_the_same_cart_gets_nothing(app: Flask, crisps: int) -> None:
    rini = stands_in_line(app, crisps, "rini@contoh.test")
    stands_in_line(app, crisps, "sari@contoh.test")
    builders.shelve(crisps, 1)
    page = link("waiting_chance", "rini@contoh.test")
    press(rini, page, "ambil")
    bill = shopper.review(rini).text
    assert press(rini, page, "keluar").status_code == 303
    assert letters("waiting_chance")[-1] == "sari@contoh.test"
    assert shopper.pay(rini, bill, "transfer").status_code == 409
    assert not fresh(select(Order.id))
    assert left(crisps) == (1, 1)
    assert not any(invariants.check_all().values())


def test_an_account_joins_with_one_press_and_leaves_with_one(app: Flask, crisps: int) -> None:
    asih = app.test_client()
    person = builders.person("Asih")
    builders.sign_in(asih, person)
    assert "akun Anda" in page_of(asih, crisps)
    for _ in range(2):
        answer = ask(asih, crisps)
        assert "/kabari/hasil/tercatat" in answer.headers["Location"]
    assert fresh(select(Waiting.state)) == ["waiting"]
    done = asih.get(answer.headers["Location"]).text
    gone = asih.post("/kabari/batal", data=shopper.hidden(done))
    assert gone.status_code == 303
    assert not fresh(select(Waiting.id))
    ask(asih, crisps)
    builders.shelve(crisps, 1)
    assert letters("waiting_chance") == ["asih@contoh.test"]
    db.session.rollback()
    with transaction():
        own_account.people.erase(person, now=clock.now())
    assert not fresh(select(Waiting.id))
    assert left(crisps) == (1, 0)


def test_nobody_is_called_while_the_shop_is_shut(app: Flask, crisps: int) -> None:
    stands_in_line(app, crisps, "rini@contoh.test")
    with transaction():
        db.session.execute(update(Ikm).values(state=ShopState.PAUSED))
    builders.shelve(crisps, 1)
    assert letters("waiting_chance") == []
    with transaction():
        db.session.execute(update(Ikm).values(state=ShopState.OPEN))
    waiting_list.see_who_is_next()
    assert letters("waiting_chance") == ["rini@contoh.test"]


def test_the_maker_sees_what_more_could_be_sold(app: Flask, crisps: int) -> None:
    for name in ("rini", "sari"):
        stands_in_line(app, crisps, f"{name}@contoh.test")
    ask(app.test_client(), crisps, "belum@contoh.test")
    citra = app.test_client()
    builders.sign_in(citra, builders.person("Citra"))
    page = citra.get(f"/toko-saya/{fresh(select(Ikm.code))[0]}/stok").text
    assert "Bapak/Ibu bisa menjual Rp40.000 lagi" in page
    assert "2 orang menunggu" in page
    assert "rini@contoh.test" not in page
