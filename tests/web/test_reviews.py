"""Reviews through the pages: the buyer by the link, everybody on the product, shop and dinas."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.catalog.models import Product
from marketplace.core.db import db
from marketplace.orders.reviews.models import Review
from tests import builders
from tests.counting import statements
from tests.orders import grievances as sad
from tests.orders.test_reviews import received, the_review
from tests.web.seller.listing import snapshot
from tests.web.test_complaints import link


def say(client: FlaskClient, code: str, *photos: bytes, **changed: Any) -> TestResponse:
    """Fill in the form as a phone would."""
    path, line = f"{link(code)}/ulasan/{code}", sad.lines_of(code)[0].id
    form = {
        "csrf_token": builders.form_token(client, f"{path}?barang={line}"),
        "line": str(line),
        "stars": "4",
        "words": "Renyah, manisnya pas.",
        "foto": [(io.BytesIO(data), f"{n}.jpg") for n, data in enumerate(photos)],
        **changed,
    }
    return client.post(path, data=form, content_type="multipart/form-data")


def product_page() -> str:
    db.session.rollback()
    one = db.session.scalars(select(Product)).first()
    assert one is not None
    found = f"/p/{one.slug}-{one.code}"
    db.session.rollback()
    return found


def reviews() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Review.id)).all())


def test_what_a_buyer_says_stands_on_the_page_of_the_product(
    app: Flask, client: FlaskClient
) -> None:
    code = received()
    assert "Tulis ulasan" in client.get(link(code)).text
    assert 'id="ulasan"' not in client.get(product_page()).text
    assert say(client, code, snapshot()).status_code == 303
    page = client.get(product_page()).text
    for words in ("Renyah, manisnya pas.", "dari 1 ulasan", "4 dari 5 bintang", '"ratingValue"'):
        assert words in page, words
    picture = page.partition('class="photo photo--square" src="')[2].partition('"')[0]
    answer = client.get(picture)
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    answer.close()
    assert "Renyah" in client.get(f"{product_page()}/ulasan").text
    again = say(client, code, stars="2", words="Kurang renyah.")
    assert again.status_code == 303
    page = client.get(product_page()).text
    assert "Kurang renyah." in page
    assert "dari 1 ulasan" in page


def test_a_product_nobody_spoke_of_costs_no_statement_more(app: Flask, client: FlaskClient) -> None:
    code = received()
    page = product_page()
    client.get(page)
    with statements() as plain:
        client.get(page)
    assert not any("FROM review" in statement for statement in plain)
    say(client, code)
    client.get(page)
    with statements() as told:
        client.get(page)
    assert len(told) == len(plain) + 1 <= 4


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"stars": "6"}, "dari daftar"),
        ({"stars": ""}, "dari daftar"),
        ({"words": "x" * 1001}, "paling panjang"),
        ({"foto": [(io.BytesIO(b"halo"), "a.jpg")]}, "bukan foto"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    client: FlaskClient, changed: dict[str, Any], words: str
) -> None:
    answer = say(client, received(), **changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert reviews() == 0


def test_a_line_of_another_order_is_not_there(app: Flask, client: FlaskClient) -> None:
    code = received()
    assert say(client, code, line="999999").status_code == 404
    unsent = sad.shipped(shop=builders.shop("Toko Lain"))
    assert client.get(f"{link(unsent)}/ulasan/{unsent}").status_code == 409


def test_many_reviews_are_read_page_by_page(app: Flask, client: FlaskClient) -> None:
    code = received()
    say(client, code)
    first = f"{product_page()}/ulasan"
    assert client.get(f"{first}?sebelum={the_review().id}").text.count("Renyah") == 0
    assert client.get(f"{first}?sebelum=abc").status_code == 200
    assert client.get(f"{first[:-7]}x/ulasan").status_code in (301, 404)


def test_a_report_is_looked_at_and_the_review_hidden(app: Flask, client: FlaskClient) -> None:
    say(client, received())
    review = the_review().code
    stranger = app.test_client()
    path = f"/ulasan/{review}/laporkan"
    assert builders.post(stranger, path, {"words": ""}).status_code == 422
    told = builders.post(stranger, path, {"words": "Ini bukan pembeli."})
    assert told.status_code == 303
    assert "Laporan Anda sudah masuk" in stranger.get(told.headers["Location"]).text
    eka = app.test_client()
    builders.sign_in(eka, builders.staff())
    assert "ulasan dilaporkan" in eka.get("/dinas").text
    assert "1 laporan" in eka.get("/dinas/ulasan").text
    desk = f"/dinas/ulasan/{review}"
    assert "Ini bukan pembeli." in eka.get(desk).text
    assert builders.post(eka, desk, {"words": "Memuat nomor HP."}).status_code == 303
    assert "Renyah" not in client.get(product_page()).text
    assert stranger.get(path).status_code == 404
    assert "Sedang disembunyikan" in eka.get(desk).text
    assert builders.post(eka, desk, {"words": "Sudah benar."}).status_code == 303
    assert "Renyah" in client.get(product_page()).text
    left = builders.post(eka, f"{desk}/biarkan", {}, page=desk)
    assert left.status_code == 303


def test_the_shop_answers_once_under_the_review(app: Flask, client: FlaskClient) -> None:
    say(client, received())
    citra = app.test_client()
    builders.sign_in(citra, builders.person("Citra"))
    db.session.rollback()
    from_shop = citra.get("/toko-saya", follow_redirects=True).request.path
    here = f"{from_shop}/ulasan"
    assert "Renyah" in citra.get(here).text
    path = f"{here}/{the_review().code}/jawab"
    assert builders.post(citra, path, {"words": ""}).status_code == 422
    assert builders.post(citra, path, {"words": "Terima kasih, Bu."}).status_code == 303
    assert builders.post(citra, path, {"words": "Lagi."}).status_code == 409
    assert "Terima kasih, Bu." in client.get(product_page()).text
