"""Buyers who wait for what is sold out, and what they do with a chance."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.catalog import stock_book
from marketplace.core import clock
from marketplace.core.work import transaction
from marketplace.flows import waiting_list
from tests import builders
from tests.machine.buyers import BUYERS, WAYS, Buyers, who
from tests.machine.line import Line, Waiter
from tests.machine.weeks import ANYTHING

WAITING = """SELECT code, state, hold_code IS NOT NULL AS kept FROM waiting ORDER BY id"""
ACTS = ("confirm", "leave", "pieces come", "pieces come", "use", "use and pay", "use and pay")


class Queue(Buyers):
    """Each by an address of their own, with the links of the letters."""

    @property
    def line(self) -> Line:
        return self.model.line

    def look_at_line(self) -> None:
        super().look_at_line()
        if self.line.waiters:
            self.line.follow(self.seen.rows(WAITING), self.model.shelves, self.now)

    def look_further(self) -> None:
        super().look_further()
        self._nobody_waits(long=False)

    def judge_further(self) -> None:
        super().judge_further()
        waiting_list.see_who_is_next()
        self.everything_is_as_it_must_be()
        self._nobody_waits(long=True)

    def _nobody_waits(self, *, long: bool) -> None:
        left = {thing: shelf.left for thing, shelf in self.model.shelves.items()}
        self.line.nobody_waits(left, self.now, long=long)

    @rule(buyer=st.sampled_from(BUYERS), thing=ANYTHING, sold_out=st.booleans(),
          confirms=st.sampled_from((True, True, False)))  # fmt: skip
    def asks_to_be_told(self, buyer: str, thing: int, sold_out: bool, confirms: bool) -> None:
        """Refused as long as there is any; but the shop may have found the rest spoilt."""
        variant = self.stage.variants[thing]
        shelf = self.model.shelves[variant]
        if sold_out:
            self._stands(variant, shelf.kept)
        known = self.line.of(buyer, variant)
        asked = self.expect(
            shelf.left == 0, lambda: waiting_list.ask(f"{buyer}@contoh.test", variant) or True
        )
        if asked and known is None:
            code = self.seen.rows("SELECT code FROM waiting ORDER BY id DESC LIMIT 1")[0].code
            made = self.line.joins(code, buyer, variant, self.now)
            if confirms:
                self._confirm(made)

    @precondition(lambda self: self.line.waiters)
    @rule(data=st.data(), act=st.sampled_from(ACTS), way=st.sampled_from(WAYS))
    def goes_on_waiting(self, data: st.DataObject, act: str, way: str) -> None:
        """With the newest letter; its link is dead when its time is over."""
        one = self.pick(data, list(self.line.waiters.values()))
        assert one
        if act == "confirm":
            self._confirm(one)
        elif act == "leave":
            token, alive = self._link(one), one.until > self.now
            if self.expect(alive, lambda: waiting_list.leave(token) or True):
                one.may_go = True
        elif act == "pieces come":
            self._stands(one.thing, self.model.shelves[one.thing].on_hand + 1)
        else:
            self._use(one)
            if one.in_cart and act == "use and pay":
                self.starts_paying(one.buyer, way, fetched=False, twice=False)

    def _confirm(self, one: Waiter) -> None:
        """The link of the first letter; with a chance it is dead."""
        token = waiting_list._token(one.code, waiting_list.ASKING)
        alive = one.state != "offered" and one.until > self.now
        if self.expect(alive, lambda: waiting_list.confirm(token) or True):
            self.line.confirms(one, self.model.shelves[one.thing].left, self.now)

    def _use(self, one: Waiter) -> None:
        token, buyer, village = self._link(one), who(one.buyer), builders.CONDONGCATUR
        alive = one.state == "offered" and one.until > self.now
        if self.expect(alive, lambda: waiting_list.use(token, buyer, village=village) or True):
            one.in_cart = True
            self.model.fill_with_chance(one.buyer, one.thing)

    def _stands(self, variant: int, pieces: int) -> None:
        """The shop says how many there are; whoever is first in line has the first of them."""
        with transaction():
            stock_book.set_on_hand(variant, pieces, by=self.stage.citra, now=clock.now())
        self.model.shelves[variant].on_hand = pieces
        self.everything_is_as_it_must_be()

    def _link(self, one: Waiter) -> str:
        """Of the newest letter."""
        purpose = waiting_list.CHANCE if one.state == "offered" else waiting_list.ASKING
        return waiting_list._token(one.code, purpose)
