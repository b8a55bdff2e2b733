"""Tries are counted in the database, together and atomically."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.accounts.models import AttemptCount
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import TooMany
from marketplace.core.work import transaction
from marketplace.orders.models import Alarm
from marketplace.web import limits
from tests import builders
from tests.counting import statements


def tries(count: int, *keys: object) -> int:
    """How many of so many tries were let through."""
    passed = 0
    for _ in range(count):
        try:
            limits.limit("email_change", *keys)
            passed += 1
        except TooMany:
            continue
    return passed


def test_a_rule_lets_through_what_it_says_for_each_key(app: Flask) -> None:
    assert tries(8, "asih") == 5
    assert tries(8, "budi") == 5


def test_the_refusal_says_how_long_to_wait(app: Flask) -> None:
    tries(5, "asih")
    with pytest.raises(TooMany) as refused:
        limits.limit("email_change", "asih")
    assert refused.value.params["minutes"] == 5


def test_a_window_that_is_over_begins_anew_but_the_longer_one_goes_on(app: Flask) -> None:
    passed = 0
    for _ in range(6):
        passed += tries(6, "asih")
        with transaction():  # five minutes go by
            soon = clock.now() + timedelta(minutes=6)
            db.session.execute(
                update(AttemptCount)
                .where(AttemptCount.expires_at < soon)
                .values(expires_at=clock.now())
            )
    assert passed == 20  # twenty an hour, however patient


def test_what_was_forgiven_is_forgotten(app: Flask) -> None:
    assert tries(5, "asih") == 5
    limits.forgive("email_change", "asih")
    assert tries(5, "asih") == 5


def test_no_address_of_a_person_stands_in_the_table(app: Flask) -> None:
    limits.limit("mail_account", "asih@contoh.test")
    keys = db.session.scalars(select(AttemptCount.key)).all()
    assert keys
    assert not any("asih" in key for key in keys)


def test_a_flood_of_guesses_wakes_people_once_and_shuts_nobody_out(app: Flask) -> None:
    limits.limit("sign_in_everywhere")
    with transaction():
        db.session.execute(update(AttemptCount).values(count=1000))
    for _ in range(3):
        limits.limit("sign_in_everywhere")
    (alarm,) = db.session.scalars(select(Alarm)).all()
    assert alarm.kind == "sign_in_flood"


def test_a_person_sends_sixty_forms_a_minute(app: Flask) -> None:
    asih, budi, visitor = app.test_client(), app.test_client(), app.test_client()
    builders.sign_in(asih, builders.person("Asih"))
    builders.sign_in(budi, builders.person("Budi"))
    sent = [asih.post("/keluar").status_code for _ in range(60)]
    assert 429 not in sent  # refused for want of a token, and counted all the same
    late = asih.post("/akun/nama", data={"name": "Asih"})
    assert late.status_code == 429
    assert late.headers["Retry-After"] == "60"
    assert "Coba lagi 1 menit lagi" in late.get_data(as_text=True)
    assert asih.get("/akun").status_code == 200
    assert budi.post("/keluar").status_code == 400
    assert {visitor.post("/keranjang/tambah").status_code for _ in range(61)} == {400}


def test_counting_a_form_costs_one_statement_and_a_visitor_none(app: Flask) -> None:
    for signed_in in (True, False):
        client = app.test_client()
        if signed_in:
            builders.sign_in(client, builders.person("Asih"))
        with statements() as seen:
            client.post("/keluar")
        assert len([words for words in seen if "attempt_count" in words]) == signed_in


@pytest.mark.race
def test_forty_at_once_are_counted_as_forty(app: Flask) -> None:
    passed, start = [], threading.Barrier(8)

    def run() -> None:
        with app.app_context():
            start.wait()
            passed.append(tries(5, "asih"))
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 5


def test_counting_inside_a_transaction_is_a_mistake(app: Flask) -> None:
    with pytest.raises(RuntimeError), transaction():
        limits.limit("email_change", "asih")


def test_an_address_that_searches_too_fast_waits_a_second(app: Flask) -> None:
    refused = 0
    with app.test_request_context("/cari"):
        for _ in range(12):  # more than two seconds' worth, should the second turn meanwhile
            try:
                limits.limit_searches(5)
            except TooMany:
                refused += 1
    assert 2 <= refused <= 7
