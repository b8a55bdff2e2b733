"""`check-invariants` after every step, without building its statements anew each time.

They are noted while it runs once, and asked all at once. A check of which no statement finds a row
is kept; when one finds any, the check itself decides. A check whose statements find rows though all
is well waits for the end of the play. At the end of every tenth play all of it runs as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, event

from marketplace.core.db import db
from marketplace.orders import invariants

Asked = list[tuple[str, Any]]
_NAMED = re.compile(r"%\((\w+)\)s")


class Promises:
    """Every check of the house, and the statements that it asks."""

    def __init__(self, engine: Engine) -> None:
        self._asked = {name: _statements(engine, check) for name, check in self._checks().items()}
        self._quick = _together(self._asked)
        self._slow: set[str] = set()
        db.session.rollback()

    def broken(self, connection: Connection) -> dict[str, list[Any]]:
        """The quick checks that name rows now."""
        statement, values = self._quick
        row = connection.exec_driver_sql(statement, values).one()
        suspicious = {name for name, found in row._mapping.items() if found}
        if not suspicious:
            return {}
        found = self._found(suspicious)
        self._slow |= suspicious - set(found)
        self._quick = _together(
            {name: asked for name, asked in self._asked.items() if name not in self._slow}
        )
        return found

    def slow_ones_broken(self) -> dict[str, list[Any]]:
        """Those that had to wait."""
        return self._found(self._slow)

    def _found(self, names: Iterable[str]) -> dict[str, list[Any]]:
        db.session.rollback()
        found = {name: list(self._checks()[name]()) for name in names}
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


def _statements(engine: Engine, check: Any) -> Asked:
    asked: Asked = []

    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        check()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return [one for one in asked if not one[0].startswith("BEGIN")]


def _together(asked: dict[str, Asked]) -> tuple[str, Any]:
    """One statement with a column for each check: whether any of its own finds a row."""
    columns, named, numbered = [], {}, []
    for name, statements in asked.items():
        exist = []
        for statement, values in statements:
            text = statement
            if isinstance(values, dict):
                mark = f"of{len(named)}_"
                text = _NAMED.sub(rf"%({mark}\1)s", statement)
                named |= {f"{mark}{key}": value for key, value in values.items()}
            else:
                numbered.extend(_plain(values))
            exist.append(f"EXISTS ({text})")
        columns.append(f'({" OR ".join(exist)}) AS "{name}"')
    return f"SELECT {', '.join(columns)}", named or tuple(numbered)


def _plain(values: Any) -> Sequence[Any]:
    return values if isinstance(values, tuple | list) else ()
