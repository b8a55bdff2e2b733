"""Which figures there are, within which bounds, and what each is until somebody decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    """What a figure counts."""

    RUPIAH = "rupiah"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that can be decided, between two bounds; `start` counts until it is."""

    unit: Unit
    start: int
    least: int
    most: int


PAYOUT_MINIMUM = "payout_minimum"
PAYOUT_TWO_PERSONS_ABOVE = "payout_two_persons_above"
PAYOUT_HOLD_DAYS = "payout_hold_days"
PAYOUT_EVERY_DAYS = "payout_every_days"  # 0: only by hand
# what one person gives back of a payment; above it another carries it out
REFUND_TWO_PERSONS_ABOVE = "refund_two_persons_above"
FIGURES: Mapping[str, Figure] = {
    PAYOUT_MINIMUM: Figure(Unit.RUPIAH, 10_000, 1, 10_000_000),
    PAYOUT_TWO_PERSONS_ABOVE: Figure(Unit.RUPIAH, 5_000_000, 0, 10**12),
    PAYOUT_HOLD_DAYS: Figure(Unit.DAYS, 7, 1, 60),
    PAYOUT_EVERY_DAYS: Figure(Unit.DAYS, 7, 0, 60),
    REFUND_TWO_PERSONS_ABOVE: Figure(Unit.RUPIAH, 5_000_000, 0, 10**12),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of a figure, in the order in which it was written down."""

    id: int
    code: str
    value: int
    starts_on: date


def in_force(code: str, decisions: Iterable[Decided], day: date) -> int:
    """The decision that began last; of two that begin on one day, the later one."""
    fitting = [one for one in decisions if one.code == code and one.starts_on <= day]
    if not fitting:
        return FIGURES[code].start
    return max(fitting, key=lambda one: (one.starts_on, one.id)).value
