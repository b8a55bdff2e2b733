"""A new shop changes what the dinas let pass: buyers read it at once, an officer looks again."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog.models import Listing
from marketplace.catalog.states import ProductState
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.makers import trust
from marketplace.makers.models import Ikm
from tests import builders
from tests.web.seller.listing import fill, maker, newest, send_photos, snapshot
from tests.web.staff.judging import sent_in, verdict

HEADING = "Diubah setelah diperiksa"


@pytest.fixture
def path(client: FlaskClient, officer: FlaskClient) -> str:
    """A product that was let pass; its address in Toko Saya."""
    shop: Any = maker(client)
    code = sent_in(client, shop)
    verdict(officer, code, "loloskan")
    return f"/toko-saya/{shop.code}/produk/{code}"


def queue(officer: FlaskClient) -> str:
    return officer.get("/dinas/produk").get_data(as_text=True)


def look(officer: FlaskClient) -> str:
    return officer.get(f"/dinas/produk/{newest().code}").get_data(as_text=True)


def test_buyers_read_the_change_and_the_dinas_sees_both(
    client: FlaskClient, officer: FlaskClient, path: str
) -> None:
    assert HEADING not in queue(officer)
    assert fill(client, f"{path}/nama", name="Keripik salak madu").status_code == 303
    assert newest().state == ProductState.LIVE
    assert db.session.scalars(select(Listing.name)).first() == "Keripik salak madu"
    assert "Petugas dinas akan melihat perubahan ini" in client.get(path).get_data(as_text=True)
    assert HEADING in queue(officer)
    assert "produk diubah toko baru" in officer.get("/dinas").text
    page = look(officer)
    assert "Keripik salak pondoh" in page
    assert "Keripik salak madu" in page
    assert "Sudah dilihat" in page


@pytest.mark.parametrize(
    ("part", "typed"),
    [
        ("cerita", {"description": "Dari salak pondoh kebun sendiri."}),
        ("harga", {"price_0": "18.000", "name_0": "Renceng"}),
    ],
)
def test_words_that_buyers_read_are_looked_at_again(
    client: FlaskClient, officer: FlaskClient, path: str, part: str, typed: dict[str, str]
) -> None:
    assert fill(client, f"{path}/{part}", **typed).status_code == 303
    assert newest().changed_at is not None
    assert next(iter(reversed(typed.values()))) in look(officer)


def test_a_new_photo_is_looked_at_again(
    client: FlaskClient, officer: FlaskClient, path: str
) -> None:
    send_photos(client, f"{path}/foto", snapshot(size=(1000, 900)))
    page = look(officer)
    assert "1 baru, 0 dihapus" in page
    assert page.count("<b>Baru.</b>") == 1


def test_price_and_stock_are_the_makers_own(client: FlaskClient, path: str) -> None:
    fill(client, f"{path}/harga", price_0="19.500")
    fill(client, f"{path}/ukuran")
    assert newest().changed_at is None


def test_what_was_seen_stays_on_the_market_and_leaves_the_queue(
    client: FlaskClient, officer: FlaskClient, path: str
) -> None:
    fill(client, f"{path}/nama", name="Keripik salak madu")
    assert verdict(officer, newest().code, "loloskan").status_code == 303
    assert HEADING not in queue(officer)
    assert (newest().state, newest().changed_at) == (ProductState.LIVE, None)
    acts = db.session.scalars(select(HistoryEntry.act)).all()
    assert acts.count("product.change_seen") == 1
    letters = db.session.scalars(select(Job.args).where(Job.name == "letters.send")).all()
    assert [letter["name"] for letter in letters] == ["product_approved"]  # the first look's
    assert not db.session.get(Ikm, newest().ikm_id).trusted  # seeing is no second approval


def test_what_may_not_stay_goes_back_with_a_reason(
    client: FlaskClient, officer: FlaskClient, path: str
) -> None:
    fill(client, f"{path}/nama", name="Obat kuat ajaib")
    reason = "Nama ini menjanjikan khasiat obat. Tolong pakai nama yang lama."
    assert verdict(officer, newest().code, "kembalikan", reason=reason).status_code == 303
    product = newest()
    assert (product.state, product.changed_at) == (ProductState.RETURNED, None)
    assert db.session.scalars(select(Listing.code)).all() == []
    assert reason in client.get(path).get_data(as_text=True)
    assert HEADING not in queue(officer)


def test_a_change_that_is_taken_back_needs_no_look(
    client: FlaskClient, officer: FlaskClient, path: str
) -> None:
    fill(client, f"{path}/nama", name="Keripik salak madu")
    fill(client, f"{path}/nama", name="Keripik salak pondoh")
    assert newest().changed_at is None
    assert HEADING not in queue(officer)


def test_hiding_does_not_hide_a_change(
    client: FlaskClient, officer: FlaskClient, path: str
) -> None:
    builders.post(client, f"{path}/sembunyikan", {}, page=path)
    fill(client, f"{path}/nama", name="Keripik salak madu")
    assert HEADING not in queue(officer)  # nobody can read it yet
    builders.post(client, f"{path}/tampilkan", {}, page=path)
    assert HEADING in queue(officer)


def test_who_saw_an_older_version_looks_again(
    client: FlaskClient, officer: FlaskClient, path: str
) -> None:
    fill(client, f"{path}/nama", name="Keripik salak madu")
    code, where = newest().code, f"/dinas/produk/{newest().code}"
    answer = builders.post(officer, f"{where}/loloskan", {"version": "0" * 16}, page=where)
    assert answer.status_code == 409
    assert newest().changed_at is not None
    assert code in queue(officer)


def test_a_trusted_shop_changes_what_it_likes(client: FlaskClient, path: str) -> None:
    with transaction():
        trust.trust(newest().ikm_id, by=builders.staff(), now=builders.NOON)
    fill(client, f"{path}/nama", name="Keripik salak madu")
    assert newest().changed_at is None
