"""Pencairan at the desk: count, look, agree, take the file, write down what the bank did."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.flows import paying_makers, shop_life
from marketplace.orders.bank import queries as bank
from marketplace.orders.ledger.posting import Booking, post
from marketplace.orders.ledger.rules import Fact
from marketplace.orders.models import Order, OrderGroup
from marketplace.orders.payouts import queries
from tests import builders
from tests.orders import money, payday

DESK = "/dinas/pencairan"


@pytest.fixture
def second(app: Flask) -> FlaskClient:
    """Gita, another officer."""
    browser = app.test_client()
    builders.sign_in(browser, builders.staff("Gita"))
    return browser


def page_of_run() -> str:
    db.session.rollback()
    return f"{DESK}/{queries.runs()[0][0].code}"


def test_from_the_count_to_the_makers_account(
    officer: FlaskClient, second: FlaskClient
) -> None:  # fmt: skip
    shop = payday.shop()
    page = officer.get(DESK).text
    assert "Ikut putaran berikutnya" in page
    assert "Rp85.000" in page
    assert builders.post(officer, DESK, {}).status_code == 303
    run = page_of_run()
    assert "Menunggu disetujui" in officer.get(run).text
    assert "pencairan menunggu disetujui" in officer.get("/dinas").text
    builders.post(officer, f"{run}/setujui", {}, page=run)
    page = officer.get(run).text
    assert "Sedang dikirim" in page
    assert "BRI ••6187" in page
    assert "002101123456187" not in page
    file = builders.post(officer, f"{run}/berkas", {}, page=run)
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "002101123456187" in file.text
    acts = [row.act for row in db.session.scalars(select(HistoryEntry))]
    assert acts.count("payout_run.file_taken") == 1
    assert builders.post(officer, f"{run}/masuk", {"reference": ""}, page=run).status_code == 422
    builders.post(officer, f"{run}/masuk", {"reference": "TRX 77"}, page=run)
    db.session.rollback()
    page = officer.get(run).text
    assert "Sudah masuk" in page
    assert "TRX 77" in page
    code = payday.newest(shop).code
    back = f"{run}/{code}/kembali"
    builders.post(officer, back, {"reason": "Rekening tutup", "line": ""})
    assert payday.newest(shop).state == "paid"
    assert "Petugas lain harus memastikan." in officer.get(back).text
    assert "kembali menunggu petugas kedua" in second.get("/dinas").text
    assert "Eka: Rekening tutup" in second.get(DESK).text
    assert "Eka: kembali, Rekening tutup" in second.get(run).text
    assert "Pastikan kembali" in second.get(back).text
    builders.post(second, back, {"reason": "Rekening tutup", "line": ""})
    db.session.rollback()
    page = officer.get(run).text
    assert "Dikembalikan bank" in page
    assert "menunggu petugas kedua" not in second.get("/dinas").text
    assert "Rekening tutup" in page
    assert money.broken() == {}


def test_a_large_run_waits_for_another_officer(officer: FlaskClient, second: FlaskClient) -> None:
    payday.decide("payout_two_persons_above", 80_000)
    payday.shop()
    builders.post(officer, DESK, {})
    run = page_of_run()
    assert "dua orang harus menyetujui" in officer.get(run).text
    builders.post(officer, f"{run}/setujui", {}, page=run)
    page = officer.get(run).text
    assert "Menunggu orang kedua" in page
    assert "Menunggu petugas lain" in page
    builders.post(second, f"{run}/setujui", {}, page=run)
    page = second.get(run).text
    assert "Persetujuan pertama" in page
    assert "Gita" in page


def test_a_run_is_called_off_with_a_reason(officer: FlaskClient) -> None:
    payday.shop()
    builders.post(officer, DESK, {})
    run = page_of_run()
    assert builders.post(officer, f"{run}/batalkan", {"reason": ""}).status_code == 422
    builders.post(officer, f"{run}/batalkan", {"reason": "Salah hari"})
    page = officer.get(run).text
    assert "Dibatalkan" in page
    assert "Salah hari" in page


def test_one_payout_is_confirmed_by_itself(officer: FlaskClient) -> None:
    shop = payday.shop()
    payout = payday.sent(shop)
    run = page_of_run()
    lines = officer.get(f"{run}/{payout.code}").text
    assert "Harga barang, pesanan selesai" in lines
    assert "sudah masuk?" in officer.get(f"{run}/{payout.code}/masuk").text
    builders.post(officer, f"{run}/{payout.code}/masuk", {"reference": "TRX 1"})
    assert payday.newest(shop).state == "paid"


def test_with_nothing_ready_the_desk_says_why(officer: FlaskClient) -> None:
    payday.shop(wish=None)
    page = officer.get(DESK).text
    assert "Belum mengisi rekening" in page
    assert "Belum ada yang siap." in page
    assert officer.get(f"{DESK}/zzzzzzzzzz").status_code == 404


def test_a_maker_reads_what_was_sent_and_what_the_next_one_waits_for(client: FlaskClient) -> None:
    shop = payday.shop(wish=None)
    builders.sign_in(client, builders.person("Citra"))
    here = f"/toko-saya/{shop.code}/uang/pencairan"
    assert "Isi rekening dulu" in client.get(here).text
    payday.account(shop)
    assert "Ikut putaran berikutnya ke BRI ••6187" in client.get(here).text
    payout = payday.sent(shop)
    assert "Sedang dikirim" in client.get(here).text
    payday.came_back(payout.code)
    page = client.get(here).text
    assert "Dikembalikan bank" in page
    assert "Rekening tutup" in page
    one = client.get(f"{here}/{payout.code}").text
    assert "Harga barang, pesanan selesai" in one
    assert "+Rp85.000" in one
    assert "Pesanan" in one
    assert client.get(f"{here}/zzzzzzzzzz").status_code == 404
    uang = client.get(f"/toko-saya/{shop.code}/uang").text
    assert "Pencairan kembali dari bank" in uang


def test_a_long_payout_is_shown_in_pages(officer: FlaskClient) -> None:
    shop = payday.shop(goods=0)
    with transaction():
        post(
            [
                Booking(Fact.GOODS_RELEASED, f"play:{number}", 1_000 + number, ikm_id=shop.id)
                for number in range(130)
            ],
            now=clock.now(),
        )
    payout = payday.sent(shop)
    here = f"{page_of_run()}/{payout.code}"
    first = officer.get(here).text
    more = first.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    second = officer.get(more.replace("&amp;", "&")).text
    seen = [page.count('<li class="task">') for page in (first, second)]
    assert seen == [100, 30]
    assert "Sudah semua catatan" in second


def test_the_story_of_an_order_goes_on_to_the_makers_account(officer: FlaskClient) -> None:
    shop = payday.shop(goods=0)
    order = payday.sell(shop, 85_000)
    payday.sell(shop, 15_000)
    payout = payday.sent(shop)
    paying_makers.confirm(payout.code, reference="TRX 77", by=builders.staff())
    db.session.rollback()
    group = db.session.scalars(
        select(OrderGroup.code)
        .join(Order, Order.group_id == OrderGroup.id)
        .where(Order.code == order)
    ).one()
    db.session.rollback()
    page = officer.get(f"/dinas/pesanan/{group}").text
    assert "Dikirim: Rp100.000 ke Dapur Citra" in page
    assert "Sudah masuk: Rp100.000 ke Dapur Citra" in page
    assert f"termasuk pesanan {order.upper()}" in page
    assert "TRX 77" in page


def test_a_line_of_the_bank_shows_what_came_back(officer: FlaskClient) -> None:
    """One officer is enough where the money is there to see; the other line stays as it is."""
    shop = payday.shop()
    payout, eka = payday.sent(shop), builders.staff()
    payday.statement(
        ("SETORAN TUNAI", "", "84.000,00"), ("RETUR BU CITRA", "", "85.000,00"), by=eka
    )
    back = f"{page_of_run()}/{payout.code}/kembali"
    page = officer.get(back).text
    assert "RETUR BU CITRA" in page
    assert "SETORAN TUNAI" not in page
    line = next(row for row in bank.receipts() if row.amount == 85_000)
    other = next(row for row in bank.receipts() if row.amount == 84_000)
    typed = {"reason": "Rekening tutup"}
    assert builders.post(officer, back, {**typed, "line": other.code}).status_code == 422
    assert builders.post(officer, back, {**typed, "line": line.code}).status_code == 303
    found = payday.newest(shop)
    assert (found.state, found.back_by, found.back_receipt_id) == ("returned", eka, line.id)
    assert [row.code for row in bank.receipts()] == [other.code]
    assert payday.ready(shop) == 85_000
    assert money.broken() == {}


def test_what_did_not_come_back_after_all_stays_as_it_was(
    officer: FlaskClient, second: FlaskClient
) -> None:
    shop = payday.shop()
    payout = payday.sent(shop)
    run = page_of_run()
    back = f"{run}/{payout.code}/kembali"
    builders.post(officer, back, {"reason": "Katanya tutup", "line": ""})
    answer = builders.post(officer, f"{run}/masuk", {"reference": "TRX 1"}, page=run)
    assert answer.status_code == 303
    assert payday.newest(shop).state == "sent"  # another officer looks first
    builders.post(second, f"{back}/batal", {}, page=back)
    assert "Katanya tutup" not in officer.get(run).text
    builders.post(officer, f"{run}/masuk", {"reference": "TRX 1"}, page=run)
    assert payday.newest(shop).state == "paid"
    answer = builders.post(second, f"{back}/batal", {}, page=back)
    assert "Tidak ada catatan kembali yang menunggu." in second.get(str(answer.location)).text


def test_the_desk_sees_why_a_closed_shop_is_held_and_lets_it_go(
    officer: FlaskClient, client: FlaskClient
) -> None:
    shop, citra = payday.shop(), builders.person("Citra")
    here = f"{DESK}/toko/{shop.code}"
    assert officer.get(here).status_code == 404
    shop_life.close(shop.id, typed=shop.name, by=citra, now=clock.now())
    page = officer.get(DESK).text
    assert "Toko tutup, uang ditahan" in page
    assert here in page
    builders.sign_in(client, citra)
    mine = f"/toko-saya/{shop.code}/uang/pencairan"
    assert "Rp85.000 ditahan" in client.get(mine).text
    assert "uangnya ditahan" in officer.get(here).text
    assert builders.post(officer, here, {"reason": ""}).status_code == 422
    assert builders.post(officer, here, {"reason": "Surat ahli waris 12 Mei"}).status_code == 303
    assert "Ikut putaran berikutnya" in officer.get(DESK).text
    assert "Surat ahli waris 12 Mei" in officer.get(here).text
    assert "ditahan" not in client.get(mine).text
    assert builders.post(officer, here, {"reason": "Surat itu palsu"}).status_code == 303
    assert "Toko tutup, uang ditahan" in officer.get(DESK).text
