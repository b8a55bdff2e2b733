"""Nobody sees what belongs to others: every route, every role, from the map of routes itself.

A thing of somebody else answers as one that does not exist, byte for byte; nothing answers 500;
nothing changes without a form token. A new route with a name in its address fails here until it
says below what the name stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from marketplace.core.db import db, read
from marketplace.core.history import HistoryEntry
from marketplace.core.jobs import Job
from marketplace.makers.models import Ikm, Membership
from marketplace.orders.models import Order
from tests import builders
from tests.web.world import NOBODY, world

__all__ = ["world"]  # the fixture

ACTORS = ("stranger", "resident", "other_owner", "helper", "owner", "officer", "admin")
INSIDE = ("owner", "helper")
TOKEN = re.compile(r'(name="csrf_token"[^>]*value=")[^"]*')
NUMBER = "987654321"

# What a name in an address stands for. Private: mine, another's. Shared: everybody let in sees it.
PRIVATE = {
    ("/toko-saya/", "shop"): "shop",
    ("/toko-saya/<shop>/produk/", "code"): "product",
    ("/toko-saya/<shop>/produk/", "photo"): "photo",
    ("/toko-saya/<shop>/stok/", "variant"): "variant",
    ("/toko-saya/<shop>/kapasitas/", "quota"): "quota",
    ("/toko-saya/<shop>/pesanan/", "code"): "order",
    ("/toko-saya/<shop>/pesanan/<code>/keluhan", "code"): "complaint",
    ("/toko-saya/<shop>/pesanan/<code>/keluhan", "photo"): "complaint_photo",
    ("/toko-saya/<shop>/uang/pencairan/", "code"): "payout",
    ("/toko-saya/<shop>/ulasan/", "code"): "review",
    ("/toko-saya/<shop>/tim/", "person"): "person",
    ("/toko-saya/<shop>/tim/", "invitation"): "invitation",
    ("/akun/alamat/", "address_id"): "address",
    ("/akun/perangkat/", "code"): "device",
}
SHARED = {
    ("/dinas/toko/", "code"): "shop",
    ("/dinas/sentra/", "slug"): "sentra",
    ("/dinas/sentra/", "member"): "sentra_member",
    ("/dinas/sentra/", "code"): "shop",
    ("/dinas/produk/", "code"): "product",
    ("/dinas/orang/", "code"): "person",
    ("/dinas/alarm/", "alarm_id"): "alarm",
    ("/dinas/ongkir/", "zone_id"): "zone",
    ("/dinas/komisi/", "rate_id"): "rate",
    ("/dinas/transfer/", "code"): "payment",
    ("/dinas/uang-kembali/", "code"): "payment",
    ("/dinas/uang-kembali/", "order"): "order",
    ("/dinas/pesanan/", "code"): "payment",
    ("/dinas/sanggahan/", "code"): "dispute",
    ("/dinas/pencairan/", "code"): "run",
    ("/dinas/pencairan/", "payout"): "payout",
    ("/ulasan/", "code"): "review",
    ("/dinas/ulasan/", "code"): "review",
    ("/pesanan/<token>/ulasan/", "code"): "order",
    ("/dinas/keluhan/", "code"): "complaint",
    ("/dinas/keluhan/", "photo"): "complaint_photo",
    ("/pesanan/<token>/keluhan/", "code"): "complaint",
    ("/pesanan/<token>/keluhan/", "photo"): "complaint_photo",
    ("/dinas/mutasi/", "code"): "statement",
    ("/dinas/uang-masuk/", "code"): "receipt",
    ("/dinas/uang-masuk/", "payment_code"): "payment",
    ("/dinas/uang-balik/", "code"): "payment",
    ("/k/", "slug"): "shelf",
    ("/p/", "slug"): "product_slug",
    ("/p/", "code"): "product",
    ("/t/", "slug"): "shop_slug",
    ("/sentra/", "slug"): "sentra",
}
# A secret in the address is the permission: whoever has it is let in, a guess finds nothing.
SECRETS = {"token", "reference", "payment_code", "key", "filename", "path"}


# --- The matrix -----------------------------------------------------------------------------------


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method


def plain(rule: Rule) -> str:
    """The rule without its converters: /toko-saya/<shop>."""
    return re.sub(r"<[^>]*?([a-z_]+)>", r"<\1>", rule.rule)


def meaning(rule: Rule, name: str, table: dict[tuple[str, str], str]) -> str | None:
    """What the name stands for: the longest beginning of the address that says so."""
    fitting = [key for key in table if key[1] == name and plain(rule).startswith(key[0])]
    return table[max(fitting, key=lambda key: len(key[0]))] if fitting else None


def address_of(
    app: Flask, rule: Rule, world: dict[str, tuple[str, str]], kinds: dict[str, str]
) -> str:
    """The address with mine, theirs or nobody's thing at each name."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if hasattr(converter, "items"):
            values[name] = sorted(converter.items)[0]
            continue
        kind = kinds.get(name, "mine")
        what = meaning(rule, name, PRIVATE) or meaning(rule, name, SHARED)
        number = isinstance(converter, IntegerConverter)
        if what is None or kind == "nobody":
            values[name] = NUMBER if number else NOBODY
        else:
            values[name] = world[what][0 if kind == "mine" else 1]
        if number:
            values[name] = int(values[name])
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=None)


