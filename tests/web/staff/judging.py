"""What the tests of the desk share: a product sent in, and what an officer decides about it."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from tests import builders
from tests.web.seller.listing import finished, newest


def sent_in(client: FlaskClient, shop: Any, name: str = "Keripik salak pondoh") -> str:
    """A finished product that its maker sent to the dinas; its code."""
    path = finished(client, shop, name)
    builders.post(client, f"{path}/tayangkan", {}, page=path)
    return newest().code


def verdict(officer: FlaskClient, code: str, act: str, **more: str) -> Any:
    page = officer.get(f"/dinas/produk/{code}").get_data(as_text=True)
    seen = re.search(r'name="version" value="([0-9a-f]+)"', page)
    form = {"version": seen[1] if seen else "", **more}
    return builders.post(officer, f"/dinas/produk/{code}/{act}", form, page=f"/dinas/produk/{code}")
