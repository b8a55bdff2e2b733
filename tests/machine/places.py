"""Weeks of a shop that makes to order, as they must be: what fits, and whose places are where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.machine.things import WIB, Order, Purchase, must

LEAD = timedelta(days=7)
PER_WEEK, HORIZON = 3, 2
ALIVE = ("held", "sold")


@dataclass(slots=True)
class Place:
    """Some pieces of a thing that are made in one week, which begins with this Monday."""

    thing: int
    week: date
    pieces: int


@dataclass
class Weeks:
    """How many fit, and whose place is where; a place lives as long as its order's goods."""

    things: frozenset[int]
    per_week: int = PER_WEEK
    fits: dict[date, int] = field(default_factory=dict)  # of each week that anybody wanted
    by_hand: set[date] = field(default_factory=set)
    places: dict[str, list[Place]] = field(default_factory=dict)  # by order

    def begins(self, now: datetime, lead: timedelta = LEAD) -> date:
        """The Monday of the week in which a thing ordered now is finished."""
        day = (now.astimezone(WIB) + lead).date()
        return day - timedelta(days=day.isoweekday() - 1)

    def taken(self, purchases: Iterable[Purchase]) -> Counter[date]:
        """Pieces that are promised in each week; what was cancelled last came off the end."""
        used: Counter[date] = Counter()
        for purchase in purchases:
            for order in purchase.orders.values() if purchase.goods in ALIVE else ():
                if order.state != "cancelled":
                    for place in self._left(order):
                        used[place.week] += place.pieces
        return used

    def _left(self, order: Order) -> Iterable[Place]:
        gone = Counter(order.gone)
        for place in reversed(self.places.get(order.code, [])):
            off = min(place.pieces, gone[place.thing])
            gone[place.thing] -= off
            yield Place(place.thing, place.week, place.pieces - off)

    def room(self, now: datetime, used: Counter[date]) -> dict[date, int]:
        """What is free in each week that orders are taken for."""
        first = self.begins(now)
        weeks = [first + timedelta(weeks=number) for number in range(HORIZON)]
        return {week: self.fits.get(week, self.per_week) - used[week] for week in weeks}

    def fill(self, thing: int, wanted: int, room: dict[date, int]) -> list[Place]:
        """The first weeks with room; less than wanted when they are full. Takes it off `room`."""
        found = []
        for week in sorted(room) if thing in self.things else ():
            pieces = min(wanted, max(0, room[week]))
            if pieces:
                found.append(Place(thing, week, pieces))
                room[week] -= pieces
                wanted -= pieces
        return found

    def most(self, thing: int, wanted: int, room: dict[date, int]) -> int:
        """How many of the wanted ones can be promised."""
        if thing not in self.things:
            return wanted
        return sum(place.pieces for place in self.fill(thing, wanted, room))

    def promised(self, orders: Iterable[Order], room: dict[date, int]) -> None:
        """A cart has become orders."""
        for order in orders:
            self.places[order.code] = []
            for thing, pieces in order.lines.items():
                found = self.fill(thing, pieces, room)
                must(thing not in self.things or sum(one.pieces for one in found) == pieces,
                     f"no room for {order}")  # fmt: skip
                self.places[order.code] += found
                for place in found:
                    self.fits.setdefault(place.week, self.per_week)

    def usual(self, per_week: int, now: datetime, used: Counter[date]) -> None:
        """Weeks from now on that were not set by hand; none falls below what is promised."""
        self.per_week = per_week
        for week in self.fits:
            if week >= self.begins(now, timedelta(0)) and week not in self.by_hand:
                self.fits[week] = max(per_week, used[week])
