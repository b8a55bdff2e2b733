"""The first officer of a new market is appointed from the command line."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts import people
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.history import HistoryEntry
from marketplace.core.work import transaction
from tests import builders


def test_the_console_appoints_the_first_officer_and_the_history_says_so(app: Flask) -> None:
    eka = builders.person("Eka")
    answer = app.test_cli_runner().invoke(args=["appoint", "Eka@contoh.test", "--role", "staff"])
    assert answer.exit_code == 0, answer.output
    found = people.find(eka)
    assert found is not None
    assert found.role is Role.STAFF
    entry = db.session.scalars(select(HistoryEntry)).one()
    assert (entry.act, entry.by, entry.detail["new"]) == ("person.role_changed", None, "staff")


def test_nobody_is_appointed_whose_address_was_never_proved(app: Flask) -> None:
    with transaction():
        people.register(
            name="Tamu", email="tamu@contoh.test", password_hash="!", now=clock.now()
        )  # fmt: skip
    answer = app.test_cli_runner().invoke(args=["appoint", "tamu@contoh.test", "--role", "admin"])
    assert answer.exit_code == 1
    assert "belum dibuktikan" in answer.output


@pytest.mark.parametrize("words", [["siapa@contoh.test", "--role", "admin"], ["eka@contoh.test"]])
def test_appointing_needs_somebody_and_a_role(app: Flask, words: list[str]) -> None:
    assert app.test_cli_runner().invoke(args=["appoint", *words]).exit_code != 0
