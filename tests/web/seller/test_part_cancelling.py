"""Pieces that will not come, through the pages of the shop and of the buyer."""

from __future__ import annotations

import html

import pytest
from flask import Flask

from marketplace.orders.models import Refund
from tests.orders import money, packing
from tests.web.buying import shopper
from tests.web.seller.test_parcels import Desk

REASON = {"reason": "Bahan habis, minggu depan ada lagi"}


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def refunds() -> list[int]:
    money.db.session.rollback()
    found = money.db.session.scalars(money.select(Refund.amount).order_by(Refund.id)).all()
    money.db.session.rollback()
    return list(found)


def test_the_shop_says_what_there_is_none_of(desk: Desk) -> None:
    assert "Ada yang habis? Batalkan sebagian" in desk.seen()
    assert "Apa yang tidak ada?" in desk.seen("/batal-sebagian")
    asked = "/batal-sebagian?barang-1=1&barang-2=0"
    page = desk.seen(asked)
    assert "Batalkan 1 Keripik?" in page
    assert "Rp20.000" in page
    assert desk.press("batal-sebagian", asked, **REASON) == 303
    page = desk.seen()
    assert "Sebagian dibatalkan. Uangnya kami kembalikan ke pembeli." in page
    assert "1 Keripik. Bahan habis, minggu depan ada lagi" in page
    assert "-Rp20.000" in page
    assert "Bapak/Ibu terima Rp146.000" in page
    assert refunds() == [20_000]
    seen = desk.asih_sees()
    assert "Sebagian dibatalkan" in seen
    assert "1 dibatalkan" in seen
    assert "Uang kembali Rp20.000" in seen
    assert money.broken() == {}


def test_the_shop_gives_the_postage_along_or_by_itself(desk: Desk) -> None:
    asked = "/batal-sebagian?barang-2=1"
    assert "Ongkirnya Rp6.000." in desk.seen(asked)
    assert desk.press("batal-sebagian", asked, postage="y", **REASON) == 303
    assert refunds() == [56_000]
    assert "Kembalikan ongkir" not in desk.seen()
    assert desk.citra.get(f"{desk.here}/ongkir").status_code == 409


def test_the_postage_goes_back_by_itself(desk: Desk) -> None:
    assert "Kembalikan ongkir Rp6.000?" in desk.seen("/ongkir")
    assert desk.press("ongkir", "/ongkir", reason="Kami terlambat mengirim") == 303
    assert refunds() == [6_000]
    assert "Ongkir dikembalikan" in desk.asih_sees()
    assert "Bapak/Ibu terima Rp160.000" in desk.seen()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("", "Tulis alasannya untuk pembeli."),
        ("abc", "paling sedikit 5 huruf"),
        ("x" * 201, "paling panjang 200 huruf"),
        ("<img src=x>", "Tulis sebagai teks biasa"),
    ],
)
@pytest.mark.parametrize("path", ["/batal-sebagian?barang-1=1", "/ongkir"])
def test_a_reason_is_needed(desk: Desk, path: str, wrong: str, words: str) -> None:
    hidden = shopper.hidden(desk.citra.get(desk.here + path).text)
    act = path.partition("?")[0]
    answer = desk.citra.post(desk.here + act, data={**hidden, "reason": wrong})
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert words in page
    assert wrong in page
    assert refunds() == []


@pytest.mark.parametrize(
    "query", ["barang-1=4", "barang-1=-1", "barang-1=x", "barang-1=0&barang-2=0"]
)
def test_wrong_counts_are_told_to_both(desk: Desk, query: str) -> None:
    assert desk.citra.get(f"{desk.here}/batal-sebagian?{query}").status_code == 422
    mine = f"{desk.page}/batal-sebagian?pesanan={desk.code}&{query}"
    assert desk.asih.get(mine).status_code == 422


def test_all_of_it_is_another_page(desk: Desk) -> None:
    answer = desk.citra.get(f"{desk.here}/batal-sebagian?barang-1=3&barang-2=2")
    assert answer.headers["Location"].endswith("/tolak")
    mine = f"{desk.page}/batal-sebagian?pesanan={desk.code}&barang-1=3&barang-2=2"
    assert "/batal?" in desk.asih.get(mine).headers["Location"]


def buyer_presses(desk: Desk, counts: str) -> int:
    asked = f"{desk.page}/batal-sebagian?pesanan={desk.code}&{counts}"
    hidden = shopper.hidden(desk.asih.get(asked).text)
    return desk.asih.post(f"{desk.page}/batal-sebagian", data=hidden).status_code


def test_the_buyer_gives_up_what_is_not_packed(desk: Desk) -> None:
    whole = html.unescape(desk.asih.get(f"{desk.page}/batal?pesanan={desk.code}").text)
    assert "Batalkan sebagian saja" in whole
    assert "Rp166.000" in whole
    assert buyer_presses(desk, "barang-1=2") == 303
    assert "Dibatalkan: 2 Keripik. Uangnya kami kembalikan." in desk.asih_sees()
    assert "Rp126.000" in desk.asih.get(f"{desk.page}/batal?pesanan={desk.code}").text
    packing.pack(desk.code, 1)
    assert "Batalkan yang belum dikemas" in desk.asih_sees()
    assert buyer_presses(desk, "barang-2=2") == 303
    assert refunds() == [40_000, 100_000]
    assert "Batalkan" not in desk.asih_sees().replace("Dibatalkan", "")
    mine = f"{desk.page}/batal-sebagian?pesanan={desk.code}"
    assert desk.asih.get(mine).status_code == 409
    assert desk.asih.get(f"{desk.page}/batal-sebagian?pesanan=salah").status_code == 404


def test_a_double_press_is_one_act(desk: Desk) -> None:
    asked = f"{desk.page}/batal-sebagian?pesanan={desk.code}&barang-1=1"
    hidden = shopper.hidden(desk.asih.get(asked).text)
    codes = [
        desk.asih.post(f"{desk.page}/batal-sebagian", data=hidden).status_code for _ in range(2)
    ]
    assert codes == [303, 409]
    assert refunds() == [20_000]


def test_what_the_shop_packed_meanwhile_is_not_given_up(desk: Desk) -> None:
    asked = f"{desk.page}/batal-sebagian?pesanan={desk.code}&barang-1=3"
    hidden = shopper.hidden(desk.asih.get(asked).text)
    packing.pack(desk.code, 3)
    answer = desk.asih.post(f"{desk.page}/batal-sebagian", data=hidden)
    assert answer.status_code == 409
    assert "sudah dikemas atau dibatalkan" in html.unescape(answer.text)
    asked = f"{desk.page}/batal-sebagian?pesanan={desk.code}&barang-2=2"
    hidden = shopper.hidden(desk.asih.get(asked).text)
    packing.pack(desk.code, 0, 1)
    answer = desk.asih.post(f"{desk.page}/batal-sebagian", data=hidden)
    assert answer.status_code == 422
    assert "Paling banyak 1." in html.unescape(answer.text)
    assert refunds() == []
