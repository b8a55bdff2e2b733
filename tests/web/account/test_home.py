"""What people do with their own account, and what an administrator does with another's."""

from __future__ import annotations

import json
import re
from pathlib import Path

from flask.testing import FlaskClient

from marketplace.accounts import people
from marketplace.accounts.roles import Role
from tests import builders
from tests.web.account.helpers import ASIH, enter, give_password, letters, link_in, with_password

GOOD = "tiga kelinci makan wortel"


def test_a_new_name_is_used_at_once(client: FlaskClient) -> None:
    builders.sign_in(client, with_password())
    answer = builders.post(client, "/akun/nama", {"name": "Asih Lestari"})
    assert "Asih Lestari" in client.get(answer.location).get_data(as_text=True)


def test_a_new_password_signs_every_other_device_out(client: FlaskClient, home: Path) -> None:
    person_id = with_password()
    builders.sign_in(client, person_id)
    other = client.application.test_client()
    builders.sign_in(other, person_id)
    copy = client.get_cookie("sid")
    answer = builders.post(client, "/akun/sandi", {"old": builders.PASSWORD, "new": GOOD})
    assert client.get(answer.location).status_code == 200
    assert other.get("/akun").status_code == 302
    assert copy is not None
    other.set_cookie("sid", copy.value)
    assert other.get("/akun").status_code == 302  # this device got a new secret too
    assert [letter["Subject"] for letter in letters(home)] == ["Kata sandi Anda sudah diganti"]


def test_a_new_address_counts_once_its_owner_says_so(client: FlaskClient, home: Path) -> None:
    builders.sign_in(client, with_password())
    builders.post(client, "/akun/email", {"email": "baru@contoh.test"})
    (letter,) = letters(home)
    assert letter["To"] == "baru@contoh.test"
    link = link_in(letter)
    phone = client.application.test_client()  # the mailbox may be on another device
    phone.get(link)
    assert people.find_by_email(ASIH) is not None
    assert builders.post(phone, link, {}).status_code == 200
    assert people.find_by_email(ASIH) is None
    notice = letters(home)[-1]
    assert (notice["To"], notice["Subject"]) == (ASIH, "Alamat email akun Anda sudah diganti")
    assert phone.get(link).status_code == 410
    assert enter(phone, "baru@contoh.test").status_code == 302


def test_a_taken_address_is_not_told_to_the_asker(client: FlaskClient, home: Path) -> None:
    builders.person("Budi")
    builders.sign_in(client, with_password())
    answer = builders.post(client, "/akun/email", {"email": builders.EMAILS["Budi"]})
    assert answer.location == "/periksa-email?untuk=email"
    assert [letter["Subject"] for letter in letters(home)] == ["Anda sudah punya akun Guyub"]


def test_a_lost_phone_is_signed_out_from_another_device(client: FlaskClient) -> None:
    person_id = with_password()
    phone = client.application.test_client()
    builders.sign_in(phone, person_id)
    builders.sign_in(client, person_id)
    page = client.get("/akun/perangkat").get_data(as_text=True)
    codes = re.findall(r"/akun/perangkat/([a-z0-9]{10})/keluarkan", page)
    assert len(codes) == 2
    mine = re.search(r"Perangkat ini</span></h2>.*?/perangkat/([a-z0-9]{10})/", page, re.DOTALL)
    assert mine
    (lost,) = set(codes) - {mine.group(1)}
    builders.post(client, f"/akun/perangkat/{lost}/keluarkan", {}, page="/akun/perangkat")
    assert phone.get("/akun").status_code == 302
    assert client.get("/akun").status_code == 200
    foreign = client.application.test_client()
    builders.sign_in(foreign, builders.person("Budi"))
    path = f"/akun/perangkat/{mine.group(1)}/keluarkan"
    assert builders.post(foreign, path, {}, page="/akun/perangkat").status_code == 404
    assert client.get("/akun").status_code == 200


def test_an_address_is_found_by_typing_or_by_going_down_the_lists(client: FlaskClient) -> None:
    builders.sign_in(client, with_password())
    typed = client.get("/akun/alamat/tempat?q=condong catur").get_data(as_text=True)
    assert "/akun/alamat/baru?desa=34.04.07.2003" in typed
    misspelt = client.get("/akun/alamat/tempat?q=zzzzzz").get_data(as_text=True)
    assert "Periksa ejaannya" in misspelt
    assert client.get("/akun/alamat/tempat?q=<script>&di=34'--").status_code == 200
    assert client.get("/akun/alamat/tempat?di=%00").status_code == 404
    for step, link in (("", "di=34"), ("34", "di=34.04"), ("34.04.07", "desa=34.04.07.2003")):
        assert link in client.get(f"/akun/alamat/tempat?di={step}").get_data(as_text=True)
    form = {
        "recipient": "Bu Rini",
        "phone": "+62 812-3456-7890",
        "village_code": builders.CONDONGCATUR,
        "line": "Jl. Anggajaya 2 No. 14",
    }
    answer = builders.post(client, "/akun/alamat/baru?desa=34.04.07.2003", form)
    page = client.get(answer.location).get_data(as_text=True)
    assert "0812 3456 7890" in page
    assert "Condongcatur, Depok, Sleman" in page
    change = re.search(r"/akun/alamat/\d+", page)
    assert change
    builders.post(client, change.group(), {**form, "line": "Jl. Kaliurang km 5"})
    assert "Kaliurang" in client.get("/akun/alamat").get_data(as_text=True)
    builders.post(client, f"{change.group()}/hapus", {})
    assert "Belum ada alamat" in client.get("/akun/alamat").get_data(as_text=True)


