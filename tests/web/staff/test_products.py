"""The dinas looks at the first products of a new shop."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog.models import Listing, Product
from marketplace.catalog.states import ProductState
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.makers.models import Ikm
from tests import builders
from tests.counting import statements
from tests.web.seller.listing import fill, finished, maker, newest
from tests.web.staff.judging import sent_in, verdict


def test_the_dinas_lets_a_product_pass_and_it_is_on_the_market(
    client: FlaskClient, officer: FlaskClient
) -> None:
    code = sent_in(client, maker(client))
    assert "Keripik salak pondoh" in officer.get("/dinas/produk").get_data(as_text=True)
    assert verdict(officer, code, "loloskan").status_code == 303
    assert newest().state == ProductState.LIVE
    assert db.session.scalars(select(Listing.code)).first() == code
    letters = db.session.scalars(select(Job.args).where(Job.name == "letters.send")).all()
    assert [letter["name"] for letter in letters] == ["product_approved"]
    assert "Tidak ada yang menunggu Anda." in officer.get("/dinas/produk").get_data(as_text=True)


def test_after_three_products_the_shop_is_trusted(
    client: FlaskClient, officer: FlaskClient
) -> None:
    shop = maker(client)
    for n in range(3):
        verdict(officer, sent_in(client, shop, f"Keripik salak {n}"), "loloskan")
        db.session.rollback()
        assert db.session.get(Ikm, shop.id, populate_existing=True).trusted is (n == 2)
    acts = db.session.scalars(select(HistoryEntry.act)).all()
    assert acts.count("product.approved") == 3
    assert acts.count("shop.trusted") == 1
    sent_in(client, shop, "Keripik salak madu")
    assert newest().state == ProductState.LIVE


def test_a_product_goes_back_with_a_reason_its_maker_reads(
    client: FlaskClient, officer: FlaskClient
) -> None:
    code = sent_in(client, maker(client))
    empty = verdict(officer, code, "kembalikan", reason="")
    assert empty.status_code == 422
    assert "Isi alasannya" in empty.get_data(as_text=True)
    assert verdict(officer, code, "kembalikan", reason="x" * 501).status_code == 422
    reason = "Foto agak gelap, tolong ambil lagi dekat jendela."
    assert verdict(officer, code, "kembalikan", reason=reason).status_code == 303
    product = newest()
    assert (product.state, product.state_reason) == (ProductState.RETURNED, reason)
    path = f"/toko-saya/{db.session.get(Ikm, product.ikm_id).code}/produk/{code}"
    page = client.get(path).get_data(as_text=True)
    assert reason in page
    assert "Kirim lagi" in page
    builders.post(client, f"{path}/tayangkan", {}, page=path)
    assert newest().state == ProductState.REVIEW


def test_two_officers_decide_once(client: FlaskClient, officer: FlaskClient, app: Flask) -> None:
    code = sent_in(client, maker(client))
    other = app.test_client()
    builders.sign_in(other, builders.staff("Endah"))
    where = f"/dinas/produk/{code}"
    seen = re.search(
        r'name="version" value="([0-9a-f]+)"', other.get(where).get_data(as_text=True)
    )[1]
    token = builders.form_token(other, where)
    verdict(officer, code, "loloskan")
    late = other.post(
        f"{where}/kembalikan",
        data={"csrf_token": token, "version": seen, "reason": "Foto kurang terang sekali."},
    )
    assert late.status_code == 409
    assert "Petugas lain sudah memutuskan" in late.get_data(as_text=True)
    assert newest().state == ProductState.LIVE


def test_what_was_changed_meanwhile_is_looked_at_again(
    client: FlaskClient, officer: FlaskClient
) -> None:
    shop = maker(client)
    code = sent_in(client, shop)
    where = f"/dinas/produk/{code}"
    page = officer.get(where).get_data(as_text=True)
    seen = re.search(r'name="version" value="([0-9a-f]+)"', page)[1]
    fill(client, f"/toko-saya/{shop.code}/produk/{code}/nama", name="Keripik lain sama sekali")
    answer = builders.post(officer, f"{where}/loloskan", {"version": seen}, page=where)
    assert answer.status_code == 409
    assert newest().state == ProductState.REVIEW


def test_only_the_dinas_comes_in(client: FlaskClient) -> None:
    code = sent_in(client, maker(client))
    assert client.get("/dinas/produk").status_code == 403
    assert client.get(f"/dinas/produk/{code}").status_code == 403


def test_what_was_never_sent_in_is_not_there(client: FlaskClient, officer: FlaskClient) -> None:
    finished(client, maker(client))
    assert officer.get(f"/dinas/produk/{newest().code}").status_code == 404
    assert officer.get("/dinas/produk/tidakada22").status_code == 404
    assert officer.get("/dinas/produk?sesudah=besok").status_code == 404
    assert officer.get(f"/dinas/produk?sesudah={'9' * 30}-1").status_code == 404


def test_the_queue_goes_on_behind_the_last_one_in_few_questions(
    client: FlaskClient, officer: FlaskClient
) -> None:
    shop = maker(client)
    for n in range(30):
        product = builders.product(shop=shop, name=f"Teh {n}", state=ProductState.REVIEW)
        with transaction():
            db.session.get(Product, product.id).submitted_at = builders.NOON
    with statements() as seen:
        page = officer.get("/dinas/produk").get_data(as_text=True)
    assert page.count("good__name") == 24
    assert len(seen) <= 4
    onward = re.search(r'href="(/dinas/produk\?sesudah=[^"]+)"', page)[1]
    assert officer.get(onward).get_data(as_text=True).count("good__name") == 6
