"""The desk of the dinas: the queue, one decision each, sentra, and the history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.core import clock, history
from marketplace.core.db import db, read
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from marketplace.makers import reviews, sentra, sheets
from marketplace.makers.models import Ikm
from marketplace.makers.states import ShopState
from tests import builders
from tests.counting import statements


def eka(client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, builders.staff())
    return client


def waiting(name: str = "Dapur Citra", days: int = 0) -> Ikm:
    return builders.shop(
        name, state=ShopState.REVIEW, submitted_at=clock.now() - timedelta(days=days)
    )


def decide(client: FlaskClient, shop: Ikm, verdict: str, reason: str = "", **more: str) -> int:
    db.session.remove()  # what was read before is not what is asked after
    here = f"/dinas/toko/{shop.code}"
    form = {
        "verdict": verdict,
        "reason": reason,
        "seen": str(sheets.of_shop(shop.id).version),
        **more,
    }
    return builders.post(client, f"{here}/putuskan", form, page=here).status_code


def test_the_longest_waiting_stands_on_top(client: FlaskClient) -> None:
    for name, days in (("Toko Baru", 1), ("Toko Lama", 9)):
        waiting(name, days)
    page = eka(client).get("/dinas/toko?keadaan=review").get_data(as_text=True)
    assert page.index("Toko Lama") < page.index("Toko Baru")


def test_pages_of_the_queue_meet_without_a_gap(app: Flask) -> None:
    names = {waiting(f"Toko {number:03}", number % 5).name for number in range(60)}
    seen: list[str] = []
    after = None
    while True:
        rows, last = reviews.listed(ShopState.REVIEW, "", after)
        seen += [row.name for row in rows]
        if last is None:
            break
        after = (last.at, last.id)
    assert len(seen) == 60
    assert set(seen) == names


def test_the_queue_costs_the_same_however_long_it_is(client: FlaskClient) -> None:
    eka(client)
    costs = []
    for more in (1, 30):
        for number in range(more):
            waiting(f"Toko {more} {number}")
        with statements() as seen:
            assert client.get("/dinas/toko?keadaan=review").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]
    assert costs[0] <= 4  # the session, the officer's shops for the menu, the list, the counts


def test_search_takes_signs_as_signs(client: FlaskClient) -> None:
    waiting("Seratus % katun")
    waiting("Dapur Biasa")
    rows, _ = reviews.listed(None, "%", None)
    assert [row.name for row in rows] == ["Seratus % katun"]
    for words in ("?q='--", "?sesudah=abc", "?sesudah=99999999999999999-1", "?keadaan=x"):
        assert eka(client).get(f"/dinas/toko{words}").status_code == 200


def test_sending_back_needs_a_reason_and_tells_the_maker(app: Flask) -> None:
    officer, maker = eka(app.test_client()), app.test_client()
    shop = waiting()
    assert decide(officer, shop, "returned") == 422
    assert decide(officer, shop, "returned", "Fotonya masih kosong, tolong diisi.") == 303
    builders.sign_in(maker, builders.person("Citra"))
    page = maker.get(f"/toko-saya/{shop.code}").get_data(as_text=True)
    assert "Fotonya masih kosong" in page


def test_of_two_officers_the_second_is_told(app: Flask) -> None:
    first, second = eka(app.test_client()), app.test_client()
    builders.sign_in(second, builders.staff("Gita"))
    shop = waiting()
    seen = str(sheets.of_shop(shop.id).version)
    assert decide(first, shop, "open", seen=seen) == 303
    assert decide(second, shop, "closed", "Tidak sesuai syarat pasar.", seen=seen) == 409
    assert sheets.of_shop(shop.id).state == ShopState.OPEN


def test_what_changed_while_it_was_read_is_read_again(app: Flask) -> None:
    officer = eka(app.test_client())
    shop = waiting()
    seen = str(sheets.of_shop(shop.id).version)
    with transaction():
        db.session.get_one(Ikm, shop.id).story = "Cerita yang lain sama sekali."
    assert decide(officer, shop, "open", seen=seen) == 409


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (ShopState.DRAFT, "open"),
        (ShopState.OPEN, "returned"),
        (ShopState.PAUSED, "open"),
        (ShopState.CLOSED, "open"),
    ],
)
def test_moves_that_are_not_the_offices_are_refused(
    client: FlaskClient, state: ShopState, verdict: str
) -> None:
    eka(client)
    shop = builders.shop(state=state)
    assert decide(client, shop, verdict, "Alasan yang cukup panjang.") == 422
    assert sheets.of_shop(shop.id).state == state


def test_a_shop_is_stopped_and_let_go_again_with_both_in_the_book(client: FlaskClient) -> None:
    eka(client)
    shop = builders.shop()
    assert decide(client, shop, "suspended", "Izin edar sudah habis.") == 303
    assert decide(client, shop, "open") == 303
    acts = [row.act for row in read(select(HistoryEntry.act).order_by(HistoryEntry.id))]
    assert acts == ["shop.suspended", "shop.reopened"]
    assert len(reviews.decisions(shop.id)) == 2


@pytest.mark.parametrize("day", ["2999-01-01", "1900-01-01", "besok", "٢٠٢٦-٠١-٠١", "2026-02-30"])
def test_a_visit_lies_in_the_past(client: FlaskClient, day: str) -> None:
    here = f"/dinas/toko/{builders.shop().code}"
    answer = builders.post(eka(client), f"{here}/kunjungan", {"visited_on": day}, page=here)
    assert answer.status_code == 422


def test_a_visit_is_shown(client: FlaskClient) -> None:
    here = f"/dinas/toko/{builders.shop().code}"
    form = {"visited_on": "2026-05-12"}
    assert builders.post(eka(client), f"{here}/kunjungan", form, page=here).status_code == 303
    assert "Didatangi dinas, Sel 12 Mei" in client.get(here).get_data(as_text=True)


def test_an_officer_beside_the_owner_leaves_both_names(app: Flask) -> None:
    officer, admin = eka(app.test_client()), app.test_client()
    shop = builders.shop(state=ShopState.DRAFT)
    here = f"/dinas/toko/{shop.code}/isi/whatsapp"
    form = {"version": sheets.of_shop(shop.id).sign("contact"), "whatsapp": "081234567890"}
    answer = builders.post(officer, here, form)
    assert answer.location.startswith(f"/dinas/toko/{shop.code}/isi/")  # on to the next open step
    builders.sign_in(admin, builders.admin())
    page = admin.get(f"/dinas/riwayat?tentang=shop:{shop.code}").get_data(as_text=True)
    assert "Eka bersama Citra" in page


def test_the_history_is_read_page_by_page_by_the_admin_only(app: Flask) -> None:
    with transaction():
        for number in range(120):
            history.record("shop.changed", f"shop:{number}", by=None, at=clock.now())
    admin = app.test_client()
    builders.sign_in(admin, builders.admin())
    page = admin.get("/dinas/riwayat").get_data(as_text=True)
    assert "shop:119" in page
    assert "sebelum=" in page
    assert "shop:5<" in admin.get("/dinas/riwayat?tentang=shop:5").get_data(as_text=True)
    for words in ("?sebelum=x", "?sebelum=٣", "?tentang=%E2%80%AE", "?sebelum=" + "9" * 30):
        assert admin.get(f"/dinas/riwayat{words}").status_code == 200
    assert eka(app.test_client()).get("/dinas/riwayat").status_code == 403


def test_the_desk_counts_what_waits_and_leads_there(client: FlaskClient) -> None:
    waiting()
    page = eka(client).get("/dinas").get_data(as_text=True)
    assert "toko menunggu diperiksa" in page
    assert "/dinas/toko?keadaan=review" in page


SENTRA = {
    "name": "Sentra Jahit dan Bordir Joho",
    "sector": "sandang",
    "village_code": builders.CONDONGCATUR,
    "chair": "Bu Ninik",
    "unit_count": "36",
    "story": "Tiga puluh enam penjahit di satu padukuhan.",
}
NEW = f"/dinas/sentra/baru?desa={builders.CONDONGCATUR}"


def test_a_sentra_is_written_down_with_members_and_shops(client: FlaskClient) -> None:
    answer = builders.post(eka(client), "/dinas/sentra/baru", SENTRA, page=NEW)
    here = answer.location
    assert here == "/dinas/sentra/sentra-jahit-dan-bordir-joho"
    member = {"name": "Bu Yati", "makes": "Mukena bordir"}
    assert builders.post(client, f"{here}/anggota", member, page=here).status_code == 303
    assert builders.post(client, f"{here}/anggota", member, page=here).status_code == 422
    shop = builders.shop()
    form = {"shop_code": shop.code}
    assert builders.post(client, f"{here}/toko", form, page=here).status_code == 303
    page = client.get(here).get_data(as_text=True)
    assert "Mukena bordir" in page
    assert shop.name in page
    gone = builders.post(client, f"{here}/toko/{shop.code}/lepas", {}, page=here)
    assert gone.status_code == 303
    assert sheets.of_shop(shop.id).sentra_id is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Isi nama sentra."),
        ({"name": "x" * 121}, "paling panjang 120 huruf"),
        ({"name": "<img src=x>"}, "Tulis sebagai teks biasa"),
        ({"sector": "x"}, "dari daftar"),
        ({"village_code": "34"}, "Pilih kalurahan atau desa"),
        ({"unit_count": "-1"}, "diisi angka saja"),
        ({"unit_count": "٣٦"}, "diisi angka saja"),
        ({"unit_count": "9" * 20}, "paling banyak"),
        ({"chair": "R2D2"}, "hanya berisi huruf"),
        ({"story": "a" * 3001}, "paling panjang 3000 huruf"),
    ],
)
def test_a_sentra_that_cannot_be_right_is_not_written_down(
    client: FlaskClient, changed: dict[str, str], sentence: str
) -> None:
    answer = builders.post(eka(client), "/dinas/sentra/baru", {**SENTRA, **changed}, page=NEW)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert sentra.all_of_them() == []


def test_two_officers_do_not_overwrite_each_others_sentra(client: FlaskClient) -> None:
    here = builders.post(eka(client), "/dinas/sentra/baru", SENTRA, page=NEW).location
    seen = sentra.of_slug(here.rsplit("/", 1)[-1]).sign
    one = {**SENTRA, "chair": "Bu Wati", "version": seen}
    other = {**SENTRA, "chair": "Bu Sri", "version": seen}
    assert builders.post(client, f"{here}/ubah", one).status_code == 303
    answer = builders.post(client, f"{here}/ubah", other)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Bu Wati" in page
    assert "Bu Sri" in page
