"""Photos of a product, as phones send them: the good, the bad, and the store that is away."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from marketplace.catalog.models import Product
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.flows import photo_work
from marketplace.photos import photos, rules
from marketplace.photos.models import Photo
from marketplace.photos.states import PhotoState
from tests import builders
from tests.media.pictures import jpeg
from tests.web.refused_photos import REFUSED
from tests.web.seller.listing import fill, finished, home, maker, newest, send_photos, snapshot


def states() -> list[str]:
    db.session.rollback()
    return [str(state) for state in db.session.scalars(select(Photo.state).order_by(Photo.id))]


def codes() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Photo.code).order_by(Photo.id)))


def draft(client: FlaskClient) -> str:
    """A product without a photo; the address of its photos."""
    shop = maker(client)
    builders.post(client, f"{home(shop)}/baru", {"tanpa_foto": "1"})
    return f"{home(shop)}/{newest().code}/foto"


def test_a_photo_larger_than_one_read_of_the_wire_is_taken_in(
    app: Flask, client: FlaskClient
) -> None:
    path = draft(client)
    photo = jpeg(Image.effect_noise((800, 600), 90).convert("RGB"))
    assert len(photo) > 128 * 1024
    assert send_photos(client, path, photo).status_code == 303
    assert len(codes()) == 1


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_photo_is_refused_in_plain_words(client: FlaskClient, kind: str) -> None:
    data, words = REFUSED[kind]
    path = draft(client)
    answer = send_photos(client, path, data)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert states() == ["gone"]
    assert newest().cover is None


def test_a_cmyk_photo_is_taken_and_carries_nothing_but_the_picture(
    client: FlaskClient, home: Path
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera Citra"
    path = draft(client)
    assert send_photos(client, path, snapshot(mode="CMYK", exif=exif)).status_code == 303
    files = [file for file in (home / "media" / "p").rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"w180.webp", "w360.webp", "share.jpg"}
    assert not any(b"Kamera" in file.read_bytes() for file in files)
    assert not any(Image.open(io.BytesIO(file.read_bytes())).getexif() for file in files)
    db.session.rollback()
    row = db.session.scalars(select(Photo)).one()
    assert (row.state, row.width, row.height) == (PhotoState.READY, 900, 700)
    assert row.bytes_stored == sum(file.stat().st_size for file in files)
    assert newest().cover == f"{row.code}/1/180,360,540,720"


def test_one_bad_photo_does_not_cost_the_good_ones(client: FlaskClient) -> None:
    path = draft(client)
    answer = send_photos(client, path, snapshot(), b"bukan foto", snapshot(size=(700, 900)))
    assert answer.status_code == 422
    assert "Foto 2: Berkas ini bukan foto." in answer.get_data(as_text=True)
    assert states() == ["ready", "gone", "ready"]


def test_nothing_chosen_is_said(client: FlaskClient) -> None:
    path = draft(client)
    answer = builders.post(client, path, {})
    assert answer.status_code == 422
    assert "Pilih foto dulu" in answer.get_data(as_text=True)


def test_a_parcel_of_photos_that_is_too_heavy_is_said_on_the_page(client: FlaskClient) -> None:
    path = draft(client)
    answer = client.post(
        path, data=b"0" * (12 * 1024 * 1024 + 1), content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "Foto terlalu besar" in answer.get_data(as_text=True)
    assert states() == []


def test_a_stale_token_takes_nothing_in(client: FlaskClient) -> None:
    path = draft(client)
    answer = send_photos(client, path, snapshot(), csrf_token="old")
    assert 400 <= answer.status_code < 500
    assert states() == []


def test_a_product_has_twelve_photos_and_no_more(client: FlaskClient) -> None:
    path = draft(client)
    product = newest()
    with transaction():
        db.session.add_all(
            Photo(
                code=f"foto{n:06}",
                ikm_id=product.ikm_id,
                product_id=product.id,
                position=n,
                state=PhotoState.READY,
                widths=[360],
                bytes_stored=1,
                created_at=builders.NOON,
            )
            for n in range(11)
        )
    answer = send_photos(client, path, snapshot(), snapshot())
    assert answer.status_code == 422
    assert "Paling banyak 12 foto" in answer.get_data(as_text=True)
    assert states().count("ready") == 12


def test_sixty_photos_an_hour_are_enough(client: FlaskClient) -> None:
    path = draft(client)
    product = newest()
    with transaction():
        db.session.add_all(
            Photo(
                code=f"foto{n:06}",
                ikm_id=product.ikm_id,
                state=PhotoState.GONE,
                created_at=clock.now(),
            )
            for n in range(rules.MOST_PER_HOUR)
        )
    answer = send_photos(client, path, snapshot())
    assert answer.status_code == 429
    assert "Sudah 60 foto dalam satu jam" in answer.get_data(as_text=True)


def test_a_business_that_filled_its_room_is_told(client: FlaskClient) -> None:
    path = draft(client)
    product = newest()
    with transaction():
        db.session.add(
            Photo(
                code="besarsekal",
                ikm_id=product.ikm_id,
                state=PhotoState.READY,
                widths=[360],
                bytes_stored=rules.MOST_BYTES,
                created_at=builders.NOON,
            )
        )
    answer = send_photos(client, path, snapshot())
    assert answer.status_code == 422
    assert "penuh" in answer.get_data(as_text=True)


def test_a_store_that_is_away_keeps_the_product_and_the_place(
    client: FlaskClient, home: Path
) -> None:
    path = draft(client)
    (home / "media").write_text("a file where the folder should be")
    try:
        answer = send_photos(client, path, snapshot())
    finally:
        (home / "media").unlink()
    page = answer.get_data(as_text=True)
    assert answer.status_code == 502
    assert "Foto belum tersimpan" in page
    assert "Coba lagi" in page
    assert states() == ["failed"]
    assert newest().cover is None
    failed = codes()[0]
    again = send_photos(client, f"{path}/{failed}/ulang", snapshot(), page=path)
    assert again.status_code == 303
    assert states() == ["gone", "ready"]
    photo_work.delete_files(failed)
    assert newest().cover


def test_an_upload_that_never_finished_is_given_up(client: FlaskClient) -> None:
    draft(client)
    product = newest()
    with transaction():
        code = photos.begin(
            ikm_id=product.ikm_id, product_id=product.id, alt="", by=None, now=clock.now()
        )
    photo_work.give_up(code)
    photo_work.give_up(code)
    assert states() == ["failed"]
    names = db.session.scalars(select(Job.name).order_by(Job.id)).all()
    assert names == ["photos.give_up", "photos.delete_files"]


def test_the_main_photo_is_chosen_and_stands_on_the_card(client: FlaskClient) -> None:
    path = draft(client)
    send_photos(client, path, snapshot(), snapshot(size=(700, 900)))
    first, second = codes()
    assert newest().cover.startswith(first)
    builders.post(client, f"{path}/{second}/utama", {}, page=path)
    assert newest().cover.startswith(second)


def test_a_photo_comes_back_within_a_day_and_its_files_go_after(
    client: FlaskClient, home: Path
) -> None:
    path = draft(client)
    send_photos(client, path, snapshot())
    code = codes()[0]
    answer = builders.post(client, f"{path}/{code}/hapus", {}, page=path)
    assert "Kembalikan" in client.get(answer.location).get_data(as_text=True)
    assert newest().cover is None
    builders.post(client, f"{path}/{code}/kembalikan", {}, page=path)
    assert newest().cover
    photo_work.delete_files(code)
    assert list((home / "media" / "p" / code).rglob("*.webp"))
    builders.post(client, f"{path}/{code}/hapus", {}, page=path)
    photo_work.delete_files(code)
    assert not list((home / "media" / "p" / code).rglob("*.webp"))
    assert builders.post(client, f"{path}/{code}/kembalikan", {}, page=path).status_code == 409
    assert newest().cover is None


@pytest.mark.parametrize("act", ["utama", "hapus", "kembalikan", "ulang"])
def test_another_products_photo_is_not_there(client: FlaskClient, act: str) -> None:
    path = draft(client)
    send_photos(client, path, snapshot())
    mine = codes()[0]
    shop = path.rsplit("/", 2)[0]
    builders.post(client, f"{shop}/baru", {"tanpa_foto": "1"})
    other = f"{shop}/{newest().code}/foto"
    answer = send_photos(client, f"{other}/{mine}/{act}", snapshot(), page=other)
    assert answer.status_code == 404
    assert states() == ["ready"]


def test_every_photo_says_what_it_shows(client: FlaskClient) -> None:
    path = finished(client, maker(client, trusted=True))
    page = client.get(f"{path}/keterangan-foto").get_data(as_text=True)
    assert "Keripik salak pondoh, difoto utuh" in page
    code = codes()[0]
    assert fill(client, f"{path}/keterangan-foto", **{f"alt_{code}": ""}).status_code == 422
    assert fill(client, f"{path}/keterangan-foto", **{f"alt_{code}": "k" * 201}).status_code == 422
    fill(client, f"{path}/keterangan-foto", **{f"alt_{code}": "Sebungkus keripik di meja kayu"})
    builders.post(client, f"{path}/tayangkan", {}, page=path)
    db.session.rollback()
    assert db.session.scalars(select(Photo.alt)).all() == ["Sebungkus keripik di meja kayu"]
    assert db.session.scalars(select(Product.state)).all() == ["live"]


def test_a_shop_takes_in_pictures_that_belong_to_no_product(client: FlaskClient) -> None:
    shop = maker(client)
    code = photo_work.take_in(snapshot(), ikm_id=shop.id, alt="Bengkel Citra", by=None)
    assert photos.cover_of(code) == f"{code}/1/180,360,540,720"
    assert photos.cover_of("tidakada22") is None
    assert photos.cover_of(None) is None
