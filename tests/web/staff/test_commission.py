"""The dinas keeps the list of what the market takes: in words, in order, with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.orders.commission import rates
from marketplace.orders.commission.rules import day_of
from tests import builders

NEW = "/dinas/komisi/baru"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(builders.NOON, tick=True):
        yield


def typed(**changed: Any) -> dict[str, Any]:
    tomorrow = day_of(clock.now()) + timedelta(days=1)
    return {
        "shop": "",
        "sentra": "0",
        "category": "0",
        "basis_points": "2,5",
        "fixed": "500",
        "tax_bp": "0",
        "starts_on": tomorrow.isoformat(),
        "last_day": "",
        "place": "1",
        "source": "Keputusan Dekranasda 12/2026",
        "verified": "y",
        "note": "",
        "reason": "Rapat 20 November",
    } | changed


def test_a_rate_is_added_and_stands_in_the_list(officer: FlaskClient) -> None:
    with transaction():
        rates.load_starter(clock.now())
    shop = builders.shop()
    assert "tanpa potongan" in officer.get("/dinas/komisi").text
    assert builders.post(officer, NEW, typed(shop=f"/t/{shop.slug}")).status_code == 303
    db.session.rollback()
    page = officer.get("/dinas/komisi").text
    assert "Toko Dapur Citra" in page
    assert "2,5% dari harga, Rp500 per buah" in page
    assert "Belum mulai" in page
    assert "Rapat 20 November" in page
    assert [rate.basis_points for rate in rates.all_rates()] == [250, 0]


def test_it_is_moved_and_ended_with_a_reason(officer: FlaskClient) -> None:
    for share in ("1", "2"):
        assert builders.post(officer, NEW, typed(basis_points=share)).status_code == 303
    db.session.rollback()
    second, first = rates.all_rates()
    path = f"/dinas/komisi/{first.id}/pindah"
    assert builders.post(officer, path, {"place": "1", "reason": ""}).status_code == 422
    assert builders.post(officer, path, {"place": "1", "reason": "Lebih khusus"}).status_code == 303
    db.session.rollback()
    again = rates.all_rates()
    assert again[0].basis_points == 100
    assert builders.post(officer, path, {"place": "1", "reason": "Lebih khusus"}).status_code == 409
    end = f"/dinas/komisi/{second.id}/akhiri"
    today = day_of(clock.now())
    form = {"last_day": today.isoformat(), "reason": "Tidak jadi"}
    assert builders.post(officer, end, form).status_code == 303
    db.session.rollback()
    assert rates.rate_of(second.id).is_over(today)
    page = officer.get("/dinas/komisi").text
    assert "tidak jadi berlaku" in page
    assert "Tidak jadi" in page


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("shop", "toko-yang-tidak-ada"),
        ("sentra", "99"),
        ("category", "abc"),
        ("basis_points", "101"),
        ("basis_points", "-1"),
        ("basis_points", "2500"),
        ("basis_points", "2.500"),
        ("basis_points", "2,555"),
        ("basis_points", "banyak"),
        ("basis_points", ""),
        ("fixed", "1.5"),
        ("fixed", "9" * 20),
        ("starts_on", "2020-01-01"),
        ("starts_on", "besok"),
        ("last_day", "2026-11-01"),
        ("last_day", "9999-12-31"),
        ("place", "0"),
        ("source", ""),
        ("reason", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field(officer: FlaskClient, field: str, wrong: str) -> None:
    answer = builders.post(officer, NEW, typed(**{field: wrong}))
    assert answer.status_code == 422
    assert f'id="{field}-err"' in answer.text
    assert rates.all_rates() == []


def test_tax_needs_a_source_that_was_read(officer: FlaskClient) -> None:
    form = typed(tax_bp="11")
    del form["verified"]
    answer = builders.post(officer, NEW, form)
    assert answer.status_code == 422
    assert "sumbernya sudah dibaca" in answer.text


@pytest.mark.parametrize("typed_share", ["5", "5,0", "5.00", "5%", "05"])
def test_a_share_is_read_as_people_write_it(officer: FlaskClient, typed_share: str) -> None:
    assert builders.post(officer, NEW, typed(basis_points=typed_share)).status_code == 303
    db.session.rollback()
    assert rates.all_rates()[0].basis_points == 500


def test_an_unknown_rate_is_not_there(officer: FlaskClient) -> None:
    for act in ("pindah", "akhiri"):
        assert officer.get(f"/dinas/komisi/999/{act}").status_code == 404
