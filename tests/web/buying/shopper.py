"""A buyer in a test: the few steps every story of buying has, and the statements they cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from marketplace.catalog.models import Product, Variant
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.orders import postage
from tests import builders

HOME = {
    "recipient": "Rini Wahyuni",
    "phone": "0812 3456 7890",
    "village": builders.CONDONGCATUR,
    "place": "",
    "address": "Jl. Anggajaya 2 No. 14",
    "email": "rini@contoh.test",
}


def tariff() -> None:
    """The example tariff, as in a new market."""
    with transaction():
        postage.load_starter()
    postage.forget()


def variant_of(product: Product) -> int:
    """The one variant of a product."""
    return int(
        db.session.scalars(select(Variant.id).where(Variant.product_id == product.id)).first() or 0
    )


def hidden(page: str) -> dict[str, str]:
    """Every hidden value of a page."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def add(client: FlaskClient, variant: int, quantity: object = 1) -> TestResponse:
    """Put something into the cart, as the product page does."""
    token = client.get("/tidak-ada") and _token(client)
    form = {"variant": variant, "quantity": quantity, "csrf_token": token}
    return client.post("/keranjang/tambah", data=form)


def _token(client: FlaskClient) -> str:
    """A form token of this browser; the page of an empty cart has none, so a form page is asked."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/masuk").text)
    assert found
    return found.group(1)


def review(client: FlaskClient, **changed: Any) -> TestResponse:
    """Fill in the first screen."""
    return client.post("/bayar", data={**HOME, **changed, "csrf_token": _token(client)})


def pay(
    client: FlaskClient, page: str, way: str = "simulator", **changed: Any
) -> TestResponse:  # fmt: skip
    """Press the button of the second screen."""
    return client.post("/bayar/kirim", data={**hidden(page), "cara": way, **changed})


def buy(client: FlaskClient, *variants: int, way: str = "simulator", **changed: Any) -> str:
    """The whole way to an order; where the browser is sent."""
    for variant in variants:
        assert add(client, variant).status_code == 303
    looked = review(client, **changed)
    assert looked.status_code == 200, looked.text
    answer = pay(client, looked.text, way)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def play(client: FlaskClient, url: str, act: str = "bayar") -> str:
    """Press a button of the simulator; where it leads."""
    path = url.replace("http://localhost", "")
    page = client.get(path).text
    answer = client.post(path, data={**hidden(page), "act": act})
    return str(answer.headers["Location"]).replace("http://localhost", "")


def pay_and_return(client: FlaskClient, url: str) -> str:
    """Pay at the simulator and come back; the address of the order's page."""
    back = client.get(play(client, url))
    return str(back.headers["Location"])


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement sent to the database, without BEGIN and COMMIT."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.upper().startswith(
            ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
        ):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
