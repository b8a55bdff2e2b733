"""A maker lists a product: page by page, in any order, with what people really type."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog.models import Attribute, Category, Variant
from marketplace.catalog.states import ProductState
from marketplace.core.db import db
from marketplace.core.work import transaction
from tests import builders
from tests.web.seller.listing import (
    fields,
    fill,
    finished,
    home,
    maker,
    newest,
    rows,
    send_photos,
    snapshot,
    stored,
)


def test_a_maker_goes_from_one_photo_to_the_desk_of_the_dinas(client: FlaskClient) -> None:
    shop = maker(client)
    answer = send_photos(client, f"{home(shop)}/baru", snapshot())
    path = f"{home(shop)}/{newest().code}"
    assert answer.location == f"{path}/foto"
    assert fill(client, f"{path}/nama", name="Kripik salak 200 gram").location == f"{path}/jenis"
    guessed = client.get(f"{path}/jenis").get_data(as_text=True)
    assert "Apakah ini jenisnya?" in guessed
    assert fill(client, f"{path}/jenis").location == f"{path}/harga"
    assert fill(client, f"{path}/harga", price_0="Rp18.000").location == f"{path}/ukuran"
    measures = fields(client, f"{path}/ukuran")
    typed = {key: "250" if key.startswith("weight") else "7" for key in measures if "_" in key}
    typed.pop("csrf_token")
    typed.pop("lead_days")
    assert fill(client, f"{path}/ukuran", **typed).location == path
    check = client.get(path).get_data(as_text=True)
    assert "Bapak/Ibu terima Rp18.000" in check
    assert builders.post(client, f"{path}/tayangkan", {}, page=path).status_code == 303
    product = newest()
    assert product.state == ProductState.REVIEW
    assert product.slug == "kripik-salak-200-gram"
    assert db.session.get(Category, product.category_id).slug == "keripik"
    assert "Sedang diperiksa dinas" in client.get(home(shop)).get_data(as_text=True)


def test_a_trusted_shop_goes_live_at_once(client: FlaskClient) -> None:
    path = finished(client, maker(client, trusted=True))
    builders.post(client, f"{path}/tayangkan", {}, page=path)
    assert newest().state == ProductState.LIVE
    assert newest().cover
    assert newest().price_from == 18_000


def test_an_unfinished_product_says_what_is_missing(client: FlaskClient) -> None:
    shop = maker(client)
    client.post(
        f"{home(shop)}/baru",
        data={"csrf_token": builders.form_token(client, f"{home(shop)}/baru"), "tanpa_foto": "1"},
    )
    path = f"{home(shop)}/{newest().code}"
    page = client.get(path).get_data(as_text=True)
    for task in ("Ambil foto", "Isi nama produk", "Isi harga"):
        assert task in page
    answer = builders.post(client, f"{path}/tayangkan", {}, page=path)
    assert answer.status_code == 422
    assert "Masih ada yang belum diisi" in answer.text
    for part, words in (
        ("foto", "Ambil foto"),
        ("nama", "Isi nama produk"),
        ("harga", "Isi harga"),
    ):
        assert f'<li><a href="{path}/{part}">{words}</a></li>' in answer.text
    assert newest().state == ProductState.DRAFT


def test_an_empty_shelf_is_named_where_it_is_filled(client: FlaskClient) -> None:
    path = finished(client, maker(client))
    stock = next(key for key in fields(client, f"{path}/ukuran") if key.startswith("stock_"))
    fill(client, f"{path}/ukuran", **{stock: "0"})
    refused = builders.post(client, f"{path}/tayangkan", {}, page=path)
    assert refused.status_code == 422
    assert f'<a href="{path}/ukuran">Isi berat dan stok: stok masih kosong</a>' in refused.text


def test_stock_waits_for_a_price(client: FlaskClient) -> None:
    shop = maker(client)
    builders.post(client, f"{home(shop)}/baru", {"tanpa_foto": "1"})
    path = f"{home(shop)}/{newest().code}"
    assert client.get(f"{path}/ukuran").location == f"{path}/harga"
    assert fill(client, f"{path}/harga", price_0="5000").status_code == 303


BAD_PRICES = {
    "": "Isi harga.",
    "0": "paling sedikit Rp1",
    "-5000": "angka rupiah saja",
    "1e3": "angka rupiah saja",
    "１２３": "angka rupiah saja",
    "12,5": "angka rupiah saja",
    "9999999999999999999": "paling banyak",
    "1000000000001": "paling banyak",
    "<b>5000</b>": "angka rupiah saja",
}


@pytest.mark.parametrize("typed", BAD_PRICES)
def test_a_price_that_is_none_is_said_at_its_field(client: FlaskClient, typed: str) -> None:
    path = finished(client, maker(client))
    answer = fill(client, f"{path}/harga", price_0=typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert BAD_PRICES[typed] in page
    assert f'value="{typed}"' in page or "&lt;b&gt;" in page or not typed
    assert rows(select(Variant.price)) == [18_000]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Isi nama produk."),
        ("ab", "paling sedikit 3 huruf"),
        ("k" * 121, "paling panjang 120 huruf"),
        ("<script>alert(1)</script>", "tanpa kode"),
        ("Keripik\x00salak", "tidak bisa dibaca"),
    ],
)
def test_a_name_that_cannot_be_is_said_at_its_field(
    client: FlaskClient, typed: str, words: str
) -> None:
    path = finished(client, maker(client))
    answer = fill(client, f"{path}/nama", name=typed)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert newest().name == "Keripik salak pondoh"


@pytest.mark.parametrize("typed", ["-1", "1e3", "２", "banyak", "1000001", "1.5"])
def test_a_stock_that_is_no_count_changes_nothing(client: FlaskClient, typed: str) -> None:
    path = finished(client, maker(client))
    stock = next(key for key in fields(client, f"{path}/ukuran") if key.startswith("stock_"))
    assert fill(client, f"{path}/ukuran", **{stock: typed}).status_code == 422
    assert rows(select(Variant.on_hand)) == [12]


@pytest.mark.parametrize("typed", ["0", "500001", "٢٥٠", "250 gram"])
def test_a_weight_that_cannot_be_changes_nothing(client: FlaskClient, typed: str) -> None:
    path = finished(client, maker(client))
    weight = next(key for key in fields(client, f"{path}/ukuran") if key.startswith("weight_"))
    assert fill(client, f"{path}/ukuran", **{weight: typed}).status_code == 422
    assert rows(select(Variant.weight_g)) == [250]


def test_what_is_made_to_order_says_how_long_it_takes(client: FlaskClient) -> None:
    path = finished(client, maker(client))
    answer = fill(client, f"{path}/ukuran", how="order")
    assert answer.status_code == 422
    assert "Isi lama pembuatan" in answer.get_data(as_text=True)
    assert (
        fill(client, f"{path}/ukuran", how="order", lead_days="7", length="12,5").status_code == 303
    )
    assert (newest().lead_days, newest().length_mm) == (7, 125)


def test_sizes_are_added_and_taken_away_without_losing_what_was_typed(client: FlaskClient) -> None:
    path = finished(client, maker(client)) + "/harga"
    more = fill(client, path, price_0="18000", name_0="200 gram", tambah="1")
    page = more.get_data(as_text=True)
    assert more.status_code == 200
    assert 'value="200 gram"' in page
    assert 'name="price_1"' in page
    sent = fields(client, path) | {
        "rows": "2",
        "name_0": "200 gram",
        "price_0": "18000",
        "name_1": "500 gram",
        "price_1": "40000",
    }
    less = client.post(path, data={**sent, "hapus": "0"}).get_data(as_text=True)
    assert 'value="500 gram"' in less
    assert "200 gram" not in less.replace("Contoh: 200 gram", "")
    assert client.post(path, data=sent).status_code == 303
    assert rows(select(Variant.name).order_by(Variant.position)) == [
        "200 gram",
        "500 gram",
    ]
    twice = client.post(path, data=fields(client, path) | {"name_1": "200 GRAM"})
    assert twice.status_code == 422
    assert "sudah ada" in twice.get_data(as_text=True)


@pytest.mark.parametrize("rows", ["0", "999", "-1", "²", "<b>", ""])
def test_a_number_of_rows_that_cannot_be_is_not_believed(client: FlaskClient, rows: str) -> None:
    path = finished(client, maker(client)) + "/harga"
    assert fill(client, path, rows=rows, price_0="19000").status_code == 303


def test_a_stale_token_keeps_what_was_typed(client: FlaskClient) -> None:
    path = finished(client, maker(client)) + "/nama"
    answer = fill(client, path, csrf_token="old", name="Keripik salak madu")
    assert 400 <= answer.status_code < 500
    assert "Keripik salak madu" in answer.get_data(as_text=True)
    assert newest().name == "Keripik salak pondoh"


@pytest.mark.parametrize(
    "part", ["", "/foto", "/nama", "/jenis", "/harga", "/ukuran", "/cerita", "/riwayat-harga"]
)
def test_another_shops_product_is_not_there(client: FlaskClient, part: str) -> None:
    shop = maker(client)
    theirs = builders.shop("Batik Budi", owner=builders.person("Budi"))
    foreign = builders.product(shop=theirs)
    assert client.get(f"{home(shop)}/{foreign.code}{part}").status_code == 404
    assert client.get(f"{home(theirs)}/{foreign.code}{part}").status_code == 404
    assert client.get(f"{home(shop)}/tidakada22{part}").status_code == 404


@pytest.mark.parametrize("act", ["sembunyikan", "tampilkan", "hapus", "kembalikan", "tayangkan"])
def test_another_shops_product_is_not_touched(client: FlaskClient, act: str) -> None:
    path = finished(client, maker(client))
    theirs = builders.shop("Batik Budi", owner=builders.person("Budi"))
    foreign = builders.product(shop=theirs)
    here = path.rpartition("/")[0]
    answer = builders.post(client, f"{here}/{foreign.code}/{act}", {}, page=path)
    assert answer.status_code == 404
    assert stored(foreign.code).state == ProductState.LIVE


def test_the_questions_of_the_shelf_are_asked_and_judged(client: FlaskClient) -> None:
    path = finished(client, maker(client))
    with transaction():
        shelf = db.session.scalars(select(Category.id).where(Category.slug == "keripik")).one()
        made = [
            Attribute(
                category_id=shelf,
                code="tes_rasa",
                label="Rasa",
                kind="choice",
                options=["Manis", "Gurih"],
                required=True,
            ),
            Attribute(category_id=shelf, code="tes_isi", label="Isi", kind="number", unit="potong"),
            Attribute(category_id=shelf, code="tes_vegan", label="Tanpa hewani", kind="bool"),
        ]
        db.session.add_all(made)
    try:
        page = f"{path}/keterangan"
        assert "Langkah 4 dari 5 · Keterangan" in client.get(page).text
        refused = builders.post(client, f"{path}/tayangkan", {}, page=path)
        assert refused.status_code == 422
        # said above, in the list of tasks, and beside the button that does not go
        why = f'<a href="{page}">Jawab keterangan produk: Rasa belum dijawab</a>'
        assert refused.text.count(why) == 2
        assert '<span class="hint">Rasa belum dijawab</span>' in refused.text
        assert fill(client, page, a_tes_isi="20").status_code == 422
        assert fill(client, page, a_tes_rasa="Pedas").status_code == 422
        assert fill(client, page, a_tes_rasa="Manis", a_tes_isi="1e3").status_code == 422
        assert fill(client, page, a_tes_rasa="Gurih").status_code == 303  # the rest passed over
        assert newest().attributes == {"tes_rasa": "Gurih"}
        bare = {key: fields(client, page)[key] for key in ("csrf_token", "version")}
        assert client.post(page, data={**bare, "a_tes_rasa": "Manis"}).status_code == 303
        sent = fill(client, page, a_tes_rasa="Manis", a_tes_isi="20", a_tes_vegan="ya")
        assert sent.status_code == 303
        assert newest().attributes == {"tes_rasa": "Manis", "tes_isi": 20, "tes_vegan": True}
        assert "20 potong" in client.get(path).get_data(as_text=True)
    finally:
        with transaction():
            for row in made:
                db.session.delete(db.session.get(Attribute, row.id))
