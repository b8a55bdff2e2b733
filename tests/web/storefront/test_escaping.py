"""Cards and filters are drawn once and kept: what makers and visitors write stays text in them."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import builders

SCRIPT = "<script>alert(1)</script>"
ADDRESSES = [
    "/",
    "/k/keripik",
    "/cari?q=keripik",
    f'/cari?q="x">{SCRIPT}',
    f'/k/keripik?p-x=">{SCRIPT}',
]


@pytest.mark.parametrize("address", [*ADDRESSES, "/t/{shop}", "/p/{product}"])
def test_what_people_write_stays_text(app: Flask, address: str) -> None:
    shop = builders.shop(f"Toko {SCRIPT}", place="<img src=x onerror=1>")
    goods = builders.product(
        f'Keripik {SCRIPT} " onload=1', shop=shop, description=f"</script>{SCRIPT}"
    )
    client = app.test_client()
    for _ in range(2):
        path = address.format(shop=shop.slug, product=f"{goods.slug}-{goods.code}")
        answer = client.get(path)
        assert answer.status_code == 200
        assert SCRIPT not in answer.text
        assert "<img src=x" not in answer.text
        assert '" onload=1' not in answer.text.replace('\\" onload=1', "")
