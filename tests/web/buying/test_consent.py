"""Promo mail is asked for by ticking a box that stands empty, and by nothing else."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.accounts.consents import PROMO_BY_EMAIL
from marketplace.accounts.models import Consent
from marketplace.core.db import db
from tests import builders
from tests.web.buying import shopper

WORDS = (
    "Kirimi saya kabar promo lewat email. Paling banyak 2 kali sebulan. Bisa berhenti kapan saja."
)


@pytest.fixture
def looked(client: FlaskClient) -> str:
    shopper.tariff()
    shopper.add(client, shopper.variant_of(builders.product(price=48_000)))
    return shopper.review(client).text


def given() -> list[Consent]:
    db.session.rollback()
    return list(db.session.scalars(select(Consent)).all())


def test_the_box_stands_empty_and_says_what_it_is(looked: str) -> None:
    box = re.search(r'<input type="checkbox"[^>]*name="promo"[^>]*>', looked)
    assert box
    assert "checked" not in box.group()
    assert WORDS in looked
    assert PROMO_BY_EMAIL.words == WORDS


def test_without_an_address_nobody_is_asked(client: FlaskClient, looked: str) -> None:
    page = shopper.review(client, email="").text
    assert "promo" not in page
    assert shopper.pay(client, page, "transfer", promo="y").status_code == 303
    assert given() == []


def test_an_empty_box_is_a_no(client: FlaskClient, looked: str) -> None:
    assert shopper.pay(client, looked, "transfer").status_code == 303
    assert given() == []


def test_a_tick_is_kept_with_words_page_and_time_and_once(client: FlaskClient, looked: str) -> None:
    for _ in range(2):
        assert shopper.pay(client, looked, "transfer", promo="y").status_code == 303
    (consent,) = given()
    assert (consent.email, consent.channel) == ("rini@contoh.test", "email")
    assert (consent.text_version, consent.page) == (PROMO_BY_EMAIL.version, "/bayar")
    assert consent.person_id is None
    assert consent.given_at is not None
    assert consent.withdrawn_at is None


def test_the_tick_stays_when_the_order_could_not_be_placed(
    client: FlaskClient, looked: str
) -> None:
    again = shopper.pay(client, looked, "transfer", promo="y", shown="1:1:1|x|1")
    assert again.status_code == 409
    box = re.search(r'<input type="checkbox"[^>]*name="promo"[^>]*>', again.text)
    assert box
    assert "checked" in box.group()
    assert given() == []
