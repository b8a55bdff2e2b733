"""Nothing that can be typed, pasted or forged breaks a page: every route, every field, odd values.

The names of the fields are read from the pages themselves, so a new form is asked from its first
day on. An answer is a page, a redirect or a refusal; never an error of ours.
"""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter
from werkzeug.test import TestResponse

from tests import builders
from tests.web.test_isolation import PRIVATE, SHARED, address_of, as_actor, meaning, routes
from tests.web.world import world

__all__ = ["world"]  # the fixture

FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*\bname=\"([^\"]+)\"")
ODD = {
    "nothing visible": b"a\0b",
    "other digits": "١٢٣".encode(),
    "a float": b"1e3",
    "below nothing": b"-1",
    "beyond all money": b"1000000000001",
    "beyond all numbers": b"9" * 30,
    "beyond all fields": b"x" * 700,
    "markup": b'"><script>alert(1)</script>',
    "a template": b"{{7*7}} {0.__class__} %(name)s %s",
    "a header": b"x\r\nBcc: musuh@contoh.test",
    "half a letter": b"\xed\xa0\x80\xff\xc3",
    "only signs": b"%_\\'\";--",
}
ASKED = [
    *("q", "hal", "setelah", "min", "max", "urut", "kecamatan", "kategori", "siap", "lanjut"),
    *("di", "desa", "untuk", "sebelum", "sejak", "lihat", "sesudah", "keadaan", "tentang"),
    *("jumlah", "dari", "sudah", "baru", "tunggu", "batal", "pesanan", "kode", "akun"),
    *("paket", "barang-1", "barang-2", "cari"),
]


def sent(names: list[str], value: bytes, **more: str) -> str:
    """Fields and values as a form sends them, byte by byte."""
    fields = {**dict.fromkeys(names, value), **{name: word.encode() for name, word in more.items()}}
    return "&".join(f"{name}={quote_from_bytes(word)}" for name, word in fields.items())


def look(client: FlaskClient, path: str, query: str = "") -> TestResponse:
    answer = client.get(path, query_string=query)
    answer.get_data()
    answer.close()
    return answer


def fields(app: Flask, world: dict[str, tuple[str, str]], client: FlaskClient) -> list[str]:
    """Every name that a form of this visitor's pages sends."""
    found: set[str] = set()
    for rule, method in routes(app):
        if method == "GET":
            found |= set(FIELD.findall(look(client, address_of(app, rule, world, {})).text))
    return sorted(found - {"csrf_token"})


@pytest.mark.parametrize("actor", ["stranger", "owner", "admin"])
def test_no_form_breaks_on_odd_values(
    app: Flask, world: dict[str, tuple[str, str]], actor: str
) -> None:
    names = fields(app, world, as_actor(app, actor))
    assert len(names) > 5
    broken = []
    for rule, method in routes(app):
        for odd, value in ODD.items() if method == "POST" else ():
            client = as_actor(app, actor)  # that form may have signed out, or left the shop
            builders.minutes_later()
            token = builders.form_token(client, "/lokasi")
            answer = client.post(
                address_of(app, rule, world, {}),
                data=sent(names, value, csrf_token=token),
                content_type="application/x-www-form-urlencoded",
            )
            if answer.status_code >= 500 and answer.status_code not in (502, 503):
                broken.append((rule.rule, odd))
    assert broken == []


@pytest.mark.parametrize("actor", ["stranger", "owner", "admin"])
def test_no_address_breaks_on_odd_values(
    app: Flask, world: dict[str, tuple[str, str]], actor: str
) -> None:
    client = as_actor(app, actor)
    for rule, method in routes(app):
        for value in ODD.values() if method == "GET" else ():
            path = address_of(app, rule, world, {})
            answer = look(client, path, sent(ASKED, value))
            assert answer.status_code < 500, (path, value)


@pytest.mark.parametrize("actor", ["owner", "admin"])
def test_no_number_in_an_address_is_too_large(
    app: Flask, world: dict[str, tuple[str, str]], actor: str
) -> None:
    client = as_actor(app, actor)
    token = builders.form_token(client, "/lokasi")
    asked = 0
    for rule, method in routes(app):
        for name in rule.arguments:
            if not isinstance(rule._converters[name], IntegerConverter):
                continue
            what = meaning(rule, name, PRIVATE) or meaning(rule, name, SHARED) or ""
            path = address_of(app, rule, world, {}).replace(f"/{world[what][0]}", "/" + "9" * 25)
            answer = client.open(path, method=method, data={"csrf_token": token})
            assert answer.status_code in (403, 404, 405), (path, method)
            asked += 1
    assert asked > 3
