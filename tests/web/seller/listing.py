"""What the tests of a product's making share: pages, forms and photos as a maker sends them."""

from __future__ import annotations

import io
import re
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.catalog.models import Product
from marketplace.core.db import db
from tests import builders


def snapshot(kind: str = "JPEG", size: tuple[int, int] = (900, 700), **options: Any) -> bytes:
    """A small photo as a phone would send it."""
    image = Image.linear_gradient("L").resize(size).convert(options.pop("mode", "RGB"))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def maker(client: FlaskClient, **more: Any) -> Any:
    """Citra's shop, with Citra at this browser."""
    shop = builders.shop(**{"trusted": False, **more})
    builders.sign_in(client, builders.person("Citra"))
    return shop


def home(shop: Any) -> str:
    return f"/toko-saya/{shop.code}/produk"


def fields(client: FlaskClient, path: str) -> dict[str, str]:
    """What the page's own form would send: every input, in order; the last form wins."""
    html = client.get(path).get_data(as_text=True)
    form = next(f for f in re.findall(r"<form.*?</form>", html, re.S) if f'action="{path}"' in f)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if not name or (kind and kind[1] in ("radio", "file") and " checked" not in tag):
            continue
        value = re.search(r'value="([^"]*)"', tag)
        found[name[1]] = value[1] if value else ""
    return found


def fill(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    """Open a page, type, and send it."""
    return client.post(path, data={**fields(client, path), **typed})


def send_photos(
    client: FlaskClient, path: str, *photos: bytes, page: str | None = None, **more: str
) -> TestResponse:
    """Send photos with the form of a page."""
    token = builders.form_token(client, page or path)
    files = [(io.BytesIO(photo), f"IMG_{n}.jpg") for n, photo in enumerate(photos)]
    return client.post(
        path,
        data={"csrf_token": token, "foto": files, **more},
        content_type="multipart/form-data",
    )


def newest() -> Product:
    db.session.rollback()
    return db.session.scalars(select(Product).order_by(Product.id.desc())).first()


def finished(client: FlaskClient, shop: Any, name: str = "Keripik salak pondoh") -> str:
    """Go through every page of the making; the address of the product."""
    send_photos(client, f"{home(shop)}/baru", snapshot())
    path = f"{home(shop)}/{newest().code}"
    assert fill(client, f"{path}/nama", name=name).status_code == 303
    assert fill(client, f"{path}/jenis").status_code == 303
    assert fill(client, f"{path}/harga", price_0="18.000").status_code == 303
    asked = fields(client, f"{path}/ukuran")
    typed = {key: "250" for key in asked if key.startswith("weight_")}
    typed |= {key: "12" for key in asked if key.startswith("stock_")}
    assert fill(client, f"{path}/ukuran", **typed).status_code == 303
    return path


def rows(statement: Any, *, whole: bool = False) -> list[Any]:
    """What is stored at this moment."""
    db.session.rollback()
    found = db.session.execute(statement)
    return list(found.all() if whole else found.scalars().all())


def stored(code: str) -> Product:
    db.session.rollback()
    return db.session.scalars(
        select(Product).where(Product.code == code).execution_options(populate_existing=True)
    ).one()
