"""A maker's weeks: set on the phone, promised in the cart, kept through paying and cancelling."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from marketplace.catalog import rules, stock
from marketplace.catalog.models import Product, Quota, QuotaPlace, QuotaWeek
from marketplace.catalog.states import HoldState
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import buying
from marketplace.orders import invariants, queries, shelf_invariants
from marketplace.orders import rules as order_rules
from marketplace.orders.models import Order, OrderGroup, OrderLine
from marketplace.web import formats
from tests import builders
from tests.counting import statements
from tests.web.buying import shopper

LEAD = 7


class Craft:
    """Citra makes shawls and shirts, both to order, and counts them together."""

    def __init__(self, client: FlaskClient) -> None:
        shopper.tariff()
        self.client = client
        self.shop = builders.shop()
        more: dict[str, Any] = {"shop": self.shop, "stock": 500, "lead_days": LEAD}
        goods = [builders.product(name, **more) for name in ("Selendang", "Kemeja")]
        self.codes = [product.code for product in goods]
        self.shawl, self.shirt = (shopper.variant_of(product) for product in goods)
        builders.sign_in(client, builders.person("Citra"))
        self.home = f"/toko-saya/{self.shop.code}/kapasitas"
        self.first = rules.first_week(clock.now(), LEAD)

    def save(self, page: str | None = None, **typed: Any) -> TestResponse:
        page = page or f"{self.home}/baru"
        form = {"name": "Batik tulis", "per_week": "20", "horizon": "3", "produk": self.codes}
        token = shopper.hidden(self.client.get(page).text)["csrf_token"]
        return self.client.post(page, data={"csrf_token": token, **form, **typed})

    def week(self, number: int, pieces: object) -> TestResponse:
        page = self.page()
        form = shopper.hidden(self.client.get(page).text)
        monday = self.first + timedelta(weeks=number)
        told = {**form, "week": monday.isoformat(), "pieces": str(pieces)}
        return self.client.post(f"{page}/minggu", data=told)

    def page(self) -> str:
        return f"{self.home}/{fresh(select(Quota.id))[0]}"

    def used(self) -> list[tuple[int, int]]:
        db.session.rollback()
        rows = db.session.execute(
            select(QuotaWeek.used, QuotaWeek.capacity).order_by(QuotaWeek.week)
        )
        return [(row.used, row.capacity) for row in rows]

    def words(self, number: int) -> str:
        return f"Dibuat minggu {formats.week(self.first + timedelta(weeks=number))}"


@pytest.fixture
def craft(client: FlaskClient) -> Craft:
    made = Craft(client)
    assert made.save().status_code == 303
    return made


def fresh(statement: Any) -> list[Any]:
    """One column as it stands now."""
    db.session.rollback()
    found = list(db.session.scalars(statement))
    db.session.rollback()
    return found


def order(app: Flask, variant: int, pieces: int) -> str:
    """Somebody orders so many and stands before paying; the address of the order's page."""
    guest = app.test_client()
    shopper.add(guest, variant, pieces)
    page = shopper.review(guest).text
    answer = shopper.pay(guest, page, "transfer")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_week_is_said_as_people_say_it() -> None:
    assert formats.week(date(2026, 12, 7)) == "7–13 Desember"
    assert formats.week(date(2026, 11, 30)) == "30 November – 6 Desember"
    assert formats.week(date(2026, 12, 28)) == "28 Desember – 3 Januari"


def test_a_maker_sets_a_capacity_and_both_products_share_it(craft: Craft) -> None:
    quotas = fresh(select(Product.quota_id))
    assert len(set(quotas)) == 1
    assert quotas[0]
    page = craft.client.get(craft.home).text
    assert "Batik tulis" in page
    assert "20 potong tiap minggu · 2 produk" in page
    assert craft.client.get(craft.page()).text.count("0 dari 20") == 10


