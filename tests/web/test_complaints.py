"""A complaint through the pages: buyer by the link alone, shop and dinas at their desks."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import photo_work, worker
from marketplace.flows.order_letters import token_for
from marketplace.makers.models import Ikm
from marketplace.orders.complaints.models import Complaint
from marketplace.orders.models import Refund
from marketplace.outside import outside
from marketplace.photos import photos as album
from marketplace.photos.models import Photo
from media.storage import StorageDown
from tests import builders
from tests.counting import statements
from tests.orders import grievances as sad
from tests.orders import money
from tests.web.buying import shopper
from tests.web.seller.listing import snapshot

TYPED = {
    "kind": "damaged",
    "words": "Tiga bungkus pecah, isinya tumpah.",
    "wish": "part",
    "amount": "15.000",
}


def link(code: str) -> str:
    """The address of the order behind its code."""
    group = sad.group_of(code)
    return f"/pesanan/{token_for(group.code, group.token_hash)}"


def place(code: str) -> str:
    """The address of its complaint, for the buyer."""
    return f"{link(code)}/keluhan/{code}"


def complain(client: FlaskClient, code: str, *photos: bytes, **changed: Any) -> TestResponse:
    """Fill in the form as a phone would."""
    path = place(code)
    pieces = {f"pieces-{line.id}": str(line.quantity) for line in sad.lines_of(code)}
    form = {"csrf_token": builders.form_token(client, path), **pieces, **TYPED, **changed}
    files = [(io.BytesIO(data), f"{n}.jpg") for n, data in enumerate(photos)]
    return client.post(path, data={**form, "foto": files}, content_type="multipart/form-data")


def desk(app: Flask, code: str) -> tuple[FlaskClient, str]:
    """Citra before the complaint."""
    citra = app.test_client()
    builders.sign_in(citra, builders.person("Citra"))
    db.session.rollback()
    shop = db.session.scalar(select(Ikm.code).where(Ikm.id == money.order(code).ikm_id))
    db.session.rollback()
    return citra, f"/toko-saya/{shop}/pesanan/{code}/keluhan"


def officer(app: Flask) -> FlaskClient:
    eka = app.test_client()
    builders.sign_in(eka, builders.staff())
    return eka


def complaints() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Complaint.id)).all())


def pictures(page: str) -> list[str]:
    return re.findall(r'<img class="photo" src="([^"]+)"', page)


def test_from_the_first_word_to_the_money(app: Flask, client: FlaskClient, home: Path) -> None:
    code = sad.shipped(40_000)
    order_page = client.get(link(code)).text
    assert "Ajukan keluhan" in order_page
    answer = complain(client, code, snapshot(), snapshot())
    assert answer.status_code == 303
    page = client.get(place(code)).text
    for words in ("Menunggu jawaban toko", "Tiga bungkus pecah", "Rp15.000", "kami tahan"):
        assert words in page, words
    assert len(pictures(page)) == 2
    assert "Keluhan sedang diurus" in client.get(link(code)).text
    assert "Sudah saya terima" not in client.get(link(code)).text

    citra, here = desk(app, code)
    assert "keluhan menunggu jawaban" in citra.get(here.split("/pesanan/")[0]).text
    assert "Barang rusak" in citra.get(here.split("/pesanan/")[0] + "/keluhan").text
    seen = citra.get(here).text
    assert "Jawab keluhan ini" in seen
    assert citra.get(pictures(seen)[0]).status_code == 200
    given = builders.post(citra, f"{here}/kembalikan", {"amount": "15.000", "words": "Maaf"})
    assert given.status_code == 303
    page = client.get(place(code)).text
    assert "Rp15.000 kembali ke pembeli" in page
    assert "Keluhan selesai" in client.get(link(code)).text
    worker.run_due(until_empty=True)
    mails = "".join(file.read_text() for file in (home / "mail").iterdir())
    assert "Pembeli mengeluh" in mails
    assert f"{place(code)}" in mails.replace("=\n", "")


def test_the_dinas_reads_both_sides_and_decides(app: Flask, client: FlaskClient) -> None:
    code = sad.shipped(40_000)
    complain(client, code, snapshot(), wish="all", amount="")
    citra, here = desk(app, code)
    no = {
        "csrf_token": builders.form_token(citra, f"{here}/tolak"),
        "words": "Sudah utuh waktu dikirim.",
        "foto": [(io.BytesIO(snapshot()), "a.jpg")],
    }
    answer = citra.post(f"{here}/tolak", data=no, content_type="multipart/form-data")
    assert answer.status_code == 303
    eka = officer(app)
    assert "keluhan perlu diputuskan" in eka.get("/dinas").text
    assert "Perlu diputuskan" in eka.get("/dinas/keluhan").text
    page = eka.get(f"/dinas/keluhan/{code}").text
    for words in ("Tiga bungkus pecah", "Sudah utuh waktu dikirim", "Foto 1 dari toko"):
        assert words in page, words
    assert [eka.get(picture).status_code for picture in pictures(page)] == [200, 200]
    decide = f"/dinas/keluhan/{code}/putuskan"
    for wrong, words in (
        ({"result": "sebagian", "words": "Separuh saja."}, "Isi jumlah"),
        ({"result": "sebagian", "amount": "46.001", "words": "Separuh saja."}, "Paling banyak"),
        ({"result": "semua", "words": ""}, "Tulis alasannya"),
        ({"words": "Separuh saja."}, "dari daftar"),
    ):
        refused = builders.post(eka, decide, wrong)
        assert refused.status_code == 422
        assert words in refused.text
    done = builders.post(eka, decide, {"result": "semua", "words": "Fotonya jelas."})
    assert done.status_code == 303
    assert "Fotonya jelas." in client.get(place(code)).text
    assert "Fotonya jelas." in citra.get(here).text
    again = eka.get(decide)
    assert (again.status_code, "baru saja berubah" in again.text) == (409, True)
    db.session.rollback()
    assert list(db.session.scalars(select(Refund.amount))) == [46_000]


def test_an_offer_is_taken_with_one_press(app: Flask, client: FlaskClient) -> None:
    code = sad.shipped(40_000)
    complain(client, code)
    citra, here = desk(app, code)
    builders.post(citra, f"{here}/kembalikan", {"amount": "10.000"})
    page = client.get(place(code)).text
    assert "Setuju, terima Rp10.000" in page
    pressed = client.post(f"{place(code)}/setuju", data=shopper.hidden(page))
    assert pressed.status_code == 303
    again = client.post(f"{place(code)}/setuju", data=shopper.hidden(page))
    assert (again.status_code, "baru saja berubah" in again.text) == (409, True)


def test_goods_again_through_the_pages(app: Flask, client: FlaskClient) -> None:
    code = sad.shipped(40_000)
    complain(client, code, wish="resend", amount="")
    citra, here = desk(app, code)
    page = citra.get(here).text
    assert citra.post(f"{here}/kirim-lagi", data=shopper.hidden(page)).status_code == 303
    assert builders.post(citra, f"{here}/resi", {"courier": ""}).status_code == 422
    sent = builders.post(citra, f"{here}/resi", {"courier": "JNE", "tracking": "JOG7"})
    assert sent.status_code == 303
    page = client.get(place(code)).text
    assert "JOG7" in page
    asked = builders.post(client, f"{place(code)}/dinas", {"words": "Pecah lagi."})
    assert asked.status_code == 303
    assert "Dinas sedang memutuskan" in client.get(place(code)).text
    assert builders.post(client, f"{place(code)}/dinas", {"words": ""}).status_code == 422


def test_a_complaint_is_taken_back_after_being_asked_once_more(
    app: Flask, client: FlaskClient
) -> None:
    code = sad.shipped(40_000)
    complain(client, code)
    asked = client.get(f"{place(code)}/cabut")
    assert "Cabut keluhan ini?" in asked.text
    assert builders.post(client, f"{place(code)}/cabut", {}).status_code == 303
    assert money.order(code).state == "completed"
    assert client.get(f"{place(code)}/cabut").status_code == 409


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": ""}, "Pilih apa masalahnya"),
        ({"words": "x"}, "paling sedikit 10 huruf"),
        ({"wish": "semuanya"}, "dari daftar"),
        ({"wish": "part", "amount": ""}, "Isi jumlah uang"),
        ({"wish": "part", "amount": "46.001"}, "Paling banyak Rp46.000"),
        ({"wish": "part", "amount": "١٢٣"}, "angka rupiah"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_and_nothing_is_opened(
    client: FlaskClient, changed: dict[str, str], words: str
) -> None:
    code = sad.shipped(40_000)
    answer = complain(client, code, **changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert complaints() == 0


@pytest.mark.parametrize("pieces", ["", "0", "2", "-1", "1e3", "١", "9999999"])
def test_odd_numbers_of_pieces_open_nothing(client: FlaskClient, pieces: str) -> None:
    code = sad.shipped(40_000)
    answer = complain(client, code, **{f"pieces-{sad.lines_of(code)[0].id}": pieces})
    assert answer.status_code == 422
    assert "Pilih barang yang bermasalah" in answer.text
    assert complaints() == 0


# --- Pictures -------------------------------------------------------------------------------------


def test_pictures_are_for_the_parties_alone(app: Flask, client: FlaskClient, home: Path) -> None:
    code = sad.shipped(shop=builders.shop("Dapur Citra"))
    complain(client, code, snapshot())
    (picture,) = pictures(client.get(place(code)).text)
    seen = client.get(picture)
    assert (seen.status_code, seen.mimetype) == (200, "image/webp")
    assert b"Exif" not in seen.data
    assert len(client.get(f"{picture}?besar").data) > len(seen.data)
    db.session.rollback()
    photo = db.session.scalars(select(Photo)).one()
    assert [path.name for path in (home / "media").iterdir() if path.name[0] != "."] == ["closed"]
    for guess in (
        f"/media/closed/{photo.code}/1/w360.webp",
        f"/media/p/{photo.code}/1/w360.webp",
        f"/media/p/../closed/{photo.code}/1/w360.webp",
        picture.replace(code, "zzzzzzzzzz"),
        picture.replace(link(code), "/pesanan/" + "x" * 43),
    ):
        assert client.get(guess).status_code == 404, guess
    assert album.shown(photo.code) is None
    other = sad.shipped(shop=builders.shop("Toko Lain", owner=builders.person("Dewi")))
    stranger, theirs = app.test_client(), place(other)
    complain(stranger, other, snapshot())
    assert stranger.get(f"{theirs}/foto/{photo.code}").status_code == 404
    dewi = app.test_client()
    builders.sign_in(dewi, builders.person("Dewi"))
    _, here = desk(app, code)
    assert dewi.get(f"{here}/foto/{photo.code}").status_code == 404
    _, there = desk(app, other)
    assert dewi.get(f"{there}/foto/{photo.code}").status_code == 404
    assert app.test_client().get(f"/dinas/keluhan/{code}/foto/{photo.code}").status_code == 302


def test_what_is_no_picture_opens_nothing_and_keeps_what_was_typed(client: FlaskClient) -> None:
    code = sad.shipped()
    answer = complain(client, code, snapshot(), b"halo")
    assert answer.status_code == 422
    assert "bukan foto" in answer.text
    assert "Tiga bungkus pecah" in answer.text
    assert complaints() == 0


def test_too_many_pictures_at_once_and_in_all(client: FlaskClient) -> None:
    code = sad.shipped()
    assert complain(client, code, *[snapshot()] * 4).status_code == 422
    assert complain(client, code, *[snapshot()] * 3).status_code == 303
    for count, status in ((2, 303), (1, 422)):
        more = {
            "csrf_token": builders.form_token(client, place(code)),
            "foto": [(io.BytesIO(snapshot()), "x.jpg")] * 1,
        }
        for _ in range(count):
            more["foto"] = [(io.BytesIO(snapshot()), "x.jpg")]
            answer = client.post(
                f"{place(code)}/foto", data=more, content_type="multipart/form-data"
            )
        assert answer.status_code == status
    assert len(pictures(client.get(place(code)).text)) == 5


def test_a_store_that_is_away_loses_the_picture_not_the_complaint(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = sad.shipped()

    def away(*_: object) -> None:
        raise StorageDown("away")

    monkeypatch.setattr(outside().storage, "put", away)
    assert complain(client, code, snapshot()).status_code == 303
    page = client.get(place(code)).text
    assert "1 foto belum tersimpan" in page
    assert pictures(page) == []
    assert complaints() == 1


def test_files_of_a_private_picture_are_deleted_where_they_lie(
    client: FlaskClient, home: Path
) -> None:
    code = sad.shipped()
    complain(client, code, snapshot())
    db.session.rollback()
    photo = db.session.scalars(select(Photo.code)).one()
    with transaction():
        album.take_down(None, photo, now=builders.NOON)
    photo_work.delete_files(photo)
    assert not [path for path in (home / "media" / "closed").rglob("*") if path.is_file()]


def test_an_order_page_without_a_complaint_asks_nothing_more(client: FlaskClient) -> None:
    code = sad.shipped()
    page = link(code)
    client.get(page)
    with statements() as plain:
        client.get(page)
    assert not any("complaint" in statement for statement in plain)
    complain(client, code)
    client.get(page)
    with statements() as told:
        client.get(page)
    assert len(told) == len(plain)
