"""Label kemasan: filled in on the phone, kept, and printed only when it says everything."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select, update
from werkzeug.test import TestResponse
from zxingcpp import read_barcodes

from marketplace.catalog.labels import rules
from marketplace.catalog.labels.models import LabelSize, ProductLabel
from marketplace.catalog.labels.rules import Kind
from marketplace.catalog.models import Variant
from marketplace.core import clock
from marketplace.core.db import db, read
from marketplace.core.work import transaction
from marketplace.photos import photos
from media.labels import proof
from tests import builders
from tests.web.buying import shopper


class Kitchen:
    """Citra makes crisps, mild and hot, and wants a label for each."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.shop = builders.shop("Salak Lestari", address="Ganggong RT 02/RW 11")
        self.product = builders.product(
            "Keripik salak pondoh",
            shop=self.shop,
            category="keripik",
            variants={"Manis": 18_000, "Pedas": 19_000},
            attributes={"berat_bersih": 250, "masa_simpan": 180},
        )
        self.product_id = self.product.id
        sizes = select(Variant.id).where(Variant.product_id == self.product.id).order_by(Variant.id)
        self.mild, self.hot = (row.id for row in read(sizes))
        builders.sign_in(client, builders.person("Citra"))
        self.home = f"/toko-saya/{self.shop.code}/produk/{self.product.code}/label"

    def save(self, **typed: Any) -> TestResponse:
        size = typed.get("size", self.mild)
        form = shopper.hidden(self.client.get(self.home).text)
        said = {
            "csrf_token": form["csrf_token"],
            "version": form["version"],
            "size": size,
            "paper": "pouch",
            "look": "gading",
            "net": "Berat bersih 250 g",
            "ingredients": "Salak pondoh, gula pasir, minyak nabati",
            "permit": "2063404011234-33",
            "halal": "",
            "batch": "SP2611A",
            "best_before": f"{clock.now() + timedelta(days=120):%Y-%m-%d}",
            "care": "Simpan di tempat kering",
            "story": "",
            "ean": "8991234567891",
        }
        return self.client.post(self.home, data={**said, **typed})


@pytest.fixture
def kitchen(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Kitchen:
    # the small market of the tests has shelves of its own
    monkeypatch.setitem(rules.SHELVES, "makanan", Kind.FOOD)
    return Kitchen(client)


def text_of(pdf: bytes) -> str:
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s+", " ", words)


def test_the_first_label_is_filled_from_what_the_product_says(kitchen: Kitchen) -> None:
    page = kitchen.client.get(kitchen.home).text
    assert 'value="Berat bersih 250 g"' in page
    keeps = clock.now() + timedelta(days=180)
    assert f'value="{keeps:%Y-%m}' in page


def test_a_label_that_lacks_something_names_it_and_is_not_printed(kitchen: Kitchen) -> None:
    assert kitchen.save(ingredients="", permit="").status_code == 303
    page = kitchen.client.get(kitchen.home).text
    assert "Belum bisa dicetak" in page
    assert 'href="#ingredients">Komposisi' in page
    assert 'href="#permit">Nomor P-IRT' in page
    refused = kitchen.client.get(f"{kitchen.home}.pdf")
    assert refused.status_code == 422
    assert "masih ada yang harus diisi" in refused.text


def test_a_complete_label_is_printed_with_what_was_typed(kitchen: Kitchen) -> None:
    assert kitchen.save().status_code == 303
    answer = kitchen.client.get(f"{kitchen.home}.pdf?size={kitchen.mild}")
    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    words = text_of(answer.data)
    for part in (
        "Keripik salak pondoh",
        "Manis",
        "Berat bersih 250 g",
        "Salak pondoh, gula pasir, minyak nabati",
        "Ganggong RT 02/RW 11, Condongcatur, Depok, Sleman, DI Yogyakarta",
        "2063404011234-33",
        "SP2611A",
    ):
        assert part in words
    codes = {code.text for code in read_barcodes(proof.pages(answer.data)[0])}
    assert f"http://localhost/p/{kitchen.product.slug}-{kitchen.product.code}" in {
        re.sub(r"^https?://[^/]+", "http://localhost", text) for text in codes
    }
    assert "8991234567891" in codes


def test_each_size_has_its_own_contents_and_barcode(kitchen: Kitchen) -> None:
    kitchen.save()
    kitchen.save(size=kitchen.hot, net="Berat bersih 100 g", ean="4006381333931")
    db.session.rollback()
    rows = {row.variant_id: row for row in read(select(LabelSize.__table__))}
    assert rows[kitchen.mild].net == "Berat bersih 250 g"
    assert (rows[kitchen.hot].net, rows[kitchen.hot].ean) == ("Berat bersih 100 g", "4006381333931")
    hot = kitchen.client.get(f"{kitchen.home}.pdf?size={kitchen.hot}&lembar=a4")
    assert "Pedas" in text_of(hot.data)
    assert "-a4.pdf" in hot.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("permit", "12345", "15 angka"),
        ("permit", "2063404011234-24", "berlaku sampai 2024"),
        ("ean", "8991234567892", "angka terakhir tidak cocok"),
        ("halal", "???", "huruf dan angka saja"),
        ("best_before", "2020-01-01", "sudah lewat"),
        ("best_before", "31-12-2027", "belum benar"),
        ("paper", "spanduk", "dari daftar"),
        ("look", "", "dari daftar"),
        ("ingredients", "x" * 601, "paling panjang 600"),
        ("story", "<b>tebal</b>", "tanpa kode"),
    ],
)
def test_what_cannot_be_true_is_refused_at_its_field_and_what_was_typed_stays(
    kitchen: Kitchen, field: str, typed: str, said: str
) -> None:
    answer = kitchen.save(**{field: typed, "batch": "TETAPADA"})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="TETAPADA"' in answer.text
    db.session.rollback()
    assert read(select(ProductLabel.product_id)) == []


