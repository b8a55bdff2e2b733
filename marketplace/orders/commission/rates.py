"""The list of rates: read from memory at every sale, changed by the dinas from the next day on.

Every process holds the list for a minute or until midnight, whichever comes first. A change counts
from the next day at the earliest, so all of them know it in time.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from marketplace.catalog import shelves
from marketplace.core import history
from marketplace.core.db import db, read
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.makers.own import refuse_own_shop
from marketplace.orders.commission.models import CommissionRate
from marketplace.orders.commission.rules import (
    Cut,
    Rate,
    Thing,
    cut_of,
    day_of,
    earliest_change,
    moved,
    rate_for,
)

KEEP_SECONDS = 60.0
SAYS = (
    "ikm_id", "sentra_id", "category_id", "basis_points", "fixed", "tax_bp", "starts_on",
    "ends_before", "source", "verified", "note",
)  # fmt: skip
_kept: tuple[float, date, tuple[Rate, ...]] = (-KEEP_SECONDS, date.min, ())


# --- At a sale ------------------------------------------------------------------------------------


def thing(ikm_id: int, sentra_id: int | None, category_id: int | None) -> Thing:
    """A product as rates look at it."""
    shelf = shelves.here(category_id or 0)
    return Thing(ikm_id, sentra_id, shelf.path if shelf else ())


def cut(what: Thing, paid: int, quantity: int = 1, *, now: datetime) -> Cut:
    """What the market keeps of so many pieces for which this is paid, sold at this moment."""
    return cut_of(rate(what, now=now), paid, quantity)


def rate(what: Thing, *, now: datetime) -> Rate:
    """The rate that counts for it at this moment."""
    day = day_of(now)
    return rate_for(_rates(day), what, day)


def forget() -> None:
    """Read the list anew at the next question."""
    global _kept
    _kept = (-KEEP_SECONDS, date.min, ())


def _rates(day: date) -> tuple[Rate, ...]:
    global _kept
    if time.monotonic() - _kept[0] > KEEP_SECONDS or _kept[1] != day:
        _kept = (time.monotonic(), day, tuple(all_rates()))
    return _kept[2]


# --- The dinas edits ------------------------------------------------------------------------------

_ALL = select(CommissionRate.__table__).order_by(
    CommissionRate.__table__.c.position, CommissionRate.__table__.c.id
)


def all_rates() -> list[Rate]:
    """Every rate there is or was, in the order in which they are looked at."""
    return [_rate(row) for row in read(_ALL)]


def rate_of(rate_id: int) -> Rate:
    """One rate as it stands."""
    found = next((one for one in all_rates() if one.id == rate_id), None)
    if found is None:
        raise NotFound()
    return found


def load_starter(now: datetime) -> int:
    """Give a new market its first rate: nothing is kept. How many were new."""
    if db.session.scalar(select(func.count()).select_from(CommissionRate)):
        return 0
    first = Rate(
        starts_on=day_of(now),
        source="Keadaan awal: pasar ini belum memutuskan potongan.",
        verified=True,
        note="Belum ada potongan.",
    )
    _write(first, 1, by=None, now=now)
    forget()
    return 1


def add(wanted: Rate, *, place: int, reason: str, by: int, now: datetime) -> int:
    """Put a new rate at this place of the list; the others keep their order."""
    _check(wanted, now)
    _not_for_oneself(wanted.ikm_id, by)
    rate_id = _write(wanted, 0, by=by, now=now)
    _put(rate_id, place)
    history.record(
        "commission.added", f"rate:{rate_id}", by=by, at=now, reason=reason, new=_words(wanted),
        place=place,
    )  # fmt: skip
    forget()
    return rate_id


def end(rate_id: int, *, last_day: date, reason: str, by: int, now: datetime) -> None:
    """Let a rate end with this day, today at the earliest; one to come may be dropped whole."""
    row = _living(rate_id, by, now)
    after = max(_next(last_day), row.starts_on)
    if after < earliest_change(now):
        raise Invalid("rate_day_over", field="last_day")
    if row.ends_before is not None and after > row.ends_before:
        raise Invalid("rate_ends_earlier", field="last_day")
    old, row.ends_before = row.ends_before, after
    db.session.flush()
    history.record(
        "commission.ended", f"rate:{rate_id}", by=by, at=now, reason=reason,
        old=old and old.isoformat(), ends_before=after.isoformat(),
    )  # fmt: skip
    forget()


def move(rate_id: int, *, place: int, reason: str, by: int, now: datetime) -> int:
    """Look at a rate earlier or later from tomorrow on: this one ends, its like begins there."""
    row = _living(rate_id, by, now)
    tomorrow = max(earliest_change(now), row.starts_on)
    like = replace(_rate(row), starts_on=tomorrow)
    row.ends_before = tomorrow
    db.session.flush()
    new_id = _write(like, 0, by=by, now=now)
    _put(new_id, place)
    history.record(
        "commission.moved", f"rate:{new_id}", by=by, at=now, reason=reason, was=rate_id,
        place=place,
    )  # fmt: skip
    forget()
    return new_id


def _living(rate_id: int, by: int, now: datetime) -> CommissionRate:
    """A rate that still counts on some day to come, locked."""
    row = db.session.get(CommissionRate, rate_id, with_for_update={"key_share": True})
    if row is None:
        raise NotFound()
    if _rate(row).is_over(earliest_change(now)):
        raise Conflict("rate_over")
    _not_for_oneself(row.ikm_id, by)
    return row


def _not_for_oneself(ikm_id: int | None, by: int) -> None:
    """What one shop alone is charged is not decided by its own people."""
    if ikm_id is not None:
        refuse_own_shop(by, [ikm_id])


def _check(wanted: Rate, now: datetime) -> None:
    if wanted.starts_on < earliest_change(now):
        raise Invalid("rate_too_soon", field="starts_on")
    if wanted.ends_before is not None and wanted.ends_before <= wanted.starts_on:
        raise Invalid("rate_days", field="last_day")
    if wanted.tax_bp and not wanted.verified:
        raise Invalid("rate_tax_unverified", field="verified")


def _write(wanted: Rate, position: int, *, by: int | None, now: datetime) -> int:
    row = CommissionRate(
        **{name: getattr(wanted, name) for name in SAYS}, position=position, made_at=now, made_by=by
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def _put(rate_id: int, place: int) -> None:
    """Give every rate its place anew; whoever else does so now waits."""
    rows = db.session.scalars(
        select(CommissionRate)
        .order_by(CommissionRate.position, CommissionRate.id)
        .with_for_update(key_share=True)
    ).all()
    known: dict[int, CommissionRate] = {row.id: row for row in rows}
    for position, id in enumerate(moved(list(known), rate_id, place), start=1):
        known[id].position = position
    db.session.flush()


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _rate(row: Any) -> Rate:
    return Rate(id=row.id, position=row.position, **{name: getattr(row, name) for name in SAYS})


def _words(wanted: Rate) -> dict[str, Any]:
    """What a rate says, for the history."""
    said = {name: getattr(wanted, name) for name in SAYS}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in said.items()
    }
