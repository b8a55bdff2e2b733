"""Every form of this room: what cannot be right comes back with its sentence; nothing changes."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from marketplace.accounts import addresses
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.work import transaction
from tests import builders
from tests.web.account.helpers import ASIH, give_password, with_password

GOOD = "tiga kelinci makan wortel"
HOME = {
    "recipient": "Bu Rini",
    "phone": "0812 3456 7890",
    "village_code": builders.CONDONGCATUR,
    "line": "Jl. Anggajaya 2 No. 14",
}
SIGN_UP = {"name": "Sekar", "email": "sekar@contoh.test", "password": GOOD}
WATCHED = (
    "person",
    "address",
    "mailed_token",
    "recovery_code",
    "job",
    "history",
)

MARKUP, LETTERS = "<script>alert(1)</script>", "x" * 400
EMAIL_WRONG = "Alamat email belum benar"
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    # path, a form that is right, what is wrong with it, the sentence
    ("/masuk", {"email": ASIH, "password": GOOD}, {"email": ""}, "Isi alamat email."),
    ("/masuk", {"email": ASIH, "password": GOOD}, {"email": "asih"}, EMAIL_WRONG),
    ("/masuk", {"email": ASIH, "password": GOOD}, {"email": MARKUP}, "tanpa kode"),
    ("/masuk", {"email": ASIH, "password": GOOD}, {"email": LETTERS}, "paling panjang 254"),
    ("/masuk", {"email": ASIH, "password": GOOD}, {"email": "a\x00@b.id"}, "tidak bisa dibaca"),
    ("/masuk", {"email": ASIH, "password": GOOD}, {"email": "a@b.id\r\nBcc: c@d.id"}, "tidak bisa"),
    ("/masuk", {"email": ASIH, "password": GOOD}, {"password": ""}, "Isi kata sandi."),
    ("/masuk", {"email": ASIH, "password": GOOD}, {"password": LETTERS}, "paling panjang 256"),
    ("/daftar", SIGN_UP, {"name": ""}, "Isi nama lengkap."),
    ("/daftar", SIGN_UP, {"name": "   "}, "Isi nama lengkap."),
    ("/daftar", SIGN_UP, {"name": LETTERS}, "paling panjang 80"),
    ("/daftar", SIGN_UP, {"name": MARKUP}, "tanpa kode"),
    ("/daftar", SIGN_UP, {"name": "12345"}, "hanya berisi huruf"),
    ("/daftar", SIGN_UP, {"name": "Klik https://jahat.test"}, "hanya berisi huruf"),
    ("/daftar", SIGN_UP, {"name": "a\u202eb"}, "tidak bisa dibaca"),
    ("/daftar", SIGN_UP, {"email": "sekar@"}, EMAIL_WRONG),
    ("/daftar", SIGN_UP, {"password": "pendek"}, "paling sedikit 10"),
    ("/daftar", SIGN_UP, {"password": "password123"}, "mudah ditebak"),
    ("/lupa-sandi", {"email": ASIH}, {"email": "@contoh.test"}, EMAIL_WRONG),
    ("/lupa-sandi", {"email": ASIH}, {"email": None}, "Isi alamat email."),
    ("/akun/buktikan", {"password": GOOD}, {"password": None}, "Isi kata sandi."),
    ("/akun/nama", {"name": "Sekar"}, {"name": ""}, "Isi nama lengkap."),
    ("/akun/nama", {"name": "Sekar"}, {"name": MARKUP}, "tanpa kode"),
    ("/akun/nama", {"name": "Sekar"}, {"name": "٣٤٥"}, "hanya berisi huruf"),
    ("/akun/email", {"email": "baru@contoh.test"}, {"email": "baru"}, EMAIL_WRONG),
    ("/akun/email", {"email": "baru@contoh.test"}, {"email": ASIH}, "sudah alamat email Anda"),
    ("/akun/sandi", {"old": GOOD, "new": GOOD}, {"old": ""}, "Isi kata sandi sekarang."),
    ("/akun/sandi", {"old": GOOD, "new": GOOD}, {"old": "bukan"}, "Kata sandi belum benar"),
    (
        "/akun/sandi",
        {"old": builders.PASSWORD, "new": GOOD},
        {"new": "asih 2011 !!"},
        "mirip nama Anda",
    ),
    (
        "/akun/sandi",
        {"old": builders.PASSWORD, "new": GOOD},
        {"new": builders.PASSWORD},
        "masih sama",
    ),
    ("/tampilan", {"size": "besar"}, {"size": "raksasa"}, "Pilih ukuran huruf dari daftar."),
    ("/tampilan", {"size": "besar"}, {"size": None}, "Pilih ukuran huruf dari daftar."),
    ("/akun/alamat/baru?desa=34.04.07.2003", HOME, {"recipient": ""}, "Isi nama penerima."),
    ("/akun/alamat/baru?desa=34.04.07.2003", HOME, {"phone": "0274 555"}, "harus diawali 08"),
    ("/akun/alamat/baru?desa=34.04.07.2003", HOME, {"phone": "٠٨١٢٣٤٥٦٧٨"}, "harus diawali 08"),
    ("/akun/alamat/baru?desa=34.04.07.2003", HOME, {"phone": "0812" + "3" * 40}, "paling panjang"),
    ("/akun/alamat/baru?desa=34.04.07.2003", HOME, {"phone": "-1"}, "harus diawali 08"),
    ("/akun/alamat/baru?desa=34.04.07.2003", HOME, {"line": ""}, "Isi alamat, RT/RW, patokan."),
    ("/akun/alamat/baru?desa=34.04.07.2003", HOME, {"line": LETTERS}, "paling panjang 300"),
    ("/akun/alamat/baru?desa=34.04.07.2003", HOME, {"line": f"Jl. {MARKUP}"}, "tanpa kode"),
    ("/akun/alamat/baru?desa=34.04.07.2003", HOME, {"village_code": "34"}, "Pilih kalurahan"),
    (
        "/akun/alamat/baru?desa=34.04.07.2003",
        HOME,
        {"village_code": "99.99.99.9999"},
        "Pilih kalurahan",
    ),
    ("/akun/kode/pasang", {"code": "1"}, {"code": ""}, "Isi kode dari aplikasi."),
    ("/akun/kode/pasang", {"code": "1"}, {"code": "000000"}, "Kode belum benar"),
    ("/akun/kode/pasang", {"code": "1"}, {"code": "١٢٣٤٥٦"}, "Kode belum benar"),
]


def state() -> dict[str, list[Any]]:
    """The rows that a refused form must leave as they were."""
    with transaction():
        return {
            table: [tuple(row) for row in db.session.execute(text(f"SELECT * FROM {table}"))]
            for table in WATCHED
        }


def signed_in(client: FlaskClient, path: str) -> None:
    person_id = with_password()
    if path.startswith(("/akun", "/dinas")):
        builders.sign_in(client, person_id)


@pytest.mark.parametrize(("path", "good", "wrong", "sentence"), CASES)
def test_what_cannot_be_right_comes_back_with_its_sentence(
    client: FlaskClient, path: str, good: dict[str, Any], wrong: dict[str, Any], sentence: str
) -> None:
    signed_in(client, path)
    form = {name: value for name, value in {**good, **wrong}.items() if value is not None}
    before = state()
    answer = builders.post(client, path, form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert "Ada yang perlu diperbaiki" in page
    assert "<script>alert" not in page
    assert state() == before
    for name, value in form.items():
        if name in ("password", "old", "new"):
            assert value not in page or not value
        elif value and name not in ("size", "village_code", "code") and "\x00" not in value:
            assert str(value).split("\r")[0].split("<")[0] in page


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/masuk", {"email": ASIH, "password": builders.PASSWORD}),
        ("/daftar", SIGN_UP),
        ("/lupa-sandi", {"email": ASIH}),
        ("/akun/buktikan", {"password": builders.PASSWORD}),
        ("/akun/nama", {"name": "Sekar"}),
        ("/akun/email", {"email": "baru@contoh.test"}),
        ("/akun/sandi", {"old": builders.PASSWORD, "new": GOOD}),
        ("/akun/alamat/baru?desa=34.04.07.2003", HOME),
        ("/akun/hapus", {}),
        ("/tampilan", {"size": "besar"}),
    ],
)
@pytest.mark.parametrize("token", [None, "", "basi", "x" * 2000])
def test_a_stale_token_keeps_what_was_typed_and_changes_nothing(
    client: FlaskClient, path: str, form: dict[str, str], token: str | None
) -> None:
    signed_in(client, path)
    client.get(path)
    before = state()
    sent = form if token is None else {**form, "csrf_token": token}
    answer = client.post(path, data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert state() == before
    if path != "/tampilan" and form:
        assert "terlalu lama dibuka" in page
    for name, value in form.items():
        if name in ("password", "old", "new"):
            assert value not in page
        elif name != "size":
            assert value in page


def test_a_form_sent_as_something_else_changes_nothing(client: FlaskClient) -> None:
    with_password()
    before = state()
    for body in ({"json": SIGN_UP}, {"data": b"\xff\xfe\x00", "content_type": "text/plain"}):
        assert client.post("/daftar", **body).status_code == 422
    assert client.post("/daftar", data={"name": "x" * 70_000}).status_code == 413
    assert state() == before


def test_the_admin_forms_refuse_what_cannot_be_right(client: FlaskClient) -> None:
    admin = builders.admin()
    give_password(admin)
    builders.person("Budi")
    builders.sign_in(client, admin)
    answer = builders.post(client, "/dinas/orang", {"email": "tidak.ada@contoh.test"})
    assert answer.status_code == 422
    assert "Tidak ada akun dengan alamat ini." in answer.get_data(as_text=True)
    page = builders.post(client, "/dinas/orang", {"email": builders.EMAILS["Budi"]}).location
    before = state()
    for path, form, sentence in (
        ("/peran", {"role": "raja"}, "Pilih peran dari daftar."),
        ("/peran", {}, "Pilih peran dari daftar."),
        ("/tutup", {"reason": ""}, "Isi alasan."),
        ("/tutup", {"reason": MARKUP}, "tanpa kode"),
        ("/tutup", {"reason": LETTERS}, "paling panjang 300"),
    ):
        answer = builders.post(client, page + path, form, page=page)
        assert answer.status_code == 422, (path, form)
        assert sentence in answer.get_data(as_text=True)
    assert state() == before


def test_foreign_and_unknown_addresses_answer_the_same(client: FlaskClient) -> None:
    budi = builders.person("Budi")
    with transaction():
        theirs = addresses.remember(
            budi,
            recipient="Budi Rahasia",
            phone="6281234567890",
            village_code=builders.CONDONGCATUR,
            line="Jl. Rahasia 1",
            now=clock.now(),
        )
    builders.sign_in(client, with_password())
    for path in ("/akun/alamat/{}", "/akun/alamat/{}/hapus"):
        foreign, unknown = client.get(path.format(theirs)), client.get(path.format(999_999))
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.data == unknown.data


def test_pages_of_the_dinas_are_shut_to_everybody_else(client: FlaskClient) -> None:
    assert client.get("/dinas/orang").location.startswith("/masuk")
    for name, role in (("Asih", Role.RESIDENT), ("Eka", Role.STAFF)):
        visitor = client.application.test_client()
        builders.sign_in(visitor, builders.person(name, role=role))
        assert visitor.get("/dinas/orang").status_code == 403
