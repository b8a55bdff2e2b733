"""A month of a shop's money: what it began with, every booking, what it ended with.

Everything is taken from one reading of the bookings, so that what is printed adds up by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select

from marketplace.core.db import Utc, read_one
from marketplace.orders.ledger import queries as ledger
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import Account, Fact
from marketplace.orders.payouts.runs import signed
from marketplace.orders.rules import WIB

SHOWN = 24  # months of a page
_E = LedgerEntry.__table__
_OF_SHOP = (
    _E.c.ikm_id == bindparam("ikm_id"),
    or_(_E.c.credit == Account.PAYABLE, _E.c.debit == Account.PAYABLE),
)
_FIRST = select(func.min(_E.c.at).label("at")).where(*_OF_SHOP)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month by the clock of Java."""

    year: int
    number: int

    @property
    def first(self) -> datetime:
        """Its first moment."""
        return datetime.combine(date(self.year, self.number, 1), time(), WIB)

    @property
    def after(self) -> datetime:
        """The first moment of the next."""
        return self.next.first

    @property
    def next(self) -> Month:
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def before(self) -> Month:
        return Month(self.year, self.number - 1) if self.number > 1 else Month(self.year - 1, 12)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"


@dataclass(frozen=True, slots=True)
class Line:
    """One booking as it moved the balance, and what the balance was after it."""

    at: datetime
    fact: Fact
    order_code: str | None
    amount: int
    balance: int


@dataclass(slots=True)
class Statement:
    """A month of one shop; `sums` and `closing` are known once every line was read."""

    month: Month
    until: datetime  # the end of the month, or now while it lasts
    opening: int
    closing: int
    ikm_id: int
    sums: dict[Fact, int] = field(default_factory=dict)

    @property
    def unfinished(self) -> bool:
        """Whether the month still lasts."""
        return self.until < self.month.after

    def lines(self) -> Iterator[Line]:
        """Every booking, oldest first, a page of them at a time."""
        self.closing, self.sums = self.opening, {}
        rows = ledger.statement_lines(self.ikm_id, first=self.month.first, after=self.until)
        for row in rows:
            fact = Fact(row.fact)
            self.closing += row.amount
            self.sums[fact] = self.sums.get(fact, 0) + row.amount
            yield Line(row.at, fact, row.order_code, row.amount, self.closing)


def month_of(moment: datetime) -> Month:
    """The month a moment belongs to."""
    day = moment.astimezone(WIB)
    return Month(day.year, day.month)


def month_named(text: str) -> Month | None:
    """The month written as 2026-11, or none."""
    year, _, number = text.partition("-")
    if not (text.isascii() and len(text) == 7 and year.isdigit() and number.isdigit()):
        return None
    if not (2000 <= int(year) <= 2199 and 1 <= int(number) <= 12):
        return None
    return Month(int(year), int(number))


def of_month(ikm_id: int, month: Month, *, now: datetime) -> Statement:
    """The statement of a month, up to now while it lasts."""
    opening = ledger.balance_before(ikm_id, month.first)
    return Statement(month, min(month.after, now), opening, opening, ikm_id)


def months(
    ikm_id: int, *, now: datetime, last: Month | None = None
) -> tuple[list[tuple[Month, int]], Month | None]:
    """The months since the first booking, the newest first, each with the balance at its end.

    And the month with which the next page begins.
    """
    row = read_one(_FIRST, {"ikm_id": ikm_id})
    if row is None or row.at is None:
        return [], None
    oldest, month = month_of(row.at), min(last or month_of(now), month_of(now))
    found: list[Month] = []
    while month >= oldest and len(found) < SHOWN:
        found.append(month)
        month = month.before
    if not found:
        return [], None
    ends = read_one(_ends(len(found)), {"ikm_id": ikm_id} | _moments(found))
    balances = [int(value) for value in ends] if ends else []
    return list(zip(found, balances, strict=True)), month if month >= oldest else None


def _ends(count: int) -> Any:
    """The balance at so many moments, in one reading."""
    return select(
        *(
            func.coalesce(
                func.sum(case((_E.c.at < bindparam(f"m{place}", type_=Utc), signed()), else_=0)), 0
            )
            for place in range(count)
        )
    ).where(*_OF_SHOP)


def _moments(found: list[Month]) -> dict[str, datetime]:
    return {f"m{place}": month.after for place, month in enumerate(found)}
