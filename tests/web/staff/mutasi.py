"""Statements as a bank writes them, and an officer who sends them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.orders.bank.models import Receipt
from marketplace.orders.models import Payment
from marketplace.orders.rules import WIB
from tests import builders
from tests.web.buying import shopper

HEAD = "Tanggal;Keterangan;Jumlah;Arah;Saldo"
Line = tuple[str, int] | tuple[str, int, str]


def officer(app: Flask, name: str = "Eka") -> FlaskClient:
    client = app.test_client()
    builders.sign_in(client, builders.staff(name))
    return client


def awaited(app: Flask, *, price: int = 50_000, stock: int = 9) -> tuple[str, Payment]:
    """A guest who chose bank transfer: the order's page and the intent."""
    shopper.tariff()
    crisps = shopper.variant_of(builders.product(price=price, stock=stock))
    return another(app, crisps)


def another(app: Flask, variant: int) -> tuple[str, Payment]:
    page = shopper.buy(app.test_client(), variant, way="transfer")
    db.session.rollback()
    return page, db.session.scalars(select(Payment).order_by(Payment.id.desc())).first()  # type: ignore[return-value]


def csv(lines: Sequence[Line], *, on: datetime | None = None) -> bytes:
    """A statement of these lines: words, amount, and CR unless it says DB."""
    day = (on or clock.now()).astimezone(WIB)
    rows = [
        f'{day:%d/%m/%Y};{line[0]};"{line[1]:,}.00";{line[2] if len(line) > 2 else "CR"};'
        for line in lines
    ]
    return "\r\n".join(["Mutasi rekening", HEAD, *rows, "Saldo akhir;;;;1"]).encode()


def send(eka: FlaskClient, data: bytes, name: str = "mutasi.csv") -> TestResponse:
    """Choose the first account and this file, and press."""
    page = eka.get("/dinas/mutasi").text
    account = page.split('name="rekening"')[1].split('value="')[1].split('"')[0]
    form = {**shopper.hidden(page), "rekening": account, "berkas": (io.BytesIO(data), name)}
    return eka.post("/dinas/mutasi", data=form, content_type="multipart/form-data")


def columns(page: str) -> dict[str, str]:
    """What the page of a statement has chosen for each column."""
    chosen = {}
    for name in ("day", "text", "more_text", "amount", "sign", "first", "order"):
        select_ = page.split(f'name="{name}"')[1].split("</select>")[0]
        option = select_.split(" selected")[1].split("</option>")[0]
        before = select_.split(" selected")[0] + option
        chosen[name] = before.split('value="')[-1].split('"')[0]
    return chosen


def keep(eka: FlaskClient, data: bytes, **changed: str) -> TestResponse:
    """Send a statement, look at it, and keep it with these columns; the page of what it brought."""
    sent = send(eka, data)
    assert sent.status_code == 303, sent.text
    page = eka.get(sent.location).text
    form = {**shopper.hidden(page), **columns(page), "lalu": "simpan", **changed}
    kept = eka.post(sent.location, data=form)
    return eka.get(kept.location) if kept.status_code == 303 else kept


def receipts() -> list[Receipt]:
    db.session.rollback()
    return list(db.session.scalars(select(Receipt).order_by(Receipt.id)))