def test_the_promise_stands_in_the_cart_and_moves_to_the_next_week(
    app: Flask, craft: Craft
) -> None:
    order(app, craft.shawl, 15)
    guest = app.test_client()
    shopper.add(guest, craft.shirt, 8)
    assert craft.words(1) in guest.get("/keranjang").text
    page = shopper.review(guest).text
    assert craft.words(1) in page
    assert shopper.pay(guest, page, "transfer").status_code == 303
    assert craft.used() == [(20, 20), (3, 20)]
    lines = fresh(select(OrderLine.made_in).order_by(OrderLine.id))
    assert lines == [craft.first, craft.first + timedelta(weeks=1)]
    assert not any(invariants.check_all().values())


def test_more_than_all_weeks_hold_is_cut_and_then_refused(app: Flask, craft: Craft) -> None:
    order(app, craft.shawl, 23)
    guest = app.test_client()
    shopper.add(guest, craft.shawl, 40)
    assert "Jumlah kami ubah dari 40 jadi 37." in guest.get("/keranjang").text
    order(app, craft.shirt, 37)
    page = guest.get("/keranjang").text
    assert "Perajin sudah penuh" in page
    assert guest.get("/bayar").status_code == 302
    assert craft.used() == [(20, 20)] * 3


def test_a_week_that_filled_up_meanwhile_is_shown_before_anything_is_paid(
    app: Flask, craft: Craft
) -> None:
    guest = app.test_client()
    shopper.add(guest, craft.shawl, 20)
    page = shopper.review(guest).text
    assert craft.words(0) in page
    order(app, craft.shirt, 1)
    answer = shopper.pay(guest, page, "transfer")
    assert answer.status_code == 409
    assert craft.words(1) in answer.text
    assert shopper.pay(guest, answer.text, "transfer").status_code == 303
    assert craft.used() == [(20, 20), (1, 20)]


def test_places_come_back_when_nobody_pays(app: Flask, craft: Craft) -> None:
    order(app, craft.shawl, 25)
    group = queries.group_by_code(fresh(select(OrderGroup.code))[0])
    assert group
    assert buying.cancel_unpaid(group)
    assert craft.used() == [(0, 20), (0, 20)]
    order(app, craft.shawl, 25)
    with transaction():
        db.session.execute(
            update(Order).where(Order.state == "waiting").values(due_at=builders.NOON)
        )
    assert buying.expire_unpaid() == 1
    assert craft.used() == [(0, 20), (0, 20)]
    assert set(fresh(select(QuotaPlace.state))) == {"released"}
    assert not any(invariants.check_all().values())


def test_a_paid_place_is_kept_and_given_back_when_it_is_cancelled(app: Flask, craft: Craft) -> None:
    guest = app.test_client()
    shopper.add(guest, craft.shawl, 5)
    paid = shopper.pay(guest, shopper.review(guest).text).headers["Location"]
    page = shopper.pay_and_return(guest, paid)
    assert craft.words(0) in guest.get(page).text
    assert fresh(select(QuotaPlace.state)) == ["kept"]
    code = fresh(select(Order.code))[0]
    shop_page = f"/toko-saya/{craft.shop.code}/pesanan/{code}"
    assert craft.words(0) in craft.client.get(shop_page).text
    ask = f"{page}/batal?pesanan={code}"
    form = shopper.hidden(guest.get(ask).text)
    assert guest.post(ask, data=form).status_code == 303
    assert craft.used() == [(0, 20)]
    assert not any(invariants.check_all().values())


def test_nobody_calls_a_shop_silent_before_its_week_is_over(craft: Craft) -> None:
    now = clock.now()
    sunday = craft.first + timedelta(days=6)
    assert order_rules.made_by([None, craft.first, None]) == sunday
    asked = order_rules.silent_from(now, sunday)
    assert asked.astimezone(rules.JAKARTA).date() == sunday + order_rules.LOOK_AFTER_SILENCE
    assert order_rules.silent_from(now, None) == now + order_rules.LOOK_AFTER_SILENCE


