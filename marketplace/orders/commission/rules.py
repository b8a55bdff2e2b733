"""Which rate counts, and what it comes to: figures a maker could check on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.orders.rules import WIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One line of the list; what it does not name fits anything."""

    id: int = 0
    position: int = 0
    ikm_id: int | None = None
    sentra_id: int | None = None
    category_id: int | None = None
    basis_points: int = 0
    fixed: int = 0
    tax_bp: int = 0
    starts_on: date = date.min
    ends_before: date | None = None
    source: str = ""
    verified: bool = False
    note: str = ""

    def counts_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return self.starts_on <= day and (self.ends_before is None or day < self.ends_before)

    def is_over(self, day: date) -> bool:
        """Whether no day from this one on has it."""
        return self.ends_before is not None and self.ends_before <= max(day, self.starts_on)


NOTHING = Rate()


@dataclass(frozen=True, slots=True)
class Thing:
    """What is sold, as far as rates look at it: whose, of which sentra, on which shelf."""

    ikm_id: int
    sentra_id: int | None
    path: tuple[int, ...]  # from the top shelf down to its own


@dataclass(frozen=True, slots=True)
class Cut:
    """What the market keeps of a line, and the tax on that."""

    basis_points: int
    commission: int
    tax: int

    @property
    def total(self) -> int:
        return self.commission + self.tax


def rate_for(rates: Iterable[Rate], thing: Thing, day: date) -> Rate:
    """The first rate of the list that fits; without one nothing is kept."""
    return next((rate for rate in rates if rate.counts_on(day) and fits(rate, thing)), NOTHING)


def fits(rate: Rate, thing: Thing) -> bool:
    """Whether everything the rate names is so."""
    return (
        rate.ikm_id in (None, thing.ikm_id)
        and rate.sentra_id in (None, thing.sentra_id)
        and (rate.category_id is None or rate.category_id in thing.path)
    )


def cut_of(rate: Rate, paid: int, quantity: int = 1) -> Cut:
    """What is kept of a line for which this was paid.

    Worked out for one piece, rounded down in the maker's favour and never more than the piece, so
    that what one piece brings is exact for any number of them.
    """
    piece = paid // quantity
    kept = min(piece, piece * rate.basis_points // 10_000 + rate.fixed)
    tax = min(piece - kept, kept * rate.tax_bp // 10_000)
    return Cut(rate.basis_points, kept * quantity, tax * quantity)


def day_of(moment: datetime) -> date:
    """The day a sale belongs to: by the clock of Java, for all of Indonesia."""
    return moment.astimezone(WIB).date()


def earliest_change(now: datetime) -> date:
    """From when a change may count: tomorrow, so that no maker is surprised in mid-day."""
    return day_of(now) + timedelta(days=1)


def moved(order: Sequence[int], which: int, place: int) -> list[int]:
    """The same ids with one of them put at this place (from 1)."""
    rest = [id for id in order if id != which]
    at = max(0, min(place - 1, len(rest)))
    return [*rest[:at], which, *rest[at:]]
