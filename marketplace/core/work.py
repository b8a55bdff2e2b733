"""One use case, one transaction: it commits once at the end, or nothing happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from marketplace.core import events
from marketplace.core.db import db, dialect

# SQLite needs nothing said: what a transaction reads there is one moment, and only BEGIN IMMEDIATE
# writes.
_AT_ONE_MOMENT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_open: ContextVar[bool] = ContextVar("a transaction is open", default=False)


@contextmanager
def transaction() -> Iterator[None]:
    """Open the one transaction of a use case; never nested, and no network inside.

    What the session read before is thrown away, so that every check is made on fresh rows. On
    SQLite the transaction takes the write lock at once (BEGIN IMMEDIATE); others wait their turn.
    """
    if _open.get():
        raise RuntimeError("a transaction is already open: only the outermost caller opens it")
    session = db.session
    session.rollback()
    opened = _open.set(True)
    session.info["announced"] = []
    try:
        session.connection(execution_options={"write": True})
        yield
        events.tell()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _open.reset(opened)


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Read as much as need be of the database as it stands at one moment, and change nothing."""
    session = db.session
    session.rollback()
    try:
        session.connection(execution_options=_AT_ONE_MOMENT if dialect() == "postgresql" else {})
        yield
    finally:
        session.rollback()


def refuse_when_open() -> None:
    """Adapters call this first: the network is never asked while a transaction is open."""
    if _open.get():
        raise RuntimeError("no network inside a transaction")
