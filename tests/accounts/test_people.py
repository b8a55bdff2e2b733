"""Accounts, roles and leaving, with the database."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts import addresses, mailed_links, people, sessions
from marketplace.accounts.mailed_links import Purpose
from marketplace.accounts.models import MailedToken, Person, SignInSession
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from tests import builders

NOW = clock.now()


def begin(person_id: int) -> str:
    with transaction():
        return sessions.begin(
            db.session.get_one(Person, person_id), device="HP", address="10.0.0.1", now=NOW
        )


def test_one_address_is_one_person_in_whatever_case(app: Flask) -> None:
    with transaction():
        first = people.register(
            name="Asih", email="Asih@Contoh.test", password_hash="x", now=NOW, verified=True
        )
        second = people.register(name="Lain", email="asih@contoh.TEST", password_hash="y", now=NOW)
    assert first is not None
    assert second is None
    known = people.find_by_email("ASIH@contoh.test")
    assert known is not None
    assert (known.name, known.password_hash) == ("Asih", "x")


def test_an_address_that_nobody_confirmed_belongs_to_the_last_who_signs_up(app: Flask) -> None:
    with transaction():
        people.register(name="Penyerang", email="budi@contoh.test", password_hash="x", now=NOW)
    with transaction():
        people.register(name="Budi", email="budi@contoh.test", password_hash="y", now=NOW)
    known = people.find_by_email("budi@contoh.test")
    assert known is not None
    assert (known.name, known.password_hash, known.verified) == ("Budi", "y", False)


def test_a_mailed_link_works_once_and_half_an_hour(app: Flask) -> None:
    person_id = builders.person()
    with transaction():
        person = people.locked(person_id)
        token = mailed_links.make(person, Purpose.RESET, email=person.email, now=NOW)
    assert db.session.scalar(select(MailedToken.token_hash)) != token
    db.session.rollback()
    late = NOW + timedelta(minutes=30)
    assert mailed_links.look(token, Purpose.RESET, now=NOW) is not None
    assert mailed_links.look(token, Purpose.RESET, now=late) is None
    assert mailed_links.look(token, Purpose.VERIFY, now=NOW) is None
    with transaction():
        mailed_links.spend(token, Purpose.RESET, now=NOW)
    with pytest.raises(Invalid, match="link_over"), transaction():
        mailed_links.spend(token, Purpose.RESET, now=NOW)


def test_a_mailed_link_dies_with_the_password_it_was_bound_to(app: Flask) -> None:
    person_id = builders.person()
    with transaction():
        person = people.locked(person_id)
        token = mailed_links.make(person, Purpose.RESET, email=person.email, now=NOW)
        person.password_hash = "another"
    assert mailed_links.look(token, Purpose.RESET, now=NOW) is None


def test_losing_a_role_ends_every_session_at_once(app: Flask) -> None:
    admin, staff = builders.admin(), builders.staff()
    token = begin(staff)
    with transaction():
        people.set_role(staff, Role.RESIDENT, by=admin, now=NOW)
    assert sessions.find(token, now=NOW) is None
    acts = db.session.scalars(select(HistoryEntry.act)).all()
    assert "person.role_changed" in acts


def test_a_closed_account_is_signed_out_and_stays_out(app: Flask) -> None:
    admin, person_id = builders.admin(), builders.person()
    token = begin(person_id)
    with transaction():
        people.close(person_id, by=admin, now=NOW, reason="penipuan")
    assert sessions.find(token, now=NOW) is None
    assert db.session.scalars(select(SignInSession.id)).all() == []


def test_an_erased_person_leaves_no_name_but_keeps_the_row(app: Flask) -> None:
    person_id = builders.person("Asih")
    with transaction():
        addresses.remember(
            person_id,
            recipient="Asih",
            phone="6281234567890",
            village_code=builders.CONDONGCATUR,
            line="Jl. Anggajaya 2",
            now=NOW,
        )
    with transaction():
        people.erase(person_id, now=NOW)
    known = people.find(person_id)
    assert known is not None
    assert known.closed_at is not None
    assert "asih" not in f"{known.name} {known.email}".lower()
    assert addresses.list_of(person_id) == []


def test_the_last_administrator_cannot_go(app: Flask) -> None:
    admin = builders.admin()
    for leave in (
        lambda: people.set_role(admin, Role.RESIDENT, by=admin, now=NOW),
        lambda: people.close(admin, by=admin, now=NOW),
        lambda: people.erase(admin, now=NOW),
    ):
        with pytest.raises(Conflict, match="last_admin"), transaction():
            leave()


@pytest.mark.race
def test_two_administrators_who_remove_each_other_leave_one(app: Flask) -> None:
    pair = [builders.admin("Fajar"), builders.admin("Gita")]
    start, refused = threading.Barrier(2), []

    def remove(by: int, other: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    people.set_role(other, Role.RESIDENT, by=by, now=NOW)
            except Conflict as error:
                refused.append(error.code)
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=remove, args=(pair[0], pair[1])),
        threading.Thread(target=remove, args=(pair[1], pair[0])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["last_admin"]
    assert len([one for one in people.team() if one.role is Role.ADMIN]) == 1


def test_an_idle_or_old_session_is_over(app: Flask) -> None:
    resident, staff = begin(builders.person()), begin(builders.staff())
    assert sessions.find(resident, now=NOW + timedelta(days=7)) is not None
    assert sessions.find(resident, now=NOW + timedelta(days=7, seconds=1)) is None
    assert sessions.find(staff, now=NOW + timedelta(minutes=30)) is not None
    assert sessions.find(staff, now=NOW + timedelta(minutes=31)) is None
    with transaction():
        sessions.touch(
            db.session.scalars(select(SignInSession.id)).first() or 0, now=NOW + timedelta(days=29)
        )
    assert sessions.find(resident, now=NOW + timedelta(days=30)) is None


def test_somebody_elses_device_cannot_be_signed_out(app: Flask) -> None:
    asih, budi = builders.person("Asih"), builders.person("Budi")
    begin(asih)
    theirs = sessions.devices_of(asih, Role.RESIDENT, now=NOW)[0]
    with pytest.raises(NotFound), transaction():
        sessions.end_one(budi, theirs.code)


def test_the_first_address_is_the_usual_one_and_the_same_is_kept_once(app: Flask) -> None:
    asih, budi = builders.person("Asih"), builders.person("Budi")
    home = {
        "recipient": "Asih",
        "phone": "6281234567890",
        "village_code": builders.CONDONGCATUR,
        "line": "Jl. Anggajaya 2",
    }
    with transaction():
        first = addresses.remember(asih, now=NOW, **home)
        again = addresses.remember(asih, now=NOW, **home)
        other = addresses.remember(asih, now=NOW, usual=True, **{**home, "line": "Jl. Kaliurang"})
    assert first == again
    usual = addresses.usual(asih)
    assert usual is not None
    assert (usual.id, usual.place) == (other, "Condongcatur, Depok, Sleman, DI Yogyakarta")
    assert [one.is_usual for one in addresses.list_of(asih)] == [True, False]
    for act in (
        lambda: addresses.mine(budi, first),
        lambda: addresses.forget(budi, first),
        lambda: addresses.change(budi, first, **home),
    ):
        with pytest.raises(NotFound), transaction():
            act()
