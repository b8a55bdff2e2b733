"""Packing in parts through the pages: what the maker presses, and what the buyer sees of it."""

from __future__ import annotations

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.flows import buying
from tests import builders
from tests.orders import money, packing
from tests.web.buying import shopper


class Desk:
    """Citra's phone with one order open on it, and Asih's with its page."""

    def __init__(self, app: Flask, **more: bool) -> None:
        self.code = packing.accepted(**more)
        self.citra, self.asih = app.test_client(), app.test_client()
        builders.sign_in(self.citra, builders.person("Citra"))
        shop = money.db.session.get_one(builders.Ikm, packing.money.order(self.code).ikm_id)
        self.here = f"/toko-saya/{shop.code}/pesanan/{self.code}"
        self.page = f"/pesanan/{buying.token_of(packing.group(self.code).code)}"

    def seen(self, path: str = "") -> str:
        return html.unescape(self.citra.get(self.here + path).text)

    def press(self, act: str, page: str = "", **form: str) -> int:
        hidden = shopper.hidden(self.citra.get(self.here + (page or "")).text)
        data = {**hidden, "version": str(packing.hand(self.code).version), **form}
        return self.citra.post(f"{self.here}/{act}", data=data).status_code

    def asih_sees(self) -> str:
        return html.unescape(self.asih.get(self.page).text)

    def confirm(self, **form: str) -> int:
        hidden = shopper.hidden(self.asih.get(self.page).text)
        token = {"csrf_token": hidden["csrf_token"], "pesanan": self.code}
        return self.asih.post(f"{self.page}/terima", data={**token, **form}).status_code


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_some_now_and_the_rest_later(desk: Desk) -> None:
    assert "Baru sebagian yang siap" in desk.seen()
    chosen = {"barang-1": "2", "barang-2": ""}
    assert desk.press("kemas-sebagian", "/kemas-sebagian", **chosen) == 303
    page = desk.seen()
    assert "Paket 1" in page
    assert "Belum dikemas" in page
    assert "1 Keripik, 2 Kopi" in page
    assert "Isinya: 2 Keripik." in desk.seen("/kirim?paket=1")
    sent = {"courier": "JNE", "tracking": "JOG1", "paket": "1"}
    assert desk.press("kirim", "/kirim?paket=1", **sent) == 303
    assert "Masih 3 barang" in desk.seen()
    seen = desk.asih_sees()
    assert "Sebagian dikirim" in seen
    assert "JNE, nomor resi JOG1" in seen
    assert "3 barang lagi belum dikemas" in seen
    assert desk.press("kemas") == 303
    assert desk.press("kirim", "/kirim", courier="Pos", tracking="B2", paket="") == 303
    seen = desk.asih_sees()
    assert "Semua sudah saya terima" in seen
    assert "Paket 2 sudah saya terima" in seen
    assert desk.confirm(paket="1") == 303
    assert "Kami catat bahwa paket ini sudah sampai" in desk.asih_sees()
    assert "Pembeli sudah menerima sebagian" in desk.seen()
    assert desk.confirm() == 303
    assert "Pesanan selesai" in desk.asih_sees()
    assert "Selesai. Terima kasih, Bapak/Ibu." in desk.seen()
    assert money.broken() == {}


def test_one_parcel_reads_as_ever(desk: Desk) -> None:
    assert desk.press("kemas") == 303
    page = desk.seen()
    assert "Bawa barangnya ke kurir" in page
    assert "Paket 1" not in page
    assert desk.press("kirim", "/kirim", courier="JNE", tracking="JOG1") == 303
    seen = desk.asih_sees()
    assert "JNE, nomor resi JOG1." in seen
    assert "Paket 1" not in seen
    assert seen.count("Sudah saya terima") == 1


def test_a_wrong_box_is_opened_again(desk: Desk) -> None:
    desk.press("kemas")
    assert "Salah kemas?" in desk.seen()
    assert desk.press("bongkar", paket="1") == 303
    page = desk.seen()
    assert "Paket dibongkar. Barangnya bisa dikemas lagi." in page
    assert "Sudah dikemas" in page
    assert desk.press("bongkar", paket="1") == 404
    assert desk.press("bongkar", paket="") == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"barang-1": "4", "barang-2": "0"}, "Paling banyak 3."),
        ({"barang-1": "-1", "barang-2": "1"}, "Isi dengan angka saja."),
        ({"barang-1": "٣", "barang-2": "1"}, "Isi dengan angka saja."),
        ({"barang-1": "dua", "barang-2": "1"}, "Isi dengan angka saja."),
        ({"barang-1": "9" * 50, "barang-2": "1"}, "Isi dengan angka saja."),
        ({"barang-1": "0", "barang-2": "0"}, "Pilih paling sedikit satu barang."),
        ({"barang-1": "", "barang-2": ""}, "Pilih paling sedikit satu barang."),
    ],
)
def test_a_wrong_number_is_told_at_its_line(desk: Desk, typed: dict[str, str], words: str) -> None:
    hidden = shopper.hidden(desk.citra.get(f"{desk.here}/kemas-sebagian").text)
    answer = desk.citra.post(f"{desk.here}/kemas-sebagian", data={**hidden, **typed})
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    assert packing.view(desk.code).left == 5


def test_a_line_of_which_nothing_is_left_is_not_asked_for(desk: Desk) -> None:
    packing.pack(desk.code, 3)
    page = desk.seen("/kemas-sebagian")
    assert 'name="barang-2"' in page
    assert 'name="barang-1"' not in page
    packing.pack(desk.code)
    assert desk.citra.get(f"{desk.here}/kemas-sebagian").status_code == 409


def test_a_parcel_that_was_never_there(desk: Desk) -> None:
    packing.pack(desk.code, 3)
    for number in ("2", "0", "-1", "x", "9" * 20, "١"):
        assert desk.press("kirim", "/kirim", courier="JNE", tracking="", paket=number) == 404
    packing.ship(desk.code)
    for number in ("2", "0", "-1", "x", "9" * 20, "١"):
        assert desk.confirm(paket=number) == 404
    assert packing.stands(desk.code) == ("accepted", "partly")


def test_fetched_in_two_walks(app: Flask, client: FlaskClient) -> None:
    desk = Desk(app, fetch=True)
    packing.pack(desk.code, 3)
    assert "Paket 1 diambil pembeli sendiri" in desk.seen()
    assert desk.press("siap", paket="1") == 303
    assert "Sebagian siap diambil" in desk.asih_sees()
    assert desk.press("serahkan", paket="1") == 303
    assert desk.press("kemas") == 303
    assert desk.press("siap") == 303
    assert "Paket 2 menunggu Asih datang" in desk.seen()
    assert desk.press("serahkan") == 303
    assert packing.stands(desk.code) == ("accepted", "received")
