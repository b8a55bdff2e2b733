"""Signing in and out through the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import argon2
import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from marketplace.accounts import people, second_factor
from marketplace.accounts.models import SignInSession
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from tests import builders
from tests.web.account.helpers import ASIH, enter, letters, text_of, with_password


def give_second_factor(person_id: int) -> tuple[str, list[str]]:
    secret = second_factor.new_secret()
    with transaction():
        codes = second_factor.give(people.locked(person_id), secret, now=clock.now())
    return secret, codes


def test_somebody_signs_in_and_sees_the_account(client: FlaskClient) -> None:
    with_password()
    answer = enter(client, "ASIH@contoh.test ")
    assert (answer.status_code, answer.location) == (302, "/akun")
    page = client.get("/akun").get_data(as_text=True)
    assert "Asih" in page
    assert ASIH in page


def test_the_way_on_leads_back_to_our_own_pages_only(client: FlaskClient) -> None:
    with_password()
    assert client.get("/akun/alamat").location == "/masuk?lanjut=/akun/alamat"
    assert enter(client, lanjut="/akun/alamat").location == "/akun/alamat"
    for evil in (
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "evil",
        "/a\nb",
        "javascript:1",
    ):
        stranger = client.application.test_client()
        assert enter(stranger, lanjut=evil).location == "/akun", evil


def test_a_refusal_says_the_same_and_costs_the_same_for_everybody(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work is counted instead of timed: one Argon2 verification each, whoever asks."""
    with_password("Asih")
    with_password("Budi")
    with transaction():
        closed = people.find_by_email(builders.EMAILS["Budi"])
        people.close(closed.id if closed else 0, by=1, now=clock.now())
        unconfirmed = people.register(
            name="Citra", email="citra@contoh.test", password_hash="!", now=clock.now()
        )
    assert unconfirmed is not None
    verify, count = argon2.PasswordHasher.verify, []

    def counted(self: argon2.PasswordHasher, *given: str) -> bool:
        count.append(given[0][:30])
        return verify(self, *given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    pages = set()
    for email in (ASIH, "tidak.ada@contoh.test", builders.EMAILS["Budi"]):
        count.clear()
        answer = enter(client, email, "bukan sandi yang benar")
        assert answer.status_code == 422
        assert len(count) == 1, email
        words = answer.get_data(as_text=True)
        assert email in words  # what was typed is kept
        assert "bukan sandi" not in words  # but never a password
        pages.add(re.sub(r'value="[^"]+"', "", words))
    assert len(pages) == 1


def test_an_unconfirmed_account_is_refused_like_a_wrong_password(client: FlaskClient) -> None:
    builders.post(
        client,
        "/daftar",
        {"name": "Citra", "email": "citra@contoh.test", "password": builders.PASSWORD},
    )
    answer = enter(client, "citra@contoh.test")
    assert answer.status_code == 422
    assert client.get("/akun").status_code == 302


def test_a_copied_cookie_opens_nothing_after_sign_out(client: FlaskClient) -> None:
    with_password()
    enter(client)
    copy = client.get_cookie("sid")
    assert copy is not None
    builders.post(client, "/keluar", {}, page="/akun")
    thief = client.application.test_client()
    thief.set_cookie("sid", copy.value)
    assert thief.get("/akun").location.startswith("/masuk")


def test_signing_in_gives_a_new_cookie_and_a_new_form_token(client: FlaskClient) -> None:
    with_password()
    before = builders.form_token(client, "/masuk")
    client.post("/masuk", data={"email": ASIH, "password": builders.PASSWORD, "csrf_token": before})
    answer = client.post("/keluar", data={"csrf_token": before})
    assert answer.status_code == 400
    assert client.get("/akun").status_code == 200


def test_signing_out_needs_a_form(client: FlaskClient) -> None:
    builders.sign_in(client, builders.person())
    assert client.get("/keluar").status_code == 405
    assert client.post("/keluar").status_code == 400
    assert client.get("/akun").status_code == 200


def test_a_new_device_is_told_by_mail_a_known_one_is_not(client: FlaskClient, home: Path) -> None:
    with_password()
    enter(client)
    builders.post(client, "/keluar", {}, page="/akun")
    enter(client)
    found = [letter["Subject"] for letter in letters(home)]
    assert found == ["Akun Anda masuk dari perangkat baru"]


def test_too_many_wrong_passwords_must_wait(client: FlaskClient) -> None:
    with_password()
    for _ in range(5):
        assert enter(client, password="bukan sandi itu").status_code == 422
    answer = enter(client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "300"
    assert "5 menit" in answer.get_data(as_text=True)


def test_an_account_is_guarded_against_many_addresses_too(app: Flask) -> None:
    with_password()
    codes = []
    for number in range(11):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"10.1.{number}.1"
        codes.append(enter(client, password="bukan sandi itu").status_code)
    assert codes == [422] * 10 + [429]


def test_right_passwords_do_not_use_up_the_tries(client: FlaskClient) -> None:
    with_password()
    for _ in range(12):
        assert enter(client).status_code == 302
        builders.post(client, "/keluar", {}, page="/akun")


def test_with_a_second_factor_the_password_alone_opens_nothing(client: FlaskClient) -> None:
    secret, _ = give_second_factor(with_password())
    assert enter(client).location.startswith("/akun/kode")
    for path in ("/akun", "/akun/data", "/akun/hapus", "/akun/kode/kelola"):
        assert client.get(path).location.startswith("/akun/kode?"), path
    wrong = builders.post(client, "/akun/kode", {"code": "000000"})
    assert wrong.status_code == 422
    assert "Kode belum benar" in wrong.get_data(as_text=True)
    right = builders.post(client, "/akun/kode", {"code": pyotp.TOTP(secret).at(clock.now())})
    assert right.location == "/akun"
    assert client.get("/akun").status_code == 200


def test_a_spare_code_opens_and_its_owner_is_told(client: FlaskClient, home: Path) -> None:
    _, codes = give_second_factor(with_password())
    enter(client)
    assert builders.post(client, "/akun/kode", {"code": codes[3]}).location == "/akun"
    letter = letters(home)[-1]
    assert letter["Subject"] == "Satu kode cadangan dipakai"
    assert "Tersisa 9 kode" in text_of(letter)


def test_codes_cannot_be_guessed_for_long(client: FlaskClient) -> None:
    give_second_factor(with_password())
    enter(client)
    codes = [builders.post(client, "/akun/kode", {"code": "000000"}).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]


def test_staff_without_a_code_are_led_to_setting_one_up(client: FlaskClient, home: Path) -> None:
    with_password("Fajar", role=Role.ADMIN)
    enter(client, builders.EMAILS["Fajar"])
    first = client.get("/dinas/orang")
    assert first.location == "/akun/kode?lanjut=/dinas/orang"
    second = client.get(first.location)
    assert second.location == "/akun/kode/pasang?lanjut=/dinas/orang"
    page = client.get(second.location).get_data(as_text=True)
    assert "data:image/svg+xml;base64," in page
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    code = pyotp.TOTP(found.group(1).replace(" ", "")).at(clock.now())
    done = builders.post(client, second.location, {"code": code})
    assert done.status_code == 200
    assert len(re.findall(r"<li><code>([a-z2-7-]{19})</code>", done.get_data(as_text=True))) == 10
    assert client.get("/dinas/orang").status_code == 200
    assert letters(home)[-1]["Subject"] == "Kode masuk dipasang atau diperbarui"


def test_staff_cannot_switch_the_second_factor_off(client: FlaskClient) -> None:
    person_id = with_password("Eka", role=Role.STAFF)
    give_second_factor(person_id)
    builders.sign_in(client, person_id)
    assert client.get("/akun/kode/matikan").status_code == 409


def test_the_password_is_asked_again_after_ten_minutes(client: FlaskClient) -> None:
    builders.sign_in(client, with_password())
    assert client.get("/akun/hapus").status_code == 200
    with transaction():
        db.session.execute(
            update(SignInSession).values(proved_at=clock.now() - timedelta(minutes=11))
        )
    assert client.get("/akun/hapus").location == "/akun/buktikan?lanjut=/akun/hapus"
    refused = builders.post(client, "/akun/buktikan", {"password": "bukan sandi itu"})
    assert refused.status_code == 422
    proved = builders.post(
        client, "/akun/buktikan", {"password": builders.PASSWORD, "lanjut": "/akun/hapus"}
    )
    assert proved.location == "/akun/hapus"
    assert client.get("/akun/hapus").status_code == 200


def test_a_device_in_use_is_written_down_every_five_minutes(client: FlaskClient) -> None:
    builders.sign_in(client, builders.person())
    seen = select(SignInSession.seen_at)
    client.get("/akun")
    first = db.session.scalar(seen)
    client.get("/akun")
    db.session.rollback()
    assert db.session.scalar(seen) == first
    with transaction():
        db.session.execute(update(SignInSession).values(seen_at=clock.now() - timedelta(minutes=6)))
    client.get("/akun")
    db.session.rollback()
    again = db.session.scalar(seen)
    assert again is not None
    assert clock.now() - again < timedelta(minutes=1)


def test_a_request_from_another_site_is_refused(client: FlaskClient) -> None:
    builders.sign_in(client, builders.person())
    token = builders.form_token(client, "/akun")
    for header in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}):
        answer = client.post("/keluar", data={"csrf_token": token}, headers=header)
        assert answer.status_code == 403
