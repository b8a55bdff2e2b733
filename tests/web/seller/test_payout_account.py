"""Rekening: owners alone, after the password and with a code; never the whole number on a page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.accounts.models import SignInSession
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from tests import builders
from tests.web.account.helpers import letters, text_of
from tests.web.seller.listing import maker

ACCOUNT = {"bank": "bri", "number": "0021 0112 3456 187", "holder": "Bu Citra"}


def typed(**changed: Any) -> dict[str, Any]:
    return ACCOUNT | changed


def test_an_owner_enters_an_account_and_reads_it_masked(app: Flask, client: FlaskClient) -> None:
    home = f"/toko-saya/{maker(client).code}/uang"
    assert "Belum ada rekening" in client.get(f"{home}/rekening").text
    assert builders.post(client, f"{home}/rekening/ganti", typed()).status_code == 303
    db.session.rollback()
    page = client.get(f"{home}/rekening").text
    assert "BRI ••6187" in page
    assert "BU CITRA" in page
    assert "Rekening ini belum dipakai" in page
    assert "3456" not in page
    later = clock.now() + timedelta(days=8)
    with time_machine.travel(later, tick=True):
        builders.sign_in(client, builders.person("Citra"))
        assert "Rekening ini belum dipakai" not in client.get(f"{home}/rekening").text


def test_a_fault_stands_at_its_field_and_what_was_typed_stays(
    app: Flask, client: FlaskClient
) -> None:
    home = f"/toko-saya/{maker(client).code}/uang/rekening/ganti"
    answer = builders.post(client, home, typed(number="12a", holder="Bu Citra Lestari"))
    assert answer.status_code == 422
    assert "Nomor rekening berisi angka saja" in answer.text
    assert 'value="Bu Citra Lestari"' in answer.text
    assert "Pilih bank dari daftar" in builders.post(client, home, typed(bank="")).text


def test_an_owner_takes_the_change_back(app: Flask, client: FlaskClient) -> None:
    home = f"/toko-saya/{maker(client).code}/uang/rekening"
    builders.post(client, f"{home}/ganti", typed())
    assert builders.post(client, f"{home}/batal", {}, page=home).status_code == 303
    db.session.rollback()
    page = client.get(home).text
    assert "Penggantian rekening dibatalkan" in page
    assert "Belum ada rekening" in page


def test_without_a_second_factor_the_way_leads_to_setting_one_up(
    app: Flask, client: FlaskClient
) -> None:
    shop = maker(client)
    with transaction():
        db.session.execute(update(SignInSession).values(second_factor_at=None))
    answer = client.get(f"/toko-saya/{shop.code}/uang/rekening/ganti")
    assert answer.status_code == 302
    assert "/akun/kode" in answer.location


def test_an_old_proof_leads_to_the_password(app: Flask, client: FlaskClient) -> None:
    shop = maker(client)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=True):
        answer = client.get(f"/toko-saya/{shop.code}/uang/rekening/ganti")
    assert answer.status_code == 302
    assert "/akun/pastikan" in answer.location or "lanjut=" in answer.location


def test_the_letter_says_when_it_counts_and_what_to_do(app: Flask, client: FlaskClient) -> None:
    home = f"/toko-saya/{maker(client).code}/uang/rekening"
    builders.post(client, f"{home}/ganti", typed())
    db.session.rollback()
    told = [text_of(letter) for letter in letters(app.config["HOUSE"].instance)]
    assert any("BRI ••6187, mulai" in text for text in told)
