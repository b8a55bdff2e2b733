"""The history is only written at the end, and a page that was changed shows."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.core import clock, history
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import seals
from tests.plugins.database import wants_postgres


def write(count: int) -> None:
    with transaction():
        for number in range(count):
            history.record("test.act", f"thing:{number}", by=None, at=clock.now(), number=number)


def test_the_database_refuses_to_change_or_delete_an_entry(app: Flask) -> None:
    write(1)
    for act in ("UPDATE history SET act = 'other'", "DELETE FROM history"):
        with pytest.raises(DBAPIError, match="only written at the end"):
            db.session.execute(text(act))
        db.session.rollback()


def test_a_sealed_book_is_whole_and_a_changed_entry_is_found(app: Flask) -> None:
    write(5)
    seals.seal()
    write(2)
    seals.seal()
    assert seals.first_broken() is None
    _past_the_guard("UPDATE history SET act = 'other' WHERE id = 3")
    assert seals.first_broken() == 3
    checked = app.test_cli_runner().invoke(args=["check-invariants", "--json"])
    assert checked.exit_code == 1
    assert json.loads(checked.output)["broken"]["V3"] == [["history", 3]]


def test_a_torn_out_entry_is_found(app: Flask) -> None:
    write(3)
    seals.seal()
    _past_the_guard("DELETE FROM history WHERE id = 3")
    assert seals.first_broken() == 3


def _past_the_guard(statement: str) -> None:
    """As somebody with the keys of the database could."""
    with transaction():
        if wants_postgres():
            db.session.execute(text("ALTER TABLE history DISABLE TRIGGER history_guard"))
            db.session.execute(text(statement))
            db.session.execute(text("ALTER TABLE history ENABLE TRIGGER history_guard"))
        else:
            guards = db.session.execute(
                text("SELECT name, sql FROM sqlite_master WHERE name LIKE 'history_guard%'")
            ).all()
            for guard in guards:
                db.session.execute(text(f"DROP TRIGGER {guard.name}"))
            db.session.execute(text(statement))
            for guard in guards:
                db.session.execute(text(guard.sql))
