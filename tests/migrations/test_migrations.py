"""The schema grows from nothing to what the models say, and back, on this run's database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import inspect

from marketplace.app import create_app
from marketplace.core.db import db
from tests.plugins.database import new_database, wants_postgres


@pytest.fixture
def empty(environment: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    """A house on an empty database of its own."""
    address = (
        new_database(f"empty_{tmp_path.name}"[:40].replace("-", "_"))
        if wants_postgres()
        else f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    )
    app = create_app({**environment, "DATABASE_URL": address})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def settings(app: Flask) -> object:
    migrate: Migrate = app.extensions["migrate"].migrate
    return migrate.get_config()


def test_there_is_one_newest_migration(app: Flask) -> None:
    script = ScriptDirectory.from_config(settings(app))  # type: ignore[arg-type]
    assert len(script.get_heads()) == 1


def test_from_nothing_the_migrations_make_what_the_models_say(empty: Flask) -> None:
    command.upgrade(settings(empty), "head")  # type: ignore[arg-type]
    command.check(settings(empty))  # type: ignore[arg-type]


def test_every_migration_can_be_taken_back_and_made_again(empty: Flask) -> None:
    command.upgrade(settings(empty), "head")  # type: ignore[arg-type]
    command.downgrade(settings(empty), "base")  # type: ignore[arg-type]
    left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert not left
    command.upgrade(settings(empty), "head")  # type: ignore[arg-type]
    command.check(settings(empty))  # type: ignore[arg-type]