def as_actor(app: Flask, actor: str) -> FlaskClient:
    client = app.test_client()
    people = {
        "resident": lambda: builders.person("Budi"),
        "other_owner": lambda: builders.person("Dewi"),
        "helper": lambda: builders.person("Hadi"),
        "owner": lambda: builders.person("Citra"),
        "officer": builders.staff,
        "admin": builders.admin,
    }
    if actor in people:
        builders.sign_in(client, people[actor]())
    db.session.remove()
    return client


def ask(client: FlaskClient, method: str, path: str, token: str | None) -> TestResponse:
    form = {"csrf_token": token} if token else {}
    if method == "POST":
        builders.minutes_later()
    answer = client.get(path) if method == "GET" else client.post(path, data=form)
    answer.get_data()
    answer.close()
    return answer


def body(answer: TestResponse) -> str:
    return TOKEN.sub(r"\1", answer.get_data(as_text=True))


def test_every_name_in_an_address_says_whose_it_is(app: Flask) -> None:
    unknown = {
        f"{rule.rule}: {name}"
        for rule, _ in routes(app)
        for name in rule.arguments
        if name not in SECRETS
        and not hasattr(rule._converters[name], "items")
        and not (meaning(rule, name, PRIVATE) or meaning(rule, name, SHARED))
    }
    assert unknown == set()


@pytest.mark.parametrize("actor", [actor for actor in ACTORS if actor != "other_owner"])
def test_anothers_thing_answers_as_one_that_does_not_exist(
    app: Flask, world: dict[str, tuple[str, str]], actor: str
) -> None:
    client = as_actor(app, actor)
    token = builders.form_token(client, "/lokasi")
    compared = 0
    for rule, method in routes(app):
        names = [n for n in _in_order(rule) if meaning(rule, n, PRIVATE)]
        for place, name in enumerate(names):
            if meaning(rule, "shop", PRIVATE) and place and actor not in INSIDE:
                continue
            later = names[place:]
            theirs, nobody = (
                address_of(app, rule, world, dict.fromkeys(later, kind))
                for kind in ("theirs", "nobody")
            )
            first, second = (ask(client, method, path, token) for path in (theirs, nobody))
            assert first.status_code == second.status_code, (theirs, name)
            assert "rahasia" not in body(first).lower(), theirs
            if actor != "stranger" and not _owner_only(app, rule, actor):
                assert first.status_code == 404, (theirs, method, first.status_code)
            if first.status_code == 404:
                assert body(first) == body(second), theirs
            compared += 1
    assert compared > 40


@pytest.mark.parametrize("actor", ACTORS)
def test_no_route_breaks_for_anybody(
    app: Flask, world: dict[str, tuple[str, str]], actor: str
) -> None:
    """Reading first, then every form sent empty with a right token, as far as one is let in."""
    client = as_actor(app, actor)
    token = builders.form_token(client, "/lokasi")
    for wanted in ("GET", "POST"):
        for rule, method in routes(app):
            if method != wanted:
                continue
            for kind in ("nobody", "theirs", "mine"):
                path = address_of(app, rule, world, dict.fromkeys(rule.arguments, kind))
                answer = ask(client, method, path, token)
                assert answer.status_code < 500 or answer.status_code in (502, 503), path
            if method == "POST":
                client = as_actor(app, actor)  # that form may have signed out, or left the shop
                token = builders.form_token(client, "/lokasi")


@pytest.mark.parametrize("actor", ACTORS)
def test_nothing_changes_without_a_form_token(
    app: Flask, world: dict[str, tuple[str, str]], actor: str
) -> None:
    client = as_actor(app, actor)
    before = _written()
    for rule, method in routes(app):
        view = app.view_functions[rule.endpoint]
        if method != "POST" or view.policy.name == "provider":  # type: ignore[attr-defined]
            continue
        answer = ask(client, method, address_of(app, rule, world, {}), None)
        judged = {400, 422, 413} if getattr(view, "keeps_typed", False) else {400}
        door = {302, 303, 403, 404, 409, 410}  # refused before any form is looked at
        assert answer.status_code in judged | door, (rule.rule, answer.status_code)
    db.session.remove()
    assert _written() == before


def _in_order(rule: Rule) -> list[str]:
    return re.findall(r"<(?:[^<>]*:)?([a-z_]+)>", rule.rule)


def _owner_only(app: Flask, rule: Rule, actor: str) -> bool:
    """Helpers are told that this is for owners, whatever the rest of the address says."""
    policy = app.view_functions[rule.endpoint].policy.name  # type: ignore[attr-defined]
    return actor == "helper" and policy.startswith("shop_owner")


def _written() -> list[int]:
    tables = (HistoryEntry, Job, Membership, Ikm, Order)
    return [read(select(func.count()).select_from(table))[0][0] for table in tables]
