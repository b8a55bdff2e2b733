"""Everything we keep about one person, for them to take along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select

from marketplace.accounts.models import Person
from marketplace.core.db import db, read
from marketplace.core.history import HistoryEntry

# Keys and locks are no data about a person, and in a file they would only be lost.
SECRETS = {
    "password_hash",
    "totp_secret",
    "totp_used_step",
    "token_hash",
    "code_hash",
    "bound_to",
    "checkout_key",
    "proposed",
    "proposed_by",
}
AMONG_OFFICERS = "proposed"  # said before anything was decided: no data about who complained
# What hangs on a row of the person's own and tells about them: orders under what they bought.
BELOW: dict[str, tuple[str, ...]] = {
    "order_group": ("shop_order", "payment"),
    "shop_order": ("order_line", "order_event", "parcel", "complaint"),
    "parcel": ("parcel_line",),
    "order_line": ("review",),
    "review": ("review_event",),
    "complaint": ("complaint_line", "complaint_event"),
    "cart": ("cart_line",),
}


def gather(person_id: int) -> dict[str, Any]:
    """Every row that names the person, by table; new tables come along by their foreign key."""
    tables = db.metadata.tables
    found: dict[str, Any] = {"person": _rows(Person.__table__, Person.__table__.c.id == person_id)}
    for table in db.metadata.sorted_tables:
        mine = [key.parent for key in table.foreign_keys if key.column.table.name == "person"]
        if mine:
            found[table.name] = _rows(table, or_(*(column == person_id for column in mine)))
    for above, names in BELOW.items():
        for name in names:
            found[name] = _below(tables[name], tables[above], found.get(above, ()))
    said = found["complaint_event"]
    found["complaint_event"] = [row for row in said if row["what"] != AMONG_OFFICERS]
    acts = HistoryEntry.__table__
    found["history"] = _rows(acts, acts.c.by == person_id)
    return {name: [_readable(row) for row in rows] for name, rows in sorted(found.items()) if rows}


def _rows(table: Table, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    columns = [column for column in table.c if column.name not in SECRETS]
    return [dict(row._mapping) for row in read(select(*columns).where(condition))]


def _below(table: Table, above: Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a table that hang on rows already found."""
    if not rows:
        return []
    link = next(key.parent for key in table.foreign_keys if key.column.table.name == above.name)
    return _rows(table, link.in_([row["id"] for row in rows]))


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime | date) else value
        for name, value in row.items()
        if not isinstance(value, bytes)
    }
