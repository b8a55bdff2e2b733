"""Toko Saya around the shop: today's tasks, pausing, closing, people."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from marketplace.accounts.models import SignInSession
from marketplace.catalog.models import Listing
from marketplace.core import clock
from marketplace.core.db import db, read
from marketplace.core.jobs import Job
from marketplace.core.work import transaction
from marketplace.flows import shop_life
from marketplace.makers import sheets, team
from marketplace.makers.models import Ikm
from marketplace.makers.states import ShopState
from tests import builders


def citra_at_her_shop(client: FlaskClient, **more: object) -> Ikm:
    shop = builders.shop(**more)
    builders.sign_in(client, builders.person("Citra"))
    return shop


def home(shop: Ikm) -> str:
    return f"/toko-saya/{shop.code}"


def send(client: FlaskClient, path: str, page: str, **form: str) -> int:
    db.session.remove()  # what was read before is not what is asked after
    return builders.post(client, path, form, page=page).status_code


def test_a_paused_shop_leaves_the_market_and_comes_back(client: FlaskClient) -> None:
    shop = citra_at_her_shop(client)
    builders.product(shop=shop)
    page = f"{home(shop)}/toko"
    assert send(client, f"{page}/jeda", page) == 303
    assert read(select(Listing.product_id)) == []
    assert "Toko sedang tutup sementara" in client.get(home(shop)).get_data(as_text=True)
    assert send(client, f"{page}/buka", page) == 303
    assert read(select(Listing.product_id))


def test_a_shop_the_dinas_stopped_is_not_the_makers_to_open(client: FlaskClient) -> None:
    shop = citra_at_her_shop(client, state=ShopState.SUSPENDED, state_reason="Izin PIRT habis.")
    page = f"{home(shop)}/toko"
    assert "Izin PIRT habis." in client.get(page).get_data(as_text=True)
    assert send(client, f"{page}/buka", f"{page}/nama") == 409


def test_closing_asks_for_the_name_and_is_final(client: FlaskClient) -> None:
    shop = citra_at_her_shop(client)
    page = f"{home(shop)}/toko/tutup"
    assert send(client, page, page, typed="Dapur Lain") == 422
    assert send(client, page, page, typed="dapur citra") == 303
    assert sheets.of_shop(shop.id).state == ShopState.CLOSED
    assert client.get(home(shop)).status_code == 200
    assert client.get(f"{home(shop)}/toko/nama").status_code == 409
    assert client.get(f"{home(shop)}/pesanan").status_code == 200


def test_a_new_name_is_seen_on_the_market_at_once(client: FlaskClient) -> None:
    shop = citra_at_her_shop(client)
    builders.product(shop=shop)
    page = f"{home(shop)}/toko/nama"
    seen = sheets.of_shop(shop.id).sign("name")
    form = {"version": seen, "name": "Dapur Bu Citra", "owner_name": "Citra"}
    assert send(client, page, page, **form) == 303
    assert {row.shop for row in read(select(Listing.shop))} == {"Dapur Bu Citra"}
    assert sheets.of_shop(shop.id).slug == "dapur-citra"  # buyers know this address


def test_the_first_page_asks_for_the_first_product_before_it_counts(client: FlaskClient) -> None:
    shop = citra_at_her_shop(client)
    page = client.get(home(shop)).get_data(as_text=True)
    assert page.index("Yang perlu dikerjakan") < page.index("Minggu ini")
    assert "Pasang produk pertama" in page
    assert "Sugeng" in page


def test_who_has_two_shops_chooses(client: FlaskClient) -> None:
    citra_at_her_shop(client)
    builders.shop("Batik Citra")
    page = client.get("/toko-saya").get_data(as_text=True)
    assert "Dapur Citra" in page
    assert "Batik Citra" in page


def test_who_has_no_shop_is_shown_how_to_open_one(client: FlaskClient) -> None:
    builders.sign_in(client, builders.person("Budi"))
    assert client.get("/toko-saya").location == "/buka-toko"


def test_an_invited_helper_comes_in_and_out_at_once(app: Flask) -> None:
    citra, budi = app.test_client(), app.test_client()
    shop = citra_at_her_shop(citra)
    page = f"{home(shop)}/tim/undang"
    form = {"email": "budi@contoh.test", "role": "staff"}
    assert send(citra, page, page, **form) == 303
    [job] = read(select(Job.args).where(Job.name == "shops.send_invitation"))
    shop_life.send_invitation(**job.args)
    with transaction():
        link = team.new_link(job.args["invitation_id"], now=clock.now())
    assert link is not None
    door = f"/undangan/{link[0]}"
    assert "Masuk atau daftar" in budi.get(door).get_data(as_text=True)
    builders.sign_in(budi, builders.person("Budi"))
    assert send(budi, door, door) == 303
    assert budi.get(home(shop)).status_code == 200
    assert budi.get(page).status_code == 403
    assert budi.get(f"{home(shop)}/toko/tutup").status_code == 403
    assert budi.get(door).status_code == 404
    code = next(m.code for m in team.members(shop.id) if m.name == "Budi")
    who = f"{home(shop)}/tim/{code}"
    assert send(citra, f"{who}/keluarkan", who) == 303
    assert budi.get(home(shop)).status_code == 404


def test_the_letter_of_an_invitation_goes_out_in_both_forms(app: Flask, home: object) -> None:
    shop = builders.shop()
    citra = builders.person("Citra")
    shop_life.invite(shop.id, "budi@contoh.test", team.ShopRole.STAFF, by=citra, now=clock.now())
    [job] = read(select(Job.args).where(Job.name == "shops.send_invitation"))
    shop_life.send_invitation(**job.args)
    [file] = (home / "mail").iterdir()  # type: ignore[operator]
    letter = file.read_text()
    assert "/undangan/" in letter
    assert "text/html" in letter


def test_deciding_about_people_asks_for_the_password_again_after_ten_minutes(
    client: FlaskClient,
) -> None:
    shop = citra_at_her_shop(client)
    with transaction():
        db.session.execute(
            update(SignInSession).values(proved_at=clock.now() - timedelta(minutes=11))
        )
    answer = client.get(f"{home(shop)}/tim/undang")
    assert answer.status_code == 302
    assert answer.location.startswith("/akun/buktikan")


def test_twenty_invitations_a_day_are_enough(client: FlaskClient) -> None:
    shop = citra_at_her_shop(client)
    page = f"{home(shop)}/tim/undang"
    token = builders.form_token(client, page)
    form = {"csrf_token": token, "role": "staff", "email": "budi@contoh.test"}
    answers = [client.post(page, data=form).status_code for _ in range(21)]
    assert answers[:20] == [303] * 20
    assert answers[20] == 429


def test_a_bad_address_or_role_invites_nobody(client: FlaskClient) -> None:
    shop = citra_at_her_shop(client)
    page = f"{home(shop)}/tim/undang"
    for form in (
        {"email": "", "role": "staff"},
        {"email": "bukan-email", "role": "staff"},
        {"email": "x" * 260 + "@contoh.test", "role": "staff"},
        {"email": "budi@contoh.test", "role": "admin"},
        {"email": "citra@contoh.test", "role": "staff"},
    ):
        assert send(client, page, page, **form) == 422
    assert team.invitations(shop.id, now=clock.now()) == []
