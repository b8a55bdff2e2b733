"""Signing up and getting back in, through the mailbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from marketplace.accounts import people
from tests import builders
from tests.web.account.helpers import ASIH, enter, letters, link_in, text_of, with_password

NEW = {"name": "Sekar Ayu", "email": "sekar@contoh.test", "password": "tiga kelinci makan wortel"}


def test_a_new_account_works_once_its_address_is_confirmed(client: FlaskClient, home: Path) -> None:
    answer = builders.post(client, "/daftar", NEW)
    assert answer.location == "/periksa-email?untuk=daftar"
    (letter,) = letters(home)
    assert letter["To"] == "sekar@contoh.test"
    link = link_in(letter)
    opened = client.get(link)
    assert opened.status_code == 200
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    client.head(link)  # a mail scanner looks too
    wrong = builders.post(client, link, {"password": "bukan sandi yang tadi"})
    assert wrong.status_code == 422
    done = builders.post(client, link, {"password": NEW["password"]})
    assert done.location == "/akun?baru=1"
    assert "Akun Anda sudah jadi" in client.get(done.location).get_data(as_text=True)
    assert client.get(link).status_code == 410


def test_signing_up_with_a_known_address_answers_alike_and_tells_the_owner(
    client: FlaskClient, home: Path
) -> None:
    with_password()
    known = builders.post(client, "/daftar", {**NEW, "email": ASIH})
    fresh = builders.post(client, "/daftar", NEW)
    assert known.status_code == fresh.status_code == 302
    assert known.location == fresh.location
    to_owner = letters(home)[0]
    assert to_owner["Subject"] == "Anda sudah punya akun Guyub"
    assert "/verifikasi/" not in text_of(to_owner)
    asih = people.find_by_email(ASIH)
    assert asih is not None
    assert asih.name == "Asih"


def test_a_stranger_who_signs_up_with_my_address_gets_nothing_when_i_press_the_link(
    client: FlaskClient, home: Path
) -> None:
    builders.post(client, "/daftar", {**NEW, "password": "sandi milik penyerang"})
    theirs = link_in(letters(home)[-1])
    builders.post(client, "/daftar", NEW)
    mine = link_in(letters(home)[-1])
    assert client.get(theirs).status_code == 410
    assert builders.post(client, mine, {"password": "sandi milik penyerang"}).status_code == 422
    assert builders.post(client, mine, {"password": NEW["password"]}).status_code == 302


def test_a_forgotten_password_is_replaced_and_every_device_signed_out(
    client: FlaskClient, home: Path
) -> None:
    builders.sign_in(client, with_password())
    stranger = client.application.test_client()
    known = builders.post(stranger, "/lupa-sandi", {"email": ASIH})
    unknown = builders.post(stranger, "/lupa-sandi", {"email": "tidak.ada@contoh.test"})
    assert known.location == unknown.location == "/periksa-email?untuk=sandi"
    to_asih, to_nobody = letters(home)
    assert to_nobody["Subject"] == "Alamat ini belum punya akun Guyub"
    link = link_in(to_asih)
    assert stranger.get(link).status_code == 200
    weak = builders.post(stranger, link, {"password": "rahasia2024"})
    assert weak.status_code == 422
    assert "mudah ditebak" in weak.get_data(as_text=True)
    done = builders.post(stranger, link, {"password": NEW["password"]})
    assert done.status_code == 200
    assert client.get("/akun").status_code == 302
    assert enter(stranger).status_code == 422
    assert enter(stranger, password=NEW["password"]).status_code == 302
    assert stranger.get(link).status_code == 410
    assert "Kata sandi Anda sudah diganti" in [letter["Subject"] for letter in letters(home)]


def test_a_mailbox_is_not_flooded(client: FlaskClient) -> None:
    codes = [builders.post(client, "/lupa-sandi", {"email": ASIH}).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]


def test_twenty_accounts_an_hour_from_one_address(client: FlaskClient) -> None:
    codes = [
        builders.post(client, "/daftar", {**NEW, "email": f"warga{n}@contoh.test"}).status_code
        for n in range(21)
    ]
    assert codes == [302] * 20 + [429]


@pytest.mark.parametrize("path", ["/verifikasi/", "/sandi-baru/"])
@pytest.mark.parametrize("token", ["x", "x" * 300, "%00", "..%2f"])
def test_an_invented_link_is_over(client: FlaskClient, path: str, token: str) -> None:
    assert client.get(path + token).status_code in (404, 410)


def test_every_letter_says_the_same_in_text_and_html(client: FlaskClient, home: Path) -> None:
    builders.post(client, "/daftar", {**NEW, "name": "D'Ayu, S.Pd."})
    (letter,) = letters(home)
    html = letter.get_body(("html",))
    assert html is not None
    assert link_in(letter) in str(html.get_content())
    assert "D'Ayu" in text_of(letter)
    assert "D&#39;Ayu" in str(html.get_content())
