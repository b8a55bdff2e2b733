"""Public pages travel compressed to whoever can read that; private ones never do."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from tests import builders
from tests.web.account.helpers import with_password
from tests.web.buying import shopper

CHROMIUM = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def test_a_public_page_arrives_at_a_third_and_is_the_same(client: FlaskClient) -> None:
    for number in range(6):
        builders.product(f"Keripik salak {number}", price=25_000)
    plain = client.get("/k/makanan")
    answer = client.get("/k/makanan", headers=CHROMIUM)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == plain.data
    assert answer.content_length == len(answer.data) < len(plain.data) / 3
    for each in (plain, answer):
        assert "Accept-Encoding" in each.vary
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("said", ["", "identity", "br", "gzip;q=0, br", "gzip;q=0.0", "\x7f;;,="])
def test_who_cannot_read_it_gets_the_page_as_it_is(client: FlaskClient, said: str) -> None:
    answer = client.get("/", headers={"Accept-Encoding": said})
    assert "Content-Encoding" not in answer.headers
    assert "<!doctype html>" in answer.text


@pytest.mark.parametrize("path", ["/akun", "/akun/data", "/akun/sandi", "/masuk", "/tidak-ada"])
def test_a_page_with_anything_private_is_not_compressed(client: FlaskClient, path: str) -> None:
    builders.sign_in(client, with_password())
    answer = client.get(path, headers=CHROMIUM)
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_a_buyer_typed_and_an_order_are_not_compressed(client: FlaskClient) -> None:
    shopper.tariff()
    thing = builders.product(price=48_000)
    page = shopper.buy(client, shopper.variant_of(thing), way="transfer")
    for path in (page, "/keranjang"):
        answer = client.get(path, headers=CHROMIUM)
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers


def test_the_form_token_on_a_public_page_is_another_each_second(client: FlaskClient) -> None:
    """So what the length of a page might tell of it is worth nothing by the next try."""
    path = f"/p/kain-{builders.product('Kain', price=48_000).code}"
    seen = []
    for seconds in range(3):
        with time_machine.travel(builders.NOON + timedelta(seconds=seconds), tick=False):
            page = gzip.decompress(client.get(path, headers=CHROMIUM).data).decode()
        seen.append(shopper.hidden(page)["csrf_token"])
    assert len({token.rpartition(".")[2] for token in seen}) == 3
