"""The life of a product after its making: prices, two editors, hiding, removing, the list."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog import products
from marketplace.catalog.models import PriceChange, StockMove, Variant
from marketplace.catalog.states import ProductState
from marketplace.core.history import HistoryEntry
from tests import builders
from tests.counting import statements
from tests.web.seller.listing import fields, fill, finished, home, maker, newest, rows


def test_every_price_is_kept_with_who_and_when(client: FlaskClient) -> None:
    path = finished(client, maker(client))
    fill(client, f"{path}/harga", price_0="20000")
    fill(client, f"{path}/harga", price_0="20000")
    changes = rows(
        select(PriceChange.old, PriceChange.new, PriceChange.by).order_by(PriceChange.id),
        whole=True,
    )
    citra = builders.person("Citra")
    assert [tuple(change) for change in changes] == [
        (None, 18_000, citra),
        (18_000, 20_000, citra),
    ]
    acts = rows(select(HistoryEntry.act).where(HistoryEntry.act == "price.changed"))
    assert len(acts) == 2
    page = client.get(f"{path}/riwayat-harga").get_data(as_text=True)
    assert "Rp18.000" in page
    assert "Rp20.000" in page
    assert "Citra" in page


def test_stock_goes_through_the_book_of_stock(client: FlaskClient) -> None:
    finished(client, maker(client))
    assert rows(select(StockMove.quantity)) == [12]


def test_two_editors_see_both_values_and_neither_is_lost(client: FlaskClient) -> None:
    path = finished(client, maker(client)) + "/nama"
    mine = fields(client, path)
    fill(client, path, name="Keripik salak madu")
    answer = client.post(path, data={**mine, "name": "Keripik salak gurih"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Keripik salak madu" in page
    assert "Keripik salak gurih" in page
    assert "Pakai isian saya" in page
    assert newest().name == "Keripik salak madu"
    again = fields(client, path)["version"]
    assert again in page
    client.post(path, data={**mine, "name": "Keripik salak gurih", "version": again})
    assert newest().name == "Keripik salak gurih"


def test_the_same_words_twice_are_no_quarrel(client: FlaskClient) -> None:
    path = finished(client, maker(client)) + "/nama"
    mine = fields(client, path)
    fill(client, path, name="Keripik salak madu")
    assert client.post(path, data={**mine, "name": "Keripik salak madu"}).status_code == 303


def test_two_editors_of_prices_see_both(client: FlaskClient) -> None:
    path = finished(client, maker(client)) + "/harga"
    mine = fields(client, path)
    fill(client, path, price_0="21000")
    answer = client.post(path, data={**mine, "price_0": "23000"})
    assert answer.status_code == 409
    assert "21000" in answer.get_data(as_text=True)
    assert "23000" in answer.get_data(as_text=True)
    assert rows(select(Variant.price)) == [21_000]


def test_hide_show_remove_and_undo(client: FlaskClient) -> None:
    path = finished(client, maker(client, trusted=True))
    builders.post(client, f"{path}/tayangkan", {}, page=path)
    builders.post(client, f"{path}/sembunyikan", {}, page=path)
    assert newest().state == ProductState.HIDDEN
    builders.post(client, f"{path}/tampilkan", {}, page=path)
    assert newest().state == ProductState.LIVE
    builders.post(client, f"{path}/hapus", {}, page=path)
    assert newest().state == ProductState.REMOVED
    listing = client.get(path.rpartition("/")[0]).get_data(as_text=True)
    assert "Kembalikan" in listing
    assert client.get(path).status_code == 404
    removed = f"{path.rpartition('/')[0]}?keadaan=dihapus"
    builders.post(client, f"{path}/kembalikan", {}, page=removed)
    assert newest().state == ProductState.LIVE


def test_a_product_that_is_still_looked_at_comes_back_to_the_dinas(client: FlaskClient) -> None:
    path = finished(client, maker(client))
    builders.post(client, f"{path}/tayangkan", {}, page=path)
    builders.post(client, f"{path}/hapus", {}, page=path)
    removed = f"{path.rpartition('/')[0]}?keadaan=dihapus"
    builders.post(client, f"{path}/kembalikan", {}, page=removed)
    assert newest().state == ProductState.REVIEW


def test_the_list_costs_three_questions_however_long_it_is(client: FlaskClient) -> None:
    shop = maker(client)
    for n in range(3):
        builders.product(shop=shop, name=f"Teh kelor {n}")
    client.get(home(shop))
    with statements() as seen:
        client.get(home(shop))
    few = len(seen)
    for n in range(30):
        builders.product(shop=shop, name=f"Teh melati {n}")
    with statements() as seen:
        page = client.get(home(shop)).get_data(as_text=True)
    assert len(seen) == few <= 3, seen
    assert page.count("good__name") == products.PAGE
    assert "sesudah=" in page


def test_the_list_is_searched_without_tricks(client: FlaskClient) -> None:
    shop = maker(client)
    builders.product(shop=shop, name="Teh kelor 100% asli")
    builders.product(shop=shop, name="Keripik pisang")
    found = client.get(f"{home(shop)}?q=100%25").get_data(as_text=True)
    assert "Teh kelor" in found
    assert "Keripik pisang" not in found
    assert "Tidak ada produk dengan nama" in client.get(f"{home(shop)}?q=_").get_data(as_text=True)
    assert client.get(f"{home(shop)}?sesudah=abc").status_code == 404


def test_an_empty_shop_is_asked_for_one_photo(client: FlaskClient) -> None:
    page = client.get(home(maker(client))).get_data(as_text=True)
    assert "Belum ada produk. Cukup satu foto untuk mulai." in page
    assert "Ambil foto" in page
