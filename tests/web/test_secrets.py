"""Every answer carries the headers that protect; a secret link is named to no page and no log."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from marketplace.accounts.roles import ShopRole
from marketplace.app import create_app
from marketplace.core import clock
from marketplace.core.db import db, read
from marketplace.core.work import transaction
from marketplace.makers import team
from tests import builders
from tests.web.buying import shopper

PROTECTING = {
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
}
ADDRESSES = (
    *("/", "/masuk", "/tidak-ada", "/akun", "/healthz", "/sw.js"),
    *("/static/guyub.css", "/static/tidak-ada.css", "/media/p/tidak/ada.webp"),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_protects_its_reader(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    answer.close()
    assert set(answer.headers.keys()) >= PROTECTING
    assert "Access-Control-Allow-Origin" not in answer.headers
    for name in PROTECTING:
        assert len(answer.headers.getlist(name)) == 1


@pytest.mark.parametrize("address", ["/healthz", "/static/guyub.css"])
def test_a_secure_market_asks_for_https_for_a_year(
    app: Flask, environment: dict[str, str], tmp_path: Path, address: str
) -> None:
    own = {"INSTANCE": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"}
    house = create_app({**environment, **own, "BASE_URL": "https://localhost"})
    answer = house.test_client().get(address, base_url="https://localhost")
    answer.close()
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_pages_behind_a_secret_link_name_it_to_no_other_page(app: Flask) -> None:
    citra, shop = builders.person("Citra"), builders.shop()
    with transaction():
        invited = team.invite(
            shop.id, "budi@contoh.test", ShopRole.STAFF, by=citra, now=clock.now()
        )
        found = team.new_link(invited, now=clock.now())
    assert found is not None
    for path in (f"/undangan/{found[0]}", "/undangan/salah", "/sandi-baru/x", "/pesanan/x/batal"):
        client = app.test_client()
        for answer in (client.get(path), client.post(path)):
            assert answer.headers["Referrer-Policy"] == "no-referrer", path


def test_a_refused_form_leaves_its_secret_address_in_no_log(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []
    monkeypatch.setattr("marketplace.web.errors.log", _Book(written))
    client.post("/pesanan/kunci-yang-rahasia-sekali/bayar")
    assert written
    assert "kunci-yang-rahasia-sekali" not in repr(written)
    assert "/pesanan/<token>/bayar" in repr(written)


class _Book:
    """A log that can be read."""

    def __init__(self, lines: list[object]) -> None:
        self.lines = lines

    def info(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))


def test_a_fault_of_the_database_names_nobody(app: Flask) -> None:
    for question in (db.session.execute, read):
        with pytest.raises(Exception, match="no_such_table") as fault:
            question(
                text("SELECT * FROM no_such_table WHERE email = :e"), {"e": "asih@contoh.test"}
            )
        db.session.rollback()
        assert "asih@contoh.test" not in str(fault.value)


def test_no_mailbox_is_flooded_from_the_page_of_an_order(app: Flask) -> None:
    shopper.tariff()
    page = shopper.buy(app.test_client(), shopper.variant_of(builders.product()), way="transfer")
    answers = []
    for number in range(7):
        answer = builders.post(
            app.test_client(), f"{page}/akun", {"password": f"tiga kelinci makan wortel {number}"}
        )
        answers.append(answer.status_code)
    assert answers == [303] * 5 + [429] * 2
