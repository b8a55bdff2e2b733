"""Figures are decided from the next day on, with a ground and by name; what was stays readable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from marketplace.accounts.models import Person
from marketplace.core import history
from marketplace.core.db import db, read
from marketplace.core.errors import Invalid, NotFound
from marketplace.orders.commission.rules import day_of, earliest_change
from marketplace.orders.rule_rows.models import RuleRow
from marketplace.orders.rule_rows.rules import FIGURES, Decided, in_force

_OF_CODE = select(RuleRow.id, RuleRow.code, RuleRow.value, RuleRow.starts_on).where(
    RuleRow.code == bindparam("code"), RuleRow.starts_on <= bindparam("day")
)
_ALL = (
    select(RuleRow.__table__, Person.name.label("by"))
    .join(Person, Person.id == RuleRow.made_by)
    .order_by(RuleRow.starts_on.desc(), RuleRow.id.desc())
)


def value(code: str, *, now: datetime) -> int:
    """What counts today, by the clock of Java."""
    day = day_of(now)
    return in_force(code, _decided(read(_OF_CODE, {"code": code, "day": day})), day)


def all_decisions() -> Sequence[Row[Any]]:
    """Everything that was ever decided, the newest first."""
    return read(_ALL)


def in_force_among(code: str, rows: Sequence[Row[Any]], day: date) -> int:
    """What counts on that day, from rows that were read already."""
    return in_force(code, _decided(rows), day)


def decide(
    code: str,
    value: int,
    *,
    starts_on: date,
    source: str,
    verified: bool,
    by: int,
    now: datetime,
) -> int:
    """Set a figure from a day on, tomorrow at the earliest: nobody lifts a limit in its own way."""
    figure = FIGURES.get(code)
    if figure is None:
        raise NotFound()
    if not figure.least <= value <= figure.most:
        raise Invalid("figure_out_of_bounds", field="value")
    if starts_on < earliest_change(now):
        raise Invalid("figure_too_soon", field="starts_on")
    row = RuleRow(
        code=code,
        value=value,
        starts_on=starts_on,
        source=source,
        verified=verified,
        made_at=now,
        made_by=by,
    )
    db.session.add(row)
    db.session.flush()
    history.record(
        "rule.decided", f"rule:{code}", by=by, at=now, value=value, source=source,
        starts_on=starts_on.isoformat(),
    )  # fmt: skip
    return row.id


def _decided(rows: Sequence[Any]) -> list[Decided]:
    return [Decided(row.id, row.code, row.value, row.starts_on) for row in rows]
