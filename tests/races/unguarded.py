"""The house with one guard taken out: a race that does not fail in it proves nothing."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from marketplace.core.db import db, dialect


def take_out(
    monkeypatch: pytest.MonkeyPatch, function: Callable[..., Any], guard: str, instead: str = ""
) -> None:
    """Put the same function in its place, but without these words of its source.

    The words must stand there once: a guard that was moved or renamed is noticed here.
    """
    module = sys.modules[function.__module__]
    source = inspect.getsource(function)
    assert source.count(guard) == 1, f"{guard!r} is not the guard of {function.__name__} any more"
    bare: dict[str, Any] = {}
    words = "from __future__ import annotations\n" + source.replace(guard, instead)
    exec(compile(words, module.__file__ or "", "exec"), module.__dict__, bare)  # noqa: S102
    monkeypatch.setattr(module, function.__name__, bare[function.__name__])


def everybody_has_looked(
    monkeypatch: pytest.MonkeyPatch, look: Callable[..., Any], *args: Any, **words: Any
) -> None:
    """Every hand's page was read before any of them pressed: all saw it open."""
    seen = look(*args, **words)
    assert seen is not None
    monkeypatch.setattr(sys.modules[look.__module__], look.__name__, lambda *_, **__: seen)


@contextmanager
def without_check(table: str, name: str) -> Iterator[None]:
    """A table without one of its checks, as if nobody had thought of it."""
    if dialect() == "sqlite":

        def blind(connection: Any, *_: Any) -> None:
            connection.execute("PRAGMA ignore_check_constraints = ON")

        db.session.remove()
        event.listen(db.engine, "checkout", blind)
        yield
        event.remove(db.engine, "checkout", blind)
        db.engine.dispose()  # who sees again is a new connection
        return
    with _dropped(table, f"ck_{table}_{name}"):
        yield


@contextmanager
def without_key(table: str, name: str) -> Iterator[None]:
    """A table without one of its keys; SQLite cannot drop one, so it is made anew without it."""
    if dialect() == "postgresql":
        with _dropped(table, name):
            yield
        return
    with db.engine.begin() as connection:
        look = text("SELECT sql FROM sqlite_master WHERE name = :table")
        made = str(connection.scalar(look, {"table": table}))
        key = re.compile(rf"CONSTRAINT {name} (PRIMARY KEY|UNIQUE) \([^)]*\)")
        assert key.search(made), f"{name} is not a key of {table} any more"
        connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text(key.sub("CHECK (true)", made)))
    yield
    db.session.remove()  # the file is copied anew after every test


@contextmanager
def without_index(table: str, name: str) -> Iterator[None]:
    """A table without one of its unique indexes; its rows are gone afterwards."""
    look = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE name = :name",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE indexname = :name",
    }
    with db.engine.begin() as connection:
        says = str(connection.scalar(text(look[dialect()]), {"name": name}))
        assert says.startswith("CREATE UNIQUE INDEX"), f"{name} is no guard of {table} any more"
        connection.execute(text(f"DROP INDEX {name}"))
    try:
        yield
    finally:
        db.session.remove()
        if dialect() == "postgresql":  # on SQLite the file is copied anew after every test
            with db.engine.begin() as connection:
                connection.execute(text(f"TRUNCATE {table} CASCADE"))
                connection.execute(text(says))


@contextmanager
def without_triggers(table: str) -> Iterator[None]:
    """A table that anybody may change, as if its triggers had never been written."""
    if dialect() == "sqlite":  # the file is copied anew after every test
        of_table = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
        with db.engine.begin() as connection:
            names = connection.scalars(text(of_table), {"table": table}).all()
            assert names, f"{table} has no triggers any more"
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
        yield
        db.session.remove()
        return
    with db.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    try:
        yield
    finally:
        db.session.remove()
        with db.engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


@contextmanager
def _dropped(table: str, constraint: str) -> Iterator[None]:
    with db.engine.begin() as connection:
        says = connection.scalar(
            text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
            {"name": constraint},
        )
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"))
    try:
        yield
    finally:
        db.session.remove()
        with db.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {table} CASCADE"))
            connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {says}"))
