"""Every route says who may use it; health answers."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from marketplace.web.access import POLICIES


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        policy = getattr(app.view_functions[rule.endpoint], "policy", None)
        assert policy is not None, f"{rule.rule} lets nobody in"
        assert POLICIES[policy.name] is policy


def test_a_healthy_house_says_so(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_an_unknown_page_answers_404_in_indonesian(client: FlaskClient) -> None:
    answer = client.get("/tidak-ada")
    assert answer.status_code == 404
    assert "Halaman ini tidak ada" in answer.get_data(as_text=True)


def test_a_way_of_asking_that_no_page_knows_answers_405(client: FlaskClient) -> None:
    for method, address in (("PUT", "/akun/nama"), ("DELETE", "/akun"), ("POST", "/kategori")):
        answer = client.open(address, method=method)
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]
    assert client.post("/tidak-ada").status_code == 404


def test_every_page_says_where_consumers_complain(app: Flask, client: FlaskClient) -> None:
    config = app.config["HOUSE"]
    page = client.get("/bantuan").get_data(as_text=True)
    assert config.complaint_contact in page
    assert f'href="https://wa.me/{config.complaint_whatsapp}">0853 1111 1010<' in page
    assert f'href="mailto:{config.complaint_email}"' in page
