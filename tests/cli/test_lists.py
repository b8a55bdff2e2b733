"""Lists that were lost or never made come back from the products."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import delete

from marketplace.catalog.models import Listing
from marketplace.core.db import db
from marketplace.core.work import transaction
from tests import builders


def test_lists_are_made_anew_from_the_products(app: Flask) -> None:
    builders.product("Keripik salak")
    with transaction():
        db.session.execute(delete(Listing))
    client = app.test_client()
    assert "Keripik salak" not in client.get("/k/keripik").get_data(as_text=True)
    answer = app.test_cli_runner().invoke(args=["rebuild-lists"])
    assert answer.output == "1 products\n"
    assert "Keripik salak" in client.get("/k/keripik").get_data(as_text=True)