def test_large_print_is_remembered_by_the_browser_and_by_the_account(client: FlaskClient) -> None:
    builders.sign_in(client, with_password())
    builders.post(client, "/tampilan", {"size": "besar"})
    assert 'data-size="besar"' in client.get("/akun").get_data(as_text=True)
    other = client.application.test_client()
    enter(other)
    assert 'data-size="besar"' in other.get("/akun").get_data(as_text=True)


def test_the_file_of_ones_own_data_holds_everything_but_the_keys(client: FlaskClient) -> None:
    builders.sign_in(client, with_password())
    builders.shop(owner=people.find_by_email(ASIH).id)  # type: ignore[union-attr]
    answer = builders.post(client, "/akun/data/unduh", {}, page="/akun/data")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="data-saya.json"'
    data = json.loads(answer.data)["data"]
    assert data["person"][0]["email"] == ASIH
    assert data["membership"][0]["role"] == "owner"
    assert data["sign_in_session"][0]["device"] == "test"
    assert not re.search(r"argon2|token_hash|totp_secret|bound_to", answer.get_data(as_text=True))


def test_an_erased_account_is_gone_at_once(client: FlaskClient, home: Path) -> None:
    person_id = with_password()
    builders.sign_in(client, person_id)
    answer = builders.post(client, "/akun/hapus", {})
    assert "Akun sudah dihapus" in client.get(answer.location).get_data(as_text=True)
    assert client.get("/akun").status_code == 302
    assert enter(client).status_code == 422
    assert [letter["To"] for letter in letters(home)] == [ASIH]


def test_the_only_owner_of_a_shop_must_see_to_it_first(client: FlaskClient) -> None:
    owner = with_password()
    builders.shop(owner=owner)
    builders.sign_in(client, owner)
    answer = builders.post(client, "/akun/hapus", {})
    assert answer.status_code == 409
    assert "Dapur Citra belum punya pemilik lain" in answer.get_data(as_text=True)
    assert client.get("/akun").status_code == 200


def test_a_role_given_or_taken_counts_from_the_next_request_on(client: FlaskClient) -> None:
    admin = builders.admin()
    give_password(admin)
    builders.sign_in(client, admin)
    gita = builders.person("Gita", role=Role.ADMIN)
    hers = client.application.test_client()
    builders.sign_in(hers, gita)
    assert hers.get("/dinas/orang").status_code == 200
    page = builders.post(client, "/dinas/orang", {"email": "gita@contoh.test"}).location
    builders.post(client, f"{page}/peran", {"role": "resident"}, page=page)
    assert hers.get("/dinas/orang").location.startswith("/masuk")
    known = people.find(gita)
    assert known is not None
    assert known.role is Role.RESIDENT
    assert "Warga" in client.get(page).get_data(as_text=True)


def test_a_closed_person_is_out_at_once_and_told_why(client: FlaskClient, home: Path) -> None:
    admin, asih = builders.admin(), with_password()
    builders.sign_in(client, admin)
    theirs = client.application.test_client()
    builders.sign_in(theirs, asih)
    page = builders.post(client, "/dinas/orang", {"email": ASIH}).location
    builders.post(client, f"{page}/tutup", {"reason": "Menipu pembeli"}, page=page)
    assert theirs.get("/akun").status_code == 302
    assert enter(theirs).status_code == 422
    assert letters(home)[-1]["Subject"] == "Akun Anda ditutup"
    assert "Ditutup" in client.get(page).get_data(as_text=True)


def test_nobody_changes_their_own_role(client: FlaskClient) -> None:
    admin = builders.admin()
    builders.admin("Gita")
    builders.sign_in(client, admin)
    page = builders.post(client, "/dinas/orang", {"email": builders.EMAILS["Fajar"]}).location
    token = {"csrf_token": builders.form_token(client, "/dinas/orang")}
    answer = client.post(f"{page}/peran", data={**token, "role": "resident"})
    assert answer.status_code == 409
    assert people.find(admin).role is Role.ADMIN  # type: ignore[union-attr]
