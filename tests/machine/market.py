"""What every part of the machine shares: the market, its model, and the look after each step."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

import hypothesis.strategies as st
import time_machine
from hypothesis.stateful import RuleBasedStateMachine, invariant

from marketplace.core import clock
from marketplace.core.db import reading_engine
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.flows import payments, provider_messages, reconcile, worker
from marketplace.flows.parcels import Hand
from marketplace.orders import queries
from marketplace.orders.ports import GatewayDown
from marketplace.orders.views import GroupView
from tests import builders
from tests.books import Books
from tests.machine.account import Account
from tests.machine.back import Back
from tests.machine.complaints import Complaints
from tests.machine.follow import Follower
from tests.machine.purses import Purses
from tests.machine.seen import Seen
from tests.machine.stage import Stage
from tests.machine.things import OWN, Order, Purchase, must

T = TypeVar("T")
REFUSALS = (Conflict, Invalid, NotFound)


class Market(RuleBasedStateMachine):
    """One market; its rules stand in the classes of those who act."""

    stage: ClassVar[Stage]

    def __init__(self) -> None:
        super().__init__()
        self.model = self.stage.begin()
        self.purses = Purses(self.model, self.stage.places())
        self.account = Account(self.model, self.purses)
        self.back = Back(self.model)
        self.complaints = Complaints(self.model, self.back)
        self._travel = time_machine.travel(builders.NOON, tick=False)
        self._clock = self._travel.start()
        self.seen = Seen(reading_engine())
        self.follower = Follower(self.model, self.account, self.complaints)
        self.stripe = self.stage.stripe
        self.serial = 0
        self.sent_to_us: Counter[str] = Counter()  # what providers really paid out to our account
        self._checked = -1
        self.model.now = self.now

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # else there is a fault to show already
                self.come_to_rest()
        finally:
            self.seen.close()
            self._travel.stop()

    # --- After every step -------------------------------------------------------------------------

    @invariant()
    def everything_is_as_it_must_be(self) -> None:
        self.model.now = self.now
        self.seen.look()
        self.model.out = self.stage.out()
        self.look_at_line()
        self.follower.follow(self.seen, self.stage.came(), self.stage.carried)
        self.look_further()
        if self._checked != self.stage.commits:
            self._checked = self.stage.commits
            assert self.seen.connection is not None
            broken = self.stage.promises.broken(self.seen.connection)
            must(not broken, f"check-invariants: {broken}")

    def look_at_line(self) -> None:
        """Who waits for what is sold out, and what is kept for them."""

    def look_further(self) -> None:
        """What a part of the market has beside orders and their money; each asks the next."""

    def judge_further(self) -> None:
        """What must be so of it when everything has come to rest."""

    @property
    def taken_from_cards(self) -> int:
        """Rupiah at Stripe that were promised for something else than an order."""
        return 0

    def come_to_rest(self) -> None:
        """No more trouble: everything must be settled, twice the same, and as the model says."""
        self.everything_is_as_it_must_be()
        self.stripe.faults.clear()
        self.stripe.arrive()
        self.stripe.account.refunds_stay_pending = False
        for refund in list(self.stripe.account.refunds.values()):
            if refund["status"] == "pending":
                self.stripe.account.finish_refund(refund["id"], arrives=True)
        for _ in range(2):
            self.pass_time(timedelta(minutes=40))
            reconcile.run(since=reconcile.LONG_AGO)
            worker.run_due(until_empty=True)
            self.everything_is_as_it_must_be()
        books = Books()
        before = books.everything()
        again = reconcile.run(since=reconcile.LONG_AGO)
        must(again.total == 0, f"a second look found {again}")
        must(books.everything() == before, "a second look changed something")
        faults = books.faults(at_rest=True)
        must(not faults, f"the books: {faults}")
        broken = self.stage.promises.slow_ones_broken()
        must(not broken, f"check-invariants: {broken}")
        if self.stage.examples % 10 == 1:  # the same statements, but built as the command does
            broken = self.stage.promises.all_broken()
            must(not broken, f"check-invariants: {broken}")
        self._judge_money()
        for purchase in self.model.purchases.values():
            self._judge(purchase)
        self.judge_further()

    def _judge_money(self) -> None:
        """What the providers hold is what the ledger says, but for what we were not told, or wrong.

        To the rupiah.
        """
        for line in self.account.told_lines():
            provider, gross, _ = line.told or ("", 0, 0)
            self.sent_to_us[provider] -= gross
        there = {
            "clearing.stripe": self.stripe.account.balance - self.taken_from_cards * 100,
            "clearing.simulator": self.stage.played_net() * 100,
        }
        for account, held in there.items():
            held += self.sent_to_us[account.partition(".")[2]] * 100
            booked = self.seen.accounts[account] * 100
            must(
                booked == held, f"{account}: booked {booked}, {held} is there; {self.model.refunds}"
            )

    def _judge(self, purchase: Purchase) -> None:
        """Who paid in time has the order, and nothing waits for a provider any more."""
        for payment in purchase.payments.values():
            must(payment.way in OWN or payment.state not in ("asked", "open"), f"open: {payment}")
        if not purchase.promised or purchase.given_up:
            return
        for order in purchase.orders.values():
            silent = ("silent", order.code) in self.model.reasons
            must(
                order.state not in ("waiting", "cancelled")
                or order.code in purchase.ended
                or silent
                or ("let go", purchase.code) in self.model.reasons,
                f"paid in time and lost: {order} of {purchase}",
            )

    # --- What rules use ---------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return clock.now()

    def pass_time(self, wait: timedelta) -> None:
        """The clock of everybody goes on."""
        self._clock.shift(wait)
        self.model.now = self.now

    def pick(self, data: st.DataObject, some: Sequence[T]) -> T | None:
        """One of them, if there is any."""
        return some[data.draw(st.integers(0, len(some) - 1))] if some else None

    def expect(self, allowed: object, act: Callable[[], Any]) -> Any:
        """The act is done when the model allows it, and refused when not."""
        try:
            done = act()
        except REFUSALS as refusal:
            must(not allowed, f"refused: {refusal.code} {refusal.params}")
            return None
        must(allowed, "was not refused")
        return done

    def attempt(self, act: Callable[[], Any]) -> Any:
        """What a page does when a provider is silent or says no: it says so."""
        try:
            return act()
        except (*REFUSALS, GatewayDown):
            return None

    @property
    def calm(self) -> bool:
        """Whether the next call to a provider is answered as it should be."""
        waiting = self.stripe.faults._waiting
        from_here = payments.gateway("stripe")
        return not waiting and from_here._breaker._opened_at is None  # type: ignore[attr-defined]

    def group(self, code: str) -> GroupView:
        """What was bought at once, as its page shows it."""
        found = queries.group_by_code(self.model.purchase_of(code).code)
        assert found is not None
        return found

    def hand(self, order: Order) -> Hand:
        """The shop with the order's page open, as it stands."""
        row = next(row for row in self.seen.orders if row.code == order.code)
        return Hand(order.shop, self.stage.citra, row.version)

    def by_line(self, order: Order, pieces: Mapping[int, int]) -> dict[int, int]:
        """So many pieces of each thing, by the lines of the order."""
        return {row.id: pieces.get(row.variant_id, 0) for row in self._lines(order)}

    def things_of(self, order: Order) -> list[int]:
        """What was bought, in the order of the lines."""
        return [row.variant_id for row in self._lines(order)]

    def _lines(self, order: Order) -> Sequence[Any]:
        return self.seen.rows(
            f"""SELECT l.id, l.variant_id FROM order_line l JOIN shop_order o ON o.id = l.order_id
            WHERE o.code = '{order.code}' ORDER BY l.id"""
        )

    def desk(self) -> Any:
        """The play-money provider."""
        return provider_messages.simulator()
