"""Who waits for a sold-out thing, as it must be: the first in line has the first chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.machine.seen import Row
from tests.machine.things import Shelf, must

CONFIRM_WITHIN, CHANCE_LASTS = timedelta(days=1), timedelta(days=1)
WAIT_AT_MOST = timedelta(days=180)


@dataclass(slots=True)
class Waiter:
    """One buyer and one thing; with a chance, a piece of it is kept for a day."""

    code: str
    buyer: str
    thing: int
    number: int  # in which order they asked
    since: datetime
    until: datetime
    state: str = "asked"
    in_cart: bool = False  # the chance is being used
    may_go: bool = False  # out of the line by an own wish, or because the piece was bought
    may_wait: bool = False  # joined while there were pieces again: seen to within a minute

    @property
    def place(self) -> tuple[datetime, int]:
        return self.since, self.number


@dataclass
class Line:
    """All of them by their code."""

    waiters: dict[str, Waiter] = field(default_factory=dict)
    asked: int = 0

    def of(self, buyer: str, thing: int) -> Waiter | None:
        return next(
            (one for one in self.waiters.values() if (one.buyer, one.thing) == (buyer, thing)), None
        )

    def chance(self, buyer: str, thing: int, now: datetime) -> Waiter | None:
        """The chance that lies in this buyer's cart, while its day lasts."""
        one = self.of(buyer, thing)
        return one if one and one.in_cart and one.until > now else None

    def joins(self, code: str, buyer: str, thing: int, now: datetime) -> Waiter:
        self.asked += 1
        made = Waiter(code, buyer, thing, self.asked, since=now, until=now + CONFIRM_WITHIN)
        self.waiters[code] = made
        return made

    def confirms(self, one: Waiter, left: int, now: datetime) -> None:
        """In line from now on; pressing again changes nothing."""
        if one.state == "asked":
            one.state, one.since, one.until = "waiting", now, now + WAIT_AT_MOST
            one.may_wait = left > 0

    # --- What was seen ----------------------------------------------------------------------------

    def follow(self, rows: list[Row], shelves: Mapping[int, Shelf], now: datetime) -> None:
        """Who is gone had a reason; who has a chance was the first that waited."""
        seen = {row.code: row for row in rows}
        for code in [code for code in self.waiters if code not in seen]:
            one = self.waiters.pop(code)
            must(one.may_go or one.until <= now, f"put out of the line: {one}")
        called = []
        for row in rows:
            one = self.waiters[row.code]
            if row.state != one.state:
                must((one.state, row.state) == ("waiting", "offered"), f"{one} became {row}")
                one.state, one.until = "offered", now + CHANCE_LASTS
                called.append(one)
            must(bool(row.kept) == (one.state == "offered"), f"seen {row}, must be {one}")
        for one in called:
            passed = [other for other in self._waiting(one.thing, now) if other.place < one.place]
            must(not passed, f"{passed} waited longer than {one}")
        for thing, shelf in shelves.items():
            mine = [one for one in self.waiters.values() if one.thing == thing]
            shelf.chances = sum(one.state == "offered" for one in mine)

    def nobody_waits(self, left: Mapping[int, int], now: datetime, *, long: bool) -> None:
        """Beside a free piece, but for who joined when it was there; not even they for `long`."""
        for one in self.waiters.values():
            must(not long or one.until > now, f"over, and still there: {one}")
            if one.state == "waiting" and one.until > now and left[one.thing] > 0:
                must(one.may_wait and not long, f"{left[one.thing]} are free, and {one} waits")

    def _waiting(self, thing: int, now: datetime) -> list[Waiter]:
        return [
            one
            for one in self.waiters.values()
            if one.thing == thing and one.state == "waiting" and one.until > now
        ]
