"""Amounts to send: unlike every other one that was given lately, so that money names its buyer."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Delete, bindparam, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.core.db import changed, db, dialect
from marketplace.core.errors import Conflict
from marketplace.orders import rules
from marketplace.orders.bank.models import GivenAmount
from marketplace.orders.models import Payment
from marketplace.orders.states import PaymentState

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_GIVEN = select(GivenAmount.amount).where(
    GivenAmount.amount.between(bindparam("first"), bindparam("last"))
)


def give(total: int, payment_code: str, *, now: datetime) -> int:
    """The digits to add to this total: drawn, never counted up, and given to nobody else.

    Another buyer may hold the same amount, or take it in the same moment; the database sees it,
    and we draw again among those that are free. When a thousand buyers owe the same total, the
    digits go beyond Rp999; when two thousand do, there is none left, and another way must serve.
    """
    for codes in rules.UNIQUE_CODES:
        free: Sequence[int] = codes
        for _ in range(4):
            digits = secrets.choice(free)
            if take(total + digits, payment_code, now=now):
                return digits
            free = _free(total, codes, now)
            if not free:
                break
    raise Conflict("transfer_full")


def take(amount: int, payment_code: str, *, now: datetime) -> bool:
    """Write down whose this amount is, unless it is somebody's: one statement, so one winner."""
    row = {
        "amount": amount,
        "payment_code": payment_code,
        "free_at": now + rules.AMOUNT_KEPT,
    }
    return db.session.execute(_taking(dialect()), row).first() is not None


def forget_old(now: datetime) -> int:
    """Let go of the amounts whose time is over; how many they were."""
    return changed(_over(now))


@cache
def _taking(database: str) -> Any:
    table = GivenAmount.__table__
    return (
        _INSERT[database](table)
        .on_conflict_do_nothing(index_elements=[table.c.amount])
        .returning(table.c.amount)
    )


def _free(total: int, codes: range, now: datetime) -> list[int]:
    """What nobody holds; what is held no longer is let go of first."""
    first, last = total + codes[0], total + codes[-1]
    changed(_over(now).where(GivenAmount.amount.between(first, last)))
    given = set(db.session.scalars(_GIVEN, {"first": first, "last": last}))
    return [digits for digits in codes if total + digits not in given]


def _over(now: datetime) -> Delete:
    """What is held no longer; an order that nobody could end in time still waits for its money."""
    return delete(GivenAmount).where(
        GivenAmount.free_at <= now,
        ~exists().where(
            Payment.amount == GivenAmount.amount,
            Payment.provider.in_(rules.ON_OUR_ACCOUNT),
            Payment.state.in_([PaymentState.ASKED, PaymentState.OPEN]),
        ),
    )
