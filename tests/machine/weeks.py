"""What a shop makes to order: so many pieces fit in a week, and two of its things share them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.catalog import capacity
from marketplace.catalog.capacity import Wish
from marketplace.core import clock
from marketplace.core.work import transaction
from tests.machine.buyers import BUYERS, WAYS, Buyers
from tests.machine.places import HORIZON, Weeks
from tests.machine.things import must

ANYTHING = st.integers(0, 5)
MADE = st.lists(st.tuples(st.integers(4, 5), st.integers(1, 3)), min_size=1, max_size=3)
WEEKS = "SELECT week, capacity, used FROM quota_week ORDER BY week"


class MadeToOrder(Buyers):
    """The second shop counts its weeks, and may say that one holds more or less."""

    def look_further(self) -> None:
        super().look_further()
        used = self.weeks.taken(self.model.purchases.values())
        rows = self.seen.rows(WEEKS)
        for row in rows:
            week = row.week if isinstance(row.week, date) else date.fromisoformat(row.week)
            there = (self.weeks.fits.get(week), used[week])
            must((row.capacity, row.used) == there, f"seen {row}, must be {there}")
            must(0 <= row.used <= row.capacity, f"too much is promised: {row}")
        must(len(rows) == len(self.weeks.fits), f"{rows}, must be {self.weeks.fits}")

    @property
    def weeks(self) -> Weeks:
        return self.model.weeks

    @rule(buyer=st.sampled_from(BUYERS), things=MADE, way=st.sampled_from(WAYS),
          pays=st.booleans(), other=st.booleans())  # fmt: skip
    def has_something_made(
        self, buyer: str, things: list[tuple[int, int]], way: str, pays: bool, other: bool
    ) -> None:
        """In the first weeks with room, perhaps with something that lies there already."""
        before = len(self.model.purchases)
        self.buys(buyer, [*things, (3, 1)] if other else things, way, fetched=False, twice=False)
        if pays and len(self.model.purchases) > before:
            self.pays_the_newest()

    @precondition(lambda self: self.weeks.places)
    @rule(later=st.integers(0, 3), pieces=st.integers(0, 5))
    def one_week_is_not_as_usual(self, later: int, pieces: int) -> None:
        """Less than is promised for it already is refused."""
        week = self.weeks.begins(self.now, timedelta(0)) + timedelta(weeks=later)
        shop, quota, now = self.stage.shops[1], self.stage.quota, clock.now()

        def say() -> bool:
            with transaction():
                capacity.set_week(shop, quota, week, pieces, now=now)
            return True

        if self.expect(pieces >= self._used()[week], say):
            self.weeks.fits[week] = pieces
            (self.weeks.by_hand.discard, self.weeks.by_hand.add)[pieces != self.weeks.per_week](
                week
            )

    @precondition(lambda self: self.weeks.places)
    @rule(pieces=st.integers(1, 4))
    def every_week_is_another(self, pieces: int) -> None:
        things = frozenset(self.stage.made_to_order)
        wish = Wish("Batik tulis", pieces, HORIZON, things)
        with transaction():
            capacity.save(self.stage.shops[1], self.stage.quota, wish, now=clock.now())
        self.weeks.usual(pieces, self.now, self._used())

    def _used(self) -> Counter[date]:
        return self.weeks.taken(self.model.purchases.values())
