"""From "I make things" to an open shop: a task list that can be left and resumed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.core.db import read
from marketplace.core.history import HistoryEntry
from marketplace.core.jobs import Job
from marketplace.makers.states import ShopState
from marketplace.web.seller import shop_parts
from tests import builders
from tests.web.seller import applying


def acts() -> list[str]:
    return [row.act for row in read(select(HistoryEntry.act).order_by(HistoryEntry.id))]


def letters() -> list[str]:
    rows = read(select(Job.args).where(Job.name == "letters.send").order_by(Job.id))
    return [f"{row.args['params'].get('news')} -> {row.args['to']}" for row in rows]


def test_a_maker_applies_and_the_dinas_opens_the_shop(app: Flask) -> None:
    maker, officer = app.test_client(), app.test_client()
    code = applying.begin(maker)
    page = maker.get(f"/toko-saya/{code}").get_data(as_text=True)
    assert "0 dari 7 selesai" in page
    assert "Kirim untuk diperiksa" not in page
    applying.fill_all(maker, code)
    assert "7 dari 7 selesai" in maker.get(f"/toko-saya/{code}").get_data(as_text=True)
    sent = builders.post(maker, f"/toko-saya/{code}/kirim", {}, page=f"/toko-saya/{code}")
    assert sent.status_code == 303
    builders.sign_in(officer, builders.staff())
    assert "Batik Sekar Ayu" in officer.get("/dinas/toko?keadaan=review").get_data(as_text=True)
    page = officer.get(f"/dinas/toko/{code}").get_data(as_text=True)
    assert "Jalan Anggajaya 12" in page
    form = {"verdict": "open", "reason": "", "seen": str(applying.sheet().version)}
    answer = builders.post(
        officer, f"/dinas/toko/{code}/putuskan", form, page=f"/dinas/toko/{code}"
    )
    assert answer.status_code == 303
    shop = applying.sheet()
    assert (shop.state, shop.place) == (ShopState.OPEN, "Depok, Sleman")
    assert shop.slug == "batik-sekar-ayu"
    assert "Pasang produk pertama" in maker.get(f"/toko-saya/{code}").get_data(as_text=True)
    assert [act for act in acts() if act != "shop.changed"] == [
        "shop.started",
        "shop.submitted",
        "shop.opened",
    ]
    assert letters() == ["submitted -> citra@contoh.test", "opened -> citra@contoh.test"]


def test_an_application_can_be_left_and_resumed(client: FlaskClient) -> None:
    code = applying.begin(client)
    applying.fill(client, code, "whatsapp")
    assert "Batik Sekar Ayu" in client.get("/buka-toko").get_data(as_text=True)
    assert client.get("/toko-saya").location.endswith(f"/toko-saya/{code}")
    assert "1 dari 7 selesai" in client.get(f"/toko-saya/{code}").get_data(as_text=True)
    page = client.get(f"/toko-saya/{code}/toko/whatsapp").get_data(as_text=True)
    assert 'value="0812 3456 7890"' in page


def test_each_page_leads_to_the_next_open_one_and_the_last_to_the_list(client: FlaskClient) -> None:
    code = applying.begin(client)
    base = f"/toko-saya/{code}"
    applying.fill(client, code, "cerita")
    way = ["nama", "tempat", "karya", "foto", "jam", "whatsapp", None]
    for word, following in pairwise(way):
        page = client.get(applying.page_of(f"{base}/toko/{word}")).get_data(as_text=True)
        assert f"Langkah {shop_parts.STEPS.index(str(word)) + 1} dari 7" in page
        assert "Simpan dan lanjut" in page
        assert ("Simpan, nanti lagi" in page) == (following is not None)
        sent = (
            applying.send_photo(client, code)
            if word == "foto"
            else applying.fill(client, code, str(word))
        )
        assert sent.location == (f"{base}/toko/{following}" if following else base)
        if following:
            assert "Tersimpan." in client.get(sent.location).get_data(as_text=True)
    assert "Simpan dan lanjut" not in client.get(f"{base}/toko/nama").get_data(as_text=True)


def test_a_step_can_be_saved_for_later_and_an_earlier_open_one_comes_back(
    client: FlaskClient,
) -> None:
    code = applying.begin(client)
    base = f"/toko-saya/{code}"
    assert applying.fill(client, code, "karya", nanti="y").location == base
    assert applying.fill(client, code, "whatsapp").location == f"{base}/toko/nama"
    assert applying.fill(client, code, "nib", nib="9120001234567").location == base


def test_what_an_open_shop_changes_is_no_step(client: FlaskClient) -> None:
    builders.sign_in(client, builders.person("Citra"))
    base = f"/toko-saya/{builders.shop().code}"
    page = client.get(f"{base}/toko/whatsapp").get_data(as_text=True)
    assert "Langkah" not in page
    assert applying.fill(client, base.rsplit("/", 1)[-1], "whatsapp").location == f"{base}/toko"


def test_an_incomplete_application_is_not_sent_and_says_what_is_missing(
    client: FlaskClient,
) -> None:
    code = applying.begin(client)
    token = builders.form_token(client, f"/toko-saya/{code}/toko/nama")
    answer = client.post(f"/toko-saya/{code}/kirim", data={"csrf_token": token})
    assert answer.status_code == 422
    assert f'<a href="/toko-saya/{code}/toko/cerita">Cerita belum lengkap.</a>' in answer.text
    assert applying.sheet().state == ShopState.DRAFT


def test_a_stranger_reads_what_it_takes_but_begins_nothing(client: FlaskClient) -> None:
    page = client.get("/buka-toko")
    assert page.status_code == 200
    assert "Daftar akun dulu" in page.get_data(as_text=True)
    assert client.post("/buka-toko", data={"name": "Toko Asing"}).status_code in (400, 403)


def test_only_three_applications_are_unfinished_at_a_time(client: FlaskClient) -> None:
    for number in ("Satu", "Dua", "Tiga"):
        applying.begin(client, f"Toko {number}")
    answer = builders.post(client, "/buka-toko", {"name": "Toko Empat"})
    assert answer.status_code == 422
    assert "Sudah ada 3 permohonan" in answer.get_data(as_text=True)


def test_two_shops_of_one_name_get_addresses_of_their_own(client: FlaskClient) -> None:
    first, second = applying.begin(client), applying.begin(client)
    assert first != second
    slugs = sorted(row.slug for row in read(select(applying.Ikm.slug)))
    assert slugs == ["batik-sekar-ayu", "batik-sekar-ayu-2"]


def test_the_village_is_found_by_typing_and_by_the_lists(client: FlaskClient) -> None:
    code = applying.begin(client)
    here = f"/toko-saya/{code}/toko/tempat"
    assert "Condongcatur, Depok, Sleman" in client.get(f"{here}?cari=condong").get_data(
        as_text=True
    )
    assert "Kalimantan Tengah" in client.get(here).get_data(as_text=True)
    assert "Caturtunggal" in client.get(f"{here}?di=34.04.07").get_data(as_text=True)
    assert 'name="village_code"' in client.get(f"{here}?desa=34.04.07.2003").get_data(as_text=True)


BAD = [
    ("nama", {"name": ""}, "Isi nama toko."),
    ("nama", {"name": "x" * 81}, "paling panjang 80 huruf"),
    ("nama", {"name": "<script>alert(1)</script>"}, "Tulis sebagai teks biasa"),
    ("nama", {"owner_name": "Sekar 99"}, "hanya berisi huruf"),
    ("nama", {"since": "١٩٩٨"}, "diisi angka saja"),
    ("nama", {"since": "-5"}, "diisi angka saja"),
    ("nama", {"since": "1800"}, "paling sedikit"),
    ("nama", {"since": "2099"}, "Tahun mulai antara"),
    ("tempat", {"village_code": "99.99.99.9999"}, "Pilih kalurahan atau desa"),
    ("tempat", {"village_code": "34.04"}, "Pilih kalurahan atau desa"),
    ("tempat", {"address": ""}, "Isi alamat lengkap."),
    ("karya", {"sector": "senjata"}, "dari daftar"),
    ("karya", {"sentra_id": "7"}, "dari daftar"),
    ("karya", {"sentra_id": "'; DROP TABLE ikm"}, "dari daftar"),
    ("cerita", {"story": "Pendek"}, "paling sedikit 30 huruf"),
    ("cerita", {"story": "a" * 3001}, "paling panjang 3000 huruf"),
    ("cerita", {"quote": "\x00 nol"}, "tanda yang tidak bisa dibaca"),
    ("jam", {"mon_from": "25:00"}, "belum benar"),
    ("jam", {"mon_from": "٠٨:٠٠"}, "belum benar"),
    ("jam", {"mon_from": "", "mon_to": ""}, "paling sedikit satu hari"),
    ("jam", {"mon_to": ""}, "atau kosongkan keduanya"),
    ("jam", {"mon_from": "17:00"}, "jam tutup harus sesudah jam buka"),
    ("whatsapp", {"whatsapp": "12345"}, "Nomor HP harus diawali 08"),
    ("whatsapp", {"whatsapp": "٠٨١٢٣٤٥٦٧٨٩٠"}, "Nomor HP harus diawali 08"),
    ("nib", {"nib": "123"}, "13 angka"),
    ("nib", {"nib": "١٢٣٤٥٦٧٨٩٠١٢٣"}, "13 angka"),
    ("libur", {"closed_from": "2026-02-31"}, "belum benar"),
    ("libur", {"closed_from": "2026-03-05", "closed_to": "2026-03-01"}, "sebelum hari pertama"),
    ("libur", {"closed_to": "2026-03-01"}, "Pilih hari pertama libur"),
]


@pytest.mark.parametrize(("word", "changed", "sentence"), BAD)
def test_what_cannot_be_right_comes_back_with_a_sentence_and_changes_nothing(
    client: FlaskClient, word: str, changed: dict[str, str], sentence: str
) -> None:
    code = applying.begin(client)
    before = applying.sheet()
    answer = applying.fill(client, code, word, **changed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert "<script>alert" not in page
    assert applying.sheet() == before


@pytest.mark.parametrize("word", applying.PART_OF)
def test_a_stale_token_answers_422_with_what_was_typed(client: FlaskClient, word: str) -> None:
    code = applying.begin(client)
    answer = client.post(
        f"/toko-saya/{code}/toko/{word}",
        data={"csrf_token": "basi", **applying.ANSWERS.get(word, {})},
    )
    assert answer.status_code == 422
    assert "Halaman ini terlalu lama dibuka" in answer.get_data(as_text=True)
    typed = applying.ANSWERS.get(word, {}).get("story")
    assert typed is None or typed in answer.get_data(as_text=True)


def test_what_two_people_change_at_once_is_shown_side_by_side(client: FlaskClient) -> None:
    code = applying.begin(client)
    path = f"/toko-saya/{code}/toko/cerita"
    stale = applying.sheet().sign("story")
    assert applying.fill(client, code, "cerita").status_code == 303
    mine = "Cerita lain yang saya ketik di tab kedua, cukup panjang."
    answer = builders.post(client, path, {"version": stale, "story": mine})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert mine in page
    assert applying.ANSWERS["cerita"]["story"] in page
    assert applying.sheet().story == applying.ANSWERS["cerita"]["story"]
    again = builders.post(client, path, {"version": applying.sheet().sign("story"), "story": mine})
    assert again.status_code == 303
    assert applying.sheet().story == mine


def test_markup_in_a_stored_name_is_only_text_on_every_page(client: FlaskClient) -> None:
    builders.sign_in(client, builders.person("Citra"))
    shop = builders.shop("Toko <b>tebal</b> & 'kutip'")
    for path in ("", "/toko", "/tim", "/toko/nama", "/toko/tutup"):
        page = client.get(f"/toko-saya/{shop.code}{path}").get_data(as_text=True)
        assert "<b>tebal" not in page


def test_a_file_that_is_no_photo_is_refused_with_its_sentence(client: FlaskClient) -> None:
    code = applying.begin(client)
    path = f"/toko-saya/{code}/toko/foto"
    token = builders.form_token(client, path)
    file = (applying.BytesIO(b"%PDF-1.7 bukan foto"), "foto.jpg")
    answer = client.post(path, data={"csrf_token": token, "foto": file})
    assert answer.status_code == 422
    assert "Berkas ini bukan foto" in answer.get_data(as_text=True)
    none = client.post(path, data={"csrf_token": token})
    assert none.status_code == 422
    assert "Pilih foto dulu" in none.get_data(as_text=True)


def test_a_second_picture_takes_the_place_of_the_first(client: FlaskClient) -> None:
    code = applying.begin(client)
    assert applying.send_photo(client, code).status_code == 303
    first = applying.sheet().cover_code
    assert applying.send_photo(client, code).status_code == 303
    second = applying.sheet()
    assert second.cover_code != first
    assert second.cover is not None
