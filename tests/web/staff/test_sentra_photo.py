"""The picture of a sentra: taken by an officer, shown to visitors, refused when it is no photo."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.makers import sentra
from marketplace.photos import rules
from marketplace.photos.models import Photo
from marketplace.photos.states import PhotoState
from tests import builders
from tests.web.refused_photos import REFUSED
from tests.web.seller.listing import send_photos, snapshot

ALT = "Tiga ibu membordir di teras rumah"


@pytest.fixture
def slug(client: FlaskClient) -> str:
    """A sentra without a picture, with Eka of the dinas at this browser."""
    eka = builders.staff()
    builders.sign_in(client, eka)
    values = {
        "name": "Sentra Joho",
        "sector": "sandang",
        "village_code": builders.CONDONGCATUR,
        "story": "",
        "chair": "",
        "unit_count": 36,
    }
    with transaction():
        return sentra.create(values, by=eka, now=clock.now())


def send(client: FlaskClient, slug: str, photo: bytes, alt: str = ALT) -> TestResponse:
    return send_photos(client, f"/dinas/sentra/{slug}/foto", photo, alt=alt)


def photos() -> list[Photo]:
    db.session.rollback()
    return list(db.session.scalars(select(Photo).order_by(Photo.id)))


def test_visitors_see_the_picture_an_officer_took(client: FlaskClient, slug: str) -> None:
    assert send(client, slug, snapshot()).status_code == 303
    (photo,) = photos()
    assert (photo.state, photo.alt, photo.ikm_id) == (PhotoState.READY, ALT, None)
    page = client.get(f"/sentra/{slug}").get_data(as_text=True)
    assert photo.code in page
    assert ALT in page
    assert photo.code in client.get("/sentra").get_data(as_text=True)
    assert photo.code in client.get(f"/dinas/sentra/{slug}").get_data(as_text=True)
    acts = db.session.scalars(select(HistoryEntry.act)).all()
    assert "sentra.photo_changed" in acts


def test_another_picture_takes_its_place_and_the_old_files_go(
    client: FlaskClient, slug: str
) -> None:
    send(client, slug, snapshot())
    assert send(client, slug, snapshot(size=(1000, 800)), "Ruang jahit bersama").status_code == 303
    old, new = photos()
    assert (old.state, new.state) == (PhotoState.GONE, PhotoState.READY)
    assert sentra.of_slug(slug).photo_code == new.code
    going = db.session.scalars(select(Job.args).where(Job.name == "photos.delete_files")).all()
    assert going == [{"code": old.code}]


@pytest.mark.parametrize("kind", [kind for kind in REFUSED if kind != "nothing"])
def test_what_is_no_photo_changes_nothing(client: FlaskClient, slug: str, kind: str) -> None:
    data, words = REFUSED[kind]
    answer = send(client, slug, data)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert words in page
    assert ALT in page
    assert [photo.state for photo in photos()] == [PhotoState.GONE]
    assert sentra.of_slug(slug).photo_code is None


def test_picture_and_words_are_both_asked_for(client: FlaskClient, slug: str) -> None:
    where = f"/dinas/sentra/{slug}/foto"
    answer = builders.post(client, where, {"alt": ALT})
    assert answer.status_code == 422
    assert "Pilih foto dulu" in answer.get_data(as_text=True)
    assert send(client, slug, snapshot(), alt="").status_code == 422
    assert send(client, slug, snapshot(), alt="<b>tebal</b>").status_code == 422
    assert photos() == []


def test_a_parcel_that_is_too_heavy_is_said_on_the_page(client: FlaskClient, slug: str) -> None:
    answer = client.post(
        f"/dinas/sentra/{slug}/foto",
        data=b"0" * (12 * 1024 * 1024 + 1),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "Foto terlalu besar" in answer.get_data(as_text=True)


def test_an_officer_sends_sixty_pictures_an_hour(
    app: Flask, client: FlaskClient, slug: str
) -> None:
    eka = builders.staff()
    with transaction():
        for n in range(rules.MOST_PER_HOUR):
            db.session.add(
                Photo(
                    code=f"lama{n:06}",
                    by=eka,
                    state=PhotoState.GONE,
                    created_at=clock.now() - timedelta(minutes=30),
                )
            )
    answer = send(client, slug, snapshot())
    assert answer.status_code == 429
    assert "menit lagi" in answer.get_data(as_text=True)
    other = app.test_client()
    builders.sign_in(other, builders.staff("Gita"))
    assert send(other, slug, snapshot()).status_code == 303


def test_an_unknown_sentra_has_no_picture_to_change(client: FlaskClient, slug: str) -> None:
    token = builders.form_token(client, f"/dinas/sentra/{slug}/foto")
    assert client.get("/dinas/sentra/tidak-ada/foto").status_code == 404
    answer = client.post("/dinas/sentra/tidak-ada/foto", data={"csrf_token": token, "alt": ALT})
    assert answer.status_code == 404
    assert photos() == []


def test_only_the_dinas_changes_it(client: FlaskClient, slug: str) -> None:
    builders.sign_in(client, builders.person("Asih"))
    assert client.get(f"/dinas/sentra/{slug}/foto").status_code == 403
