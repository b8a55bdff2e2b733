"""Rules of the catalogue that need nothing but their figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")  # a maker's week begins on its Monday

# Where the steps of the price facet lie: under 50 thousand, and so on.
PRICE_STEPS = (50_000, 100_000, 300_000, 1_000_000)
LOW_STOCK = 5


def price_band(price: int) -> int:
    """The number of the price step a price lies in: 0 is under the first one."""
    return sum(price >= step for step in PRICE_STEPS)


def band_limits(band: int) -> tuple[int | None, int | None]:
    """Lowest and highest price of a step, both included; none is open."""
    low = PRICE_STEPS[band - 1] if band else None
    high = PRICE_STEPS[band] - 1 if band < len(PRICE_STEPS) else None
    return low, high


def stock_words(left: int) -> str:
    """How much is left, as shown: a figure only when it matters to hurry."""
    if left <= 0:
        return "Habis"
    return f"Tinggal {left}" if left <= LOW_STOCK else "Ada"


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def first_week(now: datetime, lead_days: int) -> date:
    """The week in which a thing ordered now is finished."""
    return week_of(now.astimezone(JAKARTA).date() + timedelta(days=lead_days))


def fill(wanted: int, rooms: Iterable[tuple[date, int]]) -> list[tuple[date, int]]:
    """Pieces by week: the first weeks with room take as many as fit; maybe fewer than wanted."""
    places = []
    for week, room in rooms:
        if wanted > 0 and room > 0:
            places.append((week, min(wanted, room)))
            wanted -= places[-1][1]
    return places


def district_of(village_code: str | None) -> str:
    """The district a village lies in, "34.04.07" of "34.04.07.2003"; empty when unknown."""
    return ".".join((village_code or "").split(".")[:3])
