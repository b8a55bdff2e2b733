"""Home, shops, sentra, the chooser of places, and the pages to read."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.makers.models import Ikm, Sentra, SentraMember
from marketplace.makers.states import ShopState
from tests import builders


def html(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


def sentra() -> Sentra:
    """Joho with two makers, one of them with a shop."""
    with transaction():
        made = Sentra(
            slug="joho",
            name="Sentra Jahit dan Bordir Joho",
            sector="sandang",
            village_code=builders.CONDONGCATUR,
            story="Sejak 1980-an.",
            chair="Bu Tri",
            unit_count=36,
            created_at=clock.now(),
        )
        db.session.add(made)
        db.session.flush()
        for name in ("Bu Tri", "Pak Wawan"):
            db.session.add(SentraMember(sentra_id=made.id, name=name, makes="Kebaya"))
        return made


def test_home_counts_what_there_is(client: FlaskClient) -> None:
    assert "Belum ada produk" in html(client, "/")
    builders.product()
    page = html(client, "/")
    assert "1 produk dari 1 toko" in page
    assert "Keripik salak pondoh" in page
    assert page.count("<h1") == 1


def test_home_shows_what_is_near_once_a_place_is_chosen(client: FlaskClient) -> None:
    builders.product()
    assert "Dekat Anda" not in html(client, "/")
    builders.post(client, "/lokasi", {"kode": builders.CONDONGCATUR})
    page = html(client, "/")
    assert "Dekat Anda, di Depok, Sleman" in page
    assert page.count("Diantar ke") == 1


def test_a_shop_has_its_own_page(client: FlaskClient) -> None:
    shop = builders.shop(
        quote="Saya belajar dari Ibu.",
        story="Sejak muda.\nSampai tua.",
        since=1998,
        whatsapp="6281234567890",
        hours={"mon": ["08:00", "16:00"]},
    )
    builders.product(shop=shop)
    page = html(client, "/t/dapur-citra")
    for words in ("sejak 1998", "wa.me/6281234567890", "08.00–16.00", "Tutup", "Saya belajar"):
        assert words in page
    assert "Keripik salak pondoh" in page


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (ShopState.DRAFT, 404),
        (ShopState.REVIEW, 404),
        (ShopState.RETURNED, 404),
        (ShopState.SUSPENDED, 404),
        (ShopState.CLOSED, 410),
    ],
)
def test_a_shop_that_is_not_open_is_not_shown(
    client: FlaskClient, state: ShopState, status: int
) -> None:
    builders.shop(state=state)
    html(client, "/t/dapur-citra", status)


def test_a_resting_shop_says_so_and_sells_nothing(client: FlaskClient) -> None:
    builders.product(shop=builders.shop())
    with transaction():
        db.session.execute(update(Ikm).values(state=ShopState.PAUSED))
    page = html(client, "/t/dapur-citra")
    assert "Toko sedang istirahat" in page
    assert "Keripik salak pondoh" not in page


def test_the_products_of_a_shop_go_on_page_by_page(client: FlaskClient) -> None:
    shop = builders.shop()
    for number in range(26):
        builders.product(f"Keripik {number}", shop=shop)
    page = html(client, "/t/dapur-citra")
    way_on = re.search(r'href="(/t/dapur-citra\?setelah=\d+)"', page)
    assert way_on
    assert html(client, way_on.group(1)).count('class="card product"') == 2
    html(client, "/t/dapur-citra?setelah=abc", 400)


def test_a_sentra_shows_members_shops_and_products(client: FlaskClient) -> None:
    joho = sentra()
    builders.product("Kebaya bordir", shop=builders.shop("Bordir Tri", sentra_id=joho.id))
    assert "36 perajin · 1 toko di sini" in html(client, "/sentra")
    page = html(client, "/sentra/joho")
    for words in ("Pak Wawan", "Bordir Tri", "Kebaya bordir", "ketua Bu Tri", "Condongcatur"):
        assert words in page
    html(client, "/sentra/tidak-ada", 404)


def test_a_place_is_found_by_typing_and_leads_back(client: FlaskClient) -> None:
    page = html(client, "/lokasi?q=condong&lanjut=/k/makanan")
    assert f'value="{builders.CONDONGCATUR}"' in page
    answer = builders.post(
        client,
        "/lokasi",
        {"kode": builders.CONDONGCATUR, "lanjut": "/k/makanan"},
        page="/lokasi?q=condong",
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/k/makanan")
    assert "Depok, Sleman" in html(client, "/lokasi")
    assert "Diantar ke" in html(client, "/kategori")


def test_a_place_is_found_by_walking_down(client: FlaskClient) -> None:
    assert "Pilih kapanewon di Sleman" in html(client, "/lokasi?di=34.04")
    assert "Condongcatur" in html(client, "/lokasi?di=34.04.07")


@pytest.mark.parametrize("code", ["", "34.04", "34.04.07.9999", "x", "34.04.07.2003'"])
def test_only_a_village_can_be_chosen(client: FlaskClient, code: str) -> None:
    answer = builders.post(client, "/lokasi", {"kode": code}, page="/lokasi?q=condong")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "way", ["https://jahat.test", "//jahat.test", "/\\jahat.test", "javascript:1"]
)
def test_nobody_is_led_away(client: FlaskClient, way: str) -> None:
    form = {"kode": builders.CONDONGCATUR, "lanjut": way}
    answer = builders.post(client, "/lokasi", form, page="/lokasi?q=condong")
    assert answer.headers["Location"] == "/"


def test_a_place_can_be_forgotten(client: FlaskClient) -> None:
    builders.post(client, "/lokasi", {"kode": builders.CONDONGCATUR}, page="/lokasi?q=condong")
    builders.post(client, "/lokasi", {"hapus": "1"})
    assert "Pilih lokasi" in html(client, "/kategori")


def test_postage_to_the_chosen_place_stands_at_the_product(client: FlaskClient) -> None:
    made = builders.product()
    builders.post(client, "/lokasi", {"kode": builders.CONDONGCATUR}, page="/lokasi?q=condong")
    page = html(client, f"/p/{made.slug}-{made.code}")
    assert "Depok, Sleman" in page
    assert "Ubah lokasi" in page


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/bantuan", "Berapa ongkirnya?"),
        ("/privasi", "Pelindungan Data Pribadi"),
        ("/syarat", "Uang kembali"),
        ("/tentang-data", "Open Database License"),
        ("/luring", "Sinyal sedang hilang"),
        ("/robots.txt", "Disallow: /"),
    ],
)
def test_pages_to_read_open_for_everybody(client: FlaskClient, path: str, words: str) -> None:
    assert words in html(client, path)