def test_places_let_go_are_held_again_only_while_there_is_room(app: Flask, craft: Craft) -> None:
    order(app, craft.shawl, 20)
    code, now = fresh(select(OrderGroup.code))[0], clock.now()
    with transaction():
        stock.release(code, now, state=HoldState.EXPIRED)
    with transaction():
        assert stock.hold_again(code, until=now, now=now)
    assert craft.used() == [(20, 20)]
    with transaction():
        stock.release(code, now, state=HoldState.EXPIRED)
    order(app, craft.shirt, 1)
    with transaction():
        assert not stock.hold_again(code, until=now, now=now)
    assert craft.used() == [(1, 20)]
    assert not shelf_invariants.s5_weeks_hold_what_is_promised()


def test_one_week_may_be_different_but_not_below_its_promises(app: Flask, craft: Craft) -> None:
    order(app, craft.shawl, 15)
    refused = craft.week(0, 14)
    assert refused.status_code == 422
    assert "15 potong sudah dijanjikan" in refused.text
    assert craft.week(0, 15).status_code == 303
    assert craft.week(1, 0).status_code == 303  # a holiday
    guest = app.test_client()
    shopper.add(guest, craft.shirt, 1)
    assert craft.words(2) in guest.get("/keranjang").text
    craft.save(craft.page(), per_week="8")
    assert craft.used() == [(15, 15), (0, 0)]
    assert craft.week(1, 8).status_code == 303
    craft.save(craft.page(), per_week="9")
    assert craft.used() == [(15, 15), (0, 9)]
    assert craft.week(40, 8).status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"name": ""},
        {"per_week": "0"},
        {"per_week": "10001"},
        {"per_week": "1e3"},
        {"horizon": "27"},
        {"horizon": ""},
    ],
)
def test_a_wrong_capacity_is_refused_and_kept(craft: Craft, typed: dict[str, str]) -> None:
    answer = craft.save(**typed)
    assert answer.status_code == 422
    assert "Ada yang perlu diperbaiki" in answer.text
    assert answer.text.count("checked") == 2
    assert len(fresh(select(Quota.id))) == 1


def test_products_of_another_shop_are_not_drawn_in(craft: Craft) -> None:
    other = builders.product("Tenun", shop=builders.shop("Tenun Budi"), lead_days=3)
    craft.save(craft.page(), produk=[craft.codes[0], other.code, "x"])
    shared = set(fresh(select(Product.code).where(Product.quota_id.is_not(None))))
    assert shared == {craft.codes[0]}


def test_a_capacity_that_is_dropped_limits_nothing_more(app: Flask, craft: Craft) -> None:
    order(app, craft.shawl, 20)
    form = shopper.hidden(craft.client.get(craft.page()).text)
    assert craft.client.post(f"{craft.page()}/hapus", data=form).status_code == 303
    guest = app.test_client()
    shopper.add(guest, craft.shirt, 90)
    page = guest.get("/keranjang").text
    assert "Dibuat minggu" not in page
    assert "Jumlah kami ubah" not in page
    assert not any(invariants.check_all().values())


def test_weeks_cost_one_statement_in_the_cart_however_many_lines(app: Flask, craft: Craft) -> None:
    guest, other = app.test_client(), app.test_client()
    plain = shopper.variant_of(builders.product("Keripik", shop=craft.shop))
    shopper.add(other, plain)
    shopper.add(guest, craft.shawl)
    counts = []
    for browser in (other, guest):
        browser.get("/keranjang")
        with statements() as found:
            browser.get("/keranjang")
        counts.append(len(found))
    shopper.add(guest, craft.shirt)
    with statements() as found:
        guest.get("/keranjang")
    assert [*counts, len(found)] == [counts[0], counts[0] + 1, counts[0] + 1]
    assert len(re.findall("Dibuat minggu", guest.get("/keranjang").text)) == 2
