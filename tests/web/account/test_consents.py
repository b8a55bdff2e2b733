"""What somebody agreed to stands under their account, and one press takes it back."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.accounts import consents
from marketplace.accounts.models import Consent
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from tests import builders
from tests.web.account.helpers import ASIH, with_password

PAGE = "/akun/data"


def agrees(email: str, person_id: int | None = None) -> None:
    with transaction():
        consents.give(
            consents.EMAIL, email=email, person_id=person_id, page="/bayar", now=clock.now()
        )


def kept() -> list[tuple[str, bool]]:
    """Every row in order: whose address, and whether it still counts."""
    db.session.rollback()
    rows = db.session.scalars(select(Consent).order_by(Consent.id))
    return [(row.email, row.withdrawn_at is None) for row in rows]


def press(client: FlaskClient, act: str, about: str = consents.EMAIL) -> Any:
    return builders.post(client, f"{PAGE}/{act}", {"untuk": about}, page=PAGE)


def test_a_yes_is_shown_taken_back_with_one_press_and_given_again(client: FlaskClient) -> None:
    asih = with_password()
    agrees(ASIH, asih)
    builders.sign_in(client, asih)
    page = client.get(PAGE).text
    assert "Kabar promo lewat email" in page
    assert consents.PROMO_BY_EMAIL.words in page
    assert "naskah versi 1" in page
    assert "Masih berlaku" in page
    assert "Saya setuju" not in page
    page = client.get(press(client, "berhenti").location).text
    assert "Persetujuan sudah ditarik" in page
    assert "Tarik persetujuan" not in page
    assert kept() == [(ASIH, False)]
    page = client.get(press(client, "setuju").location).text
    assert "Tarik persetujuan" in page
    assert page.count("Disetujui ") == 2
    assert page.count("Ditarik ") == 1
    assert kept() == [(ASIH, False), (ASIH, True)]


def test_taking_back_is_written_in_the_history_once(client: FlaskClient) -> None:
    asih = with_password()
    agrees(ASIH, asih)
    builders.sign_in(client, asih)
    for _ in range(2):
        assert press(client, "berhenti").status_code == 302
    (entry,) = db.session.scalars(select(HistoryEntry).where(HistoryEntry.act.like("consent.%")))
    assert (entry.act, entry.by) == ("consent.withdrawn", asih)
    assert ASIH not in entry.subject + str(entry.detail)


def test_who_owns_the_address_takes_back_what_a_guest_ticked(client: FlaskClient) -> None:
    agrees(ASIH)
    agrees("lama@contoh.test", asih := with_password())
    agrees("orang.lain@contoh.test")
    builders.sign_in(client, asih)
    press(client, "berhenti")
    assert kept() == [(ASIH, False), ("lama@contoh.test", False), ("orang.lain@contoh.test", True)]


def test_who_never_agreed_reads_so_and_sees_nothing_of_others(client: FlaskClient) -> None:
    agrees("orang.lain@contoh.test")
    builders.sign_in(client, with_password())
    page = client.get(PAGE).text
    assert "Catatan persetujuan" not in page
    assert "Saya setuju" in page
    assert "orang.lain" not in page


def test_a_button_about_nothing_we_ask_changes_nothing(client: FlaskClient) -> None:
    builders.sign_in(client, with_password())
    for about in ("", "sms", "email\x00", "x" * 9999):
        assert press(client, "setuju", about).status_code == 404
        assert press(client, "berhenti", about).status_code == 404
    assert kept() == []


def test_erasing_an_account_ends_what_was_ticked_without_it(client: FlaskClient) -> None:
    agrees(ASIH)
    builders.sign_in(client, with_password())
    builders.post(client, "/akun/hapus", {})
    ((email, counts),) = kept()
    assert not counts
    assert email.endswith("@dihapus.invalid")


def test_the_help_desk_takes_back_for_a_guest(app: Flask) -> None:
    agrees("tamu@contoh.test")
    answer = app.test_cli_runner().invoke(args=["withdraw-consent", "Tamu@contoh.test"])
    assert answer.output == "1 persetujuan ditarik.\n"
    assert kept() == [("tamu@contoh.test", False)]
