"""`check-invariants` after every step, without building its statements anew each time.

They are noted while it runs once. A statement that finds no row says that nothing is broken; when
one finds any, the check itself decides. At the end of every tenth example all of it runs as it is.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

from marketplace.core.db import db
from marketplace.orders import invariants


class Promises:
    """Every check of the house, and the statements that it asks."""

    def __init__(self, engine: Engine) -> None:
        self._asked = {name: _statements(engine, check) for name, check in self._checks().items()}
        db.session.rollback()

    def broken(self, connection: Connection) -> dict[str, list[Any]]:
        """The checks that name rows now."""
        suspicious = [
            name
            for name, statements in self._asked.items()
            if any(connection.exec_driver_sql(*one).first() is not None for one in statements)
        ]
        db.session.rollback()
        found = {name: list(self._checks()[name]()) for name in suspicious}
        db.session.rollback()
        return {name: rows for name, rows in found.items() if rows}

    @staticmethod
    def all_broken() -> dict[str, Any]:
        """The same by the house's own door."""
        db.session.rollback()
        found = invariants.check_all()
        db.session.rollback()
        return {name: rows for name, rows in found.items() if rows}

    @staticmethod
    def _checks() -> Any:
        return invariants.CHECKS


def _statements(engine: Engine, check: Any) -> list[tuple[str, Any]]:
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        check()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return [one for one in asked if not one[0].startswith("BEGIN")]
