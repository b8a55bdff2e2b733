"""Ketentuan: everybody at the desk reads the figures, the administrator alone decides them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.orders.commission.rules import day_of
from tests import builders

MINIMUM = "/dinas/ketentuan/payout_minimum"


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    browser = app.test_client()
    builders.sign_in(browser, builders.admin())
    return browser


def typed(**changed: Any) -> dict[str, Any]:
    tomorrow = day_of(clock.now()) + timedelta(days=1)
    return {
        "value": "25.000",
        "starts_on": tomorrow.isoformat(),
        "source": "Keputusan rapat 20 November",
        "verified": "y",
    } | changed


def test_a_figure_is_decided_and_waits_for_its_day(administrator: FlaskClient) -> None:
    assert builders.post(administrator, MINIMUM, typed()).status_code == 303
    db.session.rollback()
    page = administrator.get("/dinas/ketentuan").text
    assert "Rp25.000 sejak" in page
    assert "Belum mulai" in page
    assert "Rp10.000" in page
    assert "Fajar" in page


def test_a_figure_of_today_or_out_of_bounds_is_refused_at_its_field(
    administrator: FlaskClient,
) -> None:
    today = day_of(clock.now()).isoformat()
    for form in (typed(starts_on=today), typed(value="10.000.001"), typed(value="-1")):
        assert builders.post(administrator, MINIMUM, form).status_code == 422


def test_an_officer_reads_and_decides_nothing(officer: FlaskClient) -> None:
    assert "Ubah" not in officer.get("/dinas/ketentuan").text
    assert officer.get(MINIMUM).status_code == 403