def test_too_many_words_for_a_small_paper_are_refused_by_name(kitchen: Kitchen) -> None:
    kitchen.save(
        paper="gantungan", ingredients="gula, " * 100, care="sejuk " * 33, story="enak " * 55
    )
    answer = kitchen.client.get(f"{kitchen.home}.pdf")
    assert answer.status_code == 422
    assert "Tulisan terlalu banyak" in answer.text


def test_two_people_at_once_do_not_overwrite_each_other(kitchen: Kitchen) -> None:
    assert kitchen.save(version="0").status_code == 303
    late = kitchen.save(version="0", batch="LAIN")
    assert late.status_code == 409
    assert "diubah orang lain" in late.text
    assert 'value="LAIN"' in late.text
    version = re.search(r'name="version" value="(\d+)"', late.text)
    assert version is not None
    assert kitchen.save(version=version[1], batch="LAIN").status_code == 303
    db.session.rollback()
    assert [row.batch for row in read(select(ProductLabel.batch))] == ["LAIN"]


def test_the_picture_of_a_side_is_shown_and_no_side_more(kitchen: Kitchen) -> None:
    kitchen.save()
    assert kitchen.client.get(f"{kitchen.home}/gambar/2").status_code == 404
    kitchen.save(paper="kartu")
    for number in (1, 2):
        shown = kitchen.client.get(f"{kitchen.home}/gambar/{number}")
        assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert kitchen.client.get(f"{kitchen.home}/gambar/3").status_code == 404
    assert kitchen.client.get(f"{kitchen.home}/gambar/0").status_code == 404


def test_the_region_of_the_permit_is_named_so_that_a_wrong_digit_is_seen(kitchen: Kitchen) -> None:
    kitchen.save()
    assert "izin ini terbit di Sleman" in kitchen.client.get(kitchen.home).text


@pytest.mark.parametrize("page", ["", ".pdf", "/gambar/1", "/kemasan"])
def test_the_label_of_another_shop_is_nowhere_to_be_found(kitchen: Kitchen, page: str) -> None:
    kitchen.save()
    builders.shop("Toko Lain", owner=builders.person("Lain"))
    builders.sign_in(kitchen.client, builders.person("Lain"))
    assert kitchen.client.get(f"{kitchen.home}{page}").status_code == 404


def test_a_size_of_another_product_is_nowhere_to_be_found(kitchen: Kitchen) -> None:
    other = shopper.variant_of(builders.product("Sambal", shop=kitchen.shop))
    assert kitchen.client.get(f"{kitchen.home}?size={other}").status_code == 404
    assert kitchen.client.get(f"{kitchen.home}?size=9999999999999999999999").status_code == 404
    assert kitchen.save(size=other).status_code == 404


def test_the_label_on_its_packaging_joins_the_photos_as_an_illustration(kitchen: Kitchen) -> None:
    kitchen.save()
    page = kitchen.client.get(kitchen.home).text
    token = shopper.hidden(page)["csrf_token"]
    assert kitchen.client.get(f"{kitchen.home}/kemasan").mimetype == "image/jpeg"
    answer = kitchen.client.post(f"{kitchen.home}/kemasan", data={"csrf_token": token})
    assert answer.status_code == 303
    db.session.rollback()
    photo = photos.of_product(kitchen.product_id)[-1]
    assert photo.ready
    assert photo.alt == "Ilustrasi kemasan: Keripik salak pondoh"
    assert (photo.width, photo.height) == (1400, 1400)


def test_an_unfinished_label_is_not_put_on_packaging(kitchen: Kitchen) -> None:
    kitchen.save(ingredients="")
    assert kitchen.client.get(f"{kitchen.home}/kemasan").status_code == 422
    token = shopper.hidden(kitchen.client.get(kitchen.home).text)["csrf_token"]
    answer = kitchen.client.post(f"{kitchen.home}/kemasan", data={"csrf_token": token})
    assert answer.status_code == 422
    assert "masih ada yang harus diisi" in answer.text
    db.session.rollback()
    assert photos.of_product(kitchen.product_id) == []


def test_what_has_run_out_since_it_was_kept_is_not_printed_again(kitchen: Kitchen) -> None:
    assert kitchen.save(permit=f"2063404011234-{clock.now():%y}").status_code == 303
    assert kitchen.client.get(f"{kitchen.home}.pdf").status_code == 200
    with transaction():
        db.session.execute(
            update(ProductLabel).values(
                best_before=(clock.now() - timedelta(days=1)).date(), permit="206340401123424"
            )
        )
    page = kitchen.client.get(kitchen.home).text
    assert 'href="#best_before">Baik digunakan' in page
    assert 'href="#permit">Nomor P-IRT' in page
    assert kitchen.client.get(f"{kitchen.home}.pdf").status_code == 422


def test_a_label_that_nobody_kept_is_not_printed(kitchen: Kitchen) -> None:
    craft = builders.product("Tas", shop=kitchen.shop, category="batik")
    page = f"/toko-saya/{kitchen.shop.code}/produk/{craft.code}/label"
    assert "Simpan dulu" in kitchen.client.get(page).text
    assert kitchen.client.get(f"{page}.pdf").status_code == 422
