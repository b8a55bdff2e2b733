"""Villages of one name are told apart wherever a place is searched: by district and regency."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from marketplace.core import regions
from marketplace.core.db import db
from marketplace.core.regions import Region
from tests import builders
from tests.web.buying import shopper

FAR_AWAY = "16.02.20.2001"  # the other Catur Tunggal
LISTS = {
    "to send things to": "/lokasi?q=",
    "of an address": "/akun/alamat/tempat?q=",
    "of a shop": "/toko-saya/{shop}/toko/tempat?cari=",
    "of a sentra": "/dinas/sentra/baru?cari=",
}


@pytest.fixture(autouse=True)
def _twice(app: Flask) -> Iterator[None]:
    """Both villages called Caturtunggal."""
    db.session.remove()
    with db.engine.begin() as connection:
        regions.load_regions(connection, within=[FAR_AWAY])
    yield
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(delete(Region.__table__).where(Region.code.startswith("16")))


@pytest.mark.parametrize("place", LISTS)
def test_a_search_says_district_and_regency_of_each_village(
    client: FlaskClient, place: str
) -> None:
    eka = builders.staff()
    builders.sign_in(client, eka)
    here = LISTS[place].format(shop=builders.shop(owner=eka).code)
    page = client.get(f"{here}caturtunggal").text
    for around in ("Depok, Sleman", "Mesuji Makmur, Ogan Komering Ilir"):
        assert around in page
    # a district among villages says that it is none
    assert "pilih kalurahan atau desanya" in client.get(f"{here}depok").text


def test_checkout_asks_which_of_two_villages_is_meant(client: FlaskClient) -> None:
    shopper.tariff()
    shopper.add(client, shopper.variant_of(builders.product()))
    asked = shopper.review(client, village="", place="caturtunggal")
    assert asked.status_code == 422
    assert "Caturtunggal, Depok, Sleman" in asked.text
    assert "Catur Tunggal, Mesuji Makmur, Ogan Komering Ilir" in asked.text
    chosen = shopper.review(client, village="34.04.07.2001", place="caturtunggal")
    assert "Caturtunggal, Depok, Sleman" in chosen.text
