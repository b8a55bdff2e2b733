"""Which QRIS code holds now; every process keeps it in memory for a minute."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from marketplace.accounts.models import Person
from marketplace.core import history
from marketplace.core.db import db, read, read_one
from marketplace.orders.qris import rules
from marketplace.orders.qris.models import QrisCode
from marketplace.orders.qris.rules import Qris

KEEP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Code:
    """What buyers scan, and whose name their app will show."""

    payload: str
    merchant: str
    city: str
    with_amount: bool

    def for_amount(self, rupiah: int) -> str:
        """The payload that this buyer scans.

        Mostly the standing one, and the buyer types the amount: a code with an amount in it is a
        dynamic code, which properly comes from a payment provider and not from us; some apps
        refuse one that its acquirer has not issued.
        """
        return rules.with_amount(self.payload, rupiah) if self.with_amount else self.payload


_kept: tuple[float, Code | None] = (-KEEP_SECONDS, None)
_LATEST = (
    select(QrisCode.__table__)
    .where(QrisCode.ikm_id.is_(None))
    .order_by(QrisCode.since.desc(), QrisCode.id.desc())
)


def current() -> Code | None:
    """The market's code, or none when QRIS is not offered."""
    global _kept
    asked_at, found = _kept
    if time.monotonic() - asked_at >= KEEP_SECONDS:
        found = newest()
        _kept = (time.monotonic(), found)
    return found


def newest() -> Code | None:
    """The same, read anew."""
    row = read_one(_LATEST.limit(1))
    if row is None or not row.payload:
        return None
    return Code(row.payload, row.merchant, row.city, row.with_amount)


def forget() -> None:
    """Read the code anew at the next question."""
    global _kept
    _kept = (-KEEP_SECONDS, None)


def past() -> Sequence[Row[Any]]:
    """Every code that held, newest first, and who set it."""
    table = QrisCode.__table__
    return read(
        _LATEST.add_columns(Person.name).outerjoin(Person, Person.id == table.c.by).limit(50)
    )


def put(code: Qris, *, with_amount: bool, by: int, now: datetime) -> None:
    """From now on buyers scan this code; the one before stays in the book."""
    _write(code.payload, code.merchant, code.city, with_amount, by, now)
    history.record(
        "qris.set",
        "qris:market",
        by=by,
        at=now,
        merchant=code.merchant,
        national_id=code.national_id,
        with_amount=with_amount,
    )


def switch_off(*, by: int, now: datetime) -> None:
    """From now on QRIS is not offered; who was shown the code may still have paid."""
    _write("", "", "", False, by, now)
    history.record("qris.switched_off", "qris:market", by=by, at=now)


def _write(
    payload: str, merchant: str, city: str, with_amount: bool, by: int, now: datetime
) -> None:
    db.session.add(
        QrisCode(
            payload=payload,
            merchant=merchant,
            city=city,
            with_amount=with_amount,
            since=now,
            by=by,
        )
    )
