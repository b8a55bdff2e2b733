"""Category and search pages: what they show, what they refuse, what they ask the database."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.catalog import shelves
from marketplace.catalog.models import Attribute, Listing
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from tests import builders
from tests.counting import statements


def html(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


def names(page: str) -> list[str]:
    return re.findall(r'class="product__name"><a href="[^"]+">([^<]+)<', page)


def fill(count: int) -> None:
    """So many products, one a minute, the last the newest."""
    shop = builders.shop()
    start = clock.now() - timedelta(days=1)
    for number in range(count):
        builders.product(
            f"Keripik nomor {number:03}",
            shop=shop,
            price=1000 + number,
            live_at=start + timedelta(minutes=number),
        )


def test_a_category_shows_its_newest_first_and_leads_on(client: FlaskClient) -> None:
    fill(30)
    first = html(client, "/k/makanan")
    assert names(first)[:2] == ["Keripik nomor 029", "Keripik nomor 028"]
    assert "30 produk" in first
    way_on = re.search(r'href="(/k/makanan\?hal=2[^"]+)" rel="next"', first)
    assert way_on
    second = html(client, way_on.group(1).replace("&amp;", "&"))
    assert names(second) == [f"Keripik nomor {n:03}" for n in range(5, -1, -1)]
    assert "30 dari 30 produk" in second


def test_only_the_pictures_of_the_first_screen_load_at_once(client: FlaskClient) -> None:
    shop = builders.shop()
    for number in range(4):
        code = builders.product(f"Keripik {number}", shop=shop).code
        with transaction():
            db.session.execute(
                update(Listing).where(Listing.code == code).values(cover=f"photo{number}/1/180,360")
            )
    pictures = re.findall(r'<img class="product__img"[^>]+>', html(client, "/k/makanan"))
    assert ["lazy" in picture for picture in pictures] == [False, False, True, True]
    assert ["fetchpriority" in picture for picture in pictures] == [True, False, False, False]


def test_a_page_number_alone_finds_the_same_page(client: FlaskClient) -> None:
    fill(30)
    assert names(html(client, "/k/makanan?hal=2"))[0] == "Keripik nomor 005"
    assert names(html(client, "/k/makanan?hal=2&urut=termurah"))[0] == "Keripik nomor 024"
    assert "Daftar ini sudah habis" in html(client, "/k/makanan?hal=500")


def test_filters_combine_and_each_can_be_taken_away(client: FlaskClient) -> None:
    fill(3)
    builders.product("Keripik mahal", price=500_000, lead_days=3)
    page = html(client, "/k/keripik?max=100.000&siap=1&kecamatan=34.04.07")
    assert len(names(page)) == 3
    assert page.count("Hapus saringan") == 3
    for words in ("Depok", "Di bawah Rp100.000", "Siap kirim"):
        assert words in page
    assert "Tidak ada produk dengan saringan ini" in html(client, "/k/keripik?kecamatan=34.04.12")


def test_a_question_of_the_category_narrows_its_list(client: FlaskClient) -> None:
    shelf = shelves.by_slug("keripik")
    assert shelf
    with transaction():
        asked = Attribute(
            category_id=shelf.id, code="rasa", label="Rasa", kind="choice", facet=True
        )
        db.session.add(asked)
    shelves.forget()
    for name, taste in (("Satu", "pedas"), ("Dua", "manis"), ("Tiga", "pedas")):
        builders.product(name, attributes={"rasa": taste})
    page = html(client, "/k/keripik")
    assert re.search(r'p-rasa=pedas">Pedas<span class="facet__n">2<', page)
    assert set(names(html(client, "/k/keripik?p-rasa=pedas"))) == {"Satu", "Tiga"}
    with transaction():
        db.session.delete(db.session.get_one(Attribute, asked.id))


@pytest.mark.parametrize(
    "query",
    [
        "urut=acak",
        "urut=sesuai",
        "min=murah",
        "max=-1",
        "min=1e5",
        "max=99999999999999",
        "hal=0",
        "hal=501",
        "hal=dua",
        "hal=１２",
        "setelah=1",
        "setelah=x-1",
        "setelah=99999999999999999999-1",
        "siap=ya",
        "kecamatan=Ngaglik",
        "kecamatan=34.04.07'--",
    ],
)
def test_what_no_page_of_ours_would_ask_for_is_refused(client: FlaskClient, query: str) -> None:
    html(client, f"/k/makanan?{query}", 400)


def test_unknown_filters_of_others_do_no_harm(client: FlaskClient) -> None:
    html(client, "/k/makanan?utm_source=wa&fbclid=abc&min=&max=&kecamatan=")


def test_an_unknown_category_is_not_found(client: FlaskClient) -> None:
    html(client, "/k/tidak-ada", 404)
    html(client, "/cari?q=a&kategori=tidak-ada", 400)


def test_search_mends_and_says_so(client: FlaskClient) -> None:
    builders.product("Keripik salak pondoh")
    page = html(client, "/cari?q=kripik+saalk+pondo")
    assert names(page) == ["Keripik salak pondoh"]
    assert "Tidak ada “kripik saalk pondo”" in page


def test_nothing_found_helps_on(client: FlaskClient) -> None:
    builders.product("Keripik salak pondoh")
    page = html(client, "/cari?q=wkwkwkwk")
    assert "Tidak ada “wkwkwkwk”" in page
    assert 'class="tile" href="/k/makanan"' in page


def test_an_empty_search_is_the_whole_market(client: FlaskClient) -> None:
    fill(3)
    assert len(names(html(client, "/cari"))) == 3
    assert len(names(html(client, "/cari?q=+"))) == 3


def test_markup_in_a_query_stays_text(client: FlaskClient) -> None:
    page = html(client, "/cari?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page


def test_a_sold_out_product_is_marked(client: FlaskClient) -> None:
    builders.product(stock=0)
    assert "Habis" in html(client, "/k/keripik")


@pytest.mark.parametrize("path", ["/k/makanan", "/cari?q=keripik", "/kategori"])
def test_lists_of_strangers_set_no_cookie(client: FlaskClient, path: str) -> None:
    fill(1)
    assert "Set-Cookie" not in client.get(path).headers


@pytest.mark.parametrize(
    "path",
    [
        "/k/makanan",
        "/k/makanan?hal=2",
        "/k/makanan?max=100000&siap=1&kecamatan=34.04.07",
        "/cari?q=keripik",
        "/cari?q=krpik+nomor",
        "/cari?q=keripik&kategori=makanan&urut=termurah&min=1000",
    ],
)
def test_a_list_asks_the_same_of_one_and_of_many(
    app: Flask, client: FlaskClient, path: str
) -> None:
    asked = set()
    for more in (1, 23, 276):
        fill_more(more)
        html(client, path)  # what every process keeps is read once
        with statements(db) as seen:
            html(client, path)
        asked.add(len(seen))
    assert len(asked) == 1
    assert max(asked) <= 3


def fill_more(count: int) -> None:
    shop = db.session.scalar(db.select(builders.Ikm)) or builders.shop()
    for number in range(count):
        sizes = {f"Isi {n}": 1000 + n for n in range(3 if number % 9 == 0 else 1)}
        builders.product(f"Keripik nomor {number}", shop=shop, variants=sizes)
