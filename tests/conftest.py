"""One application a run; every test starts with the same clean database, whatever it commits.

SQLite: the migrated file is copied anew. PostgreSQL: the tables that a test may fill are emptied.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import text
from werkzeug.test import TestResponse

from marketplace.app import create_app
from marketplace.catalog import counts, shelves
from marketplace.core.db import db
from marketplace.orders.commission import rates
from marketplace.orders.qris import codes
from marketplace.outside import open_outside
from tests import builders
from tests.plugins.database import new_database, wants_postgres

KEPT = {"alembic_version", "region", "postage_zone", "category", "attribute"}


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of this run's application."""
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session")
def environment(home: Path) -> dict[str, str]:
    """The settings of the application under test."""
    address = new_database("guyub") if wants_postgres() else f"sqlite:///{home / 'test.sqlite3'}"
    return {
        "APP_ENV": "test",
        "INSTANCE": str(home),
        "DATABASE_URL": address,
        "SECRET_KEY": "a-secret-of-the-tests-only-0123456789",
        "BASE_URL": "http://localhost",
        "TRUSTED_HOSTS": "localhost,127.0.0.1",
        "SEARCH_PER_SECOND": "1000",
    }


class Browser(FlaskClient):
    """Each request stands in a context of its own, as on a server: nothing is remembered in `g`."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def house(environment: dict[str, str], home: Path) -> Iterator[Flask]:
    """The application with a migrated database and the reference data every market has."""
    app = create_app(environment)
    app.test_client_class = Browser
    with app.app_context():
        upgrade()
        builders.reference_data()
        db.session.remove()
        if not wants_postgres():
            db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            db.session.remove()
        db.engine.dispose()
    if not wants_postgres():
        shutil.copyfile(home / "test.sqlite3", home / "clean.sqlite3")
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(house: Flask, home: Path) -> Iterator[Flask]:
    """The application, clean, inside its context."""
    with house.app_context():
        yield house
        start_anew(home)


def start_anew(home: Path) -> None:
    """Forget everything that was committed, written or remembered."""
    db.session.remove()
    if wants_postgres():
        _empty()
    db.engine.dispose()
    if not wants_postgres():
        for rest in home.glob("test.sqlite3-*"):
            rest.unlink()
        shutil.copyfile(home / "clean.sqlite3", home / "test.sqlite3")
    for folder in ("mail", "media", "simulator"):
        shutil.rmtree(home / folder, ignore_errors=True)
    open_outside(current_app.config["HOUSE"])  # a simulator that remembers nothing
    shelves.forget()
    counts.forget()
    codes.forget()
    rates.forget()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript; form tokens are the business of `builders.post`."""
    return app.test_client()


def _empty() -> None:
    db.session.rollback()
    with db.engine.begin() as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        names = ", ".join(sorted(set(tables) - KEPT))
        # a hundred files are made anew: on a busy disk longer than any page may wait
        connection.execute(text("SET LOCAL statement_timeout = '60s'"))
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))


@pytest.fixture(scope="session", autouse=True)
def _utc() -> None:
    """The same results wherever the machine stands."""
    os.environ.setdefault("TZ", "UTC")
