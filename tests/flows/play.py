"""The market on which the play of shoppers is given: two shops, a provider, and what is known.

The model knows little, and that for certain: who paid in time, who gave up, what a shop refused.
Whatever happens between us and the provider, in the end the books must say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import time_machine
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import select

from marketplace import outside as house_outside
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe_gateway import StripeGateway
from marketplace.catalog.models import Variant
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import refuse_when_open, transaction
from marketplace.flows import payments, provider_messages, reconcile, worker
from marketplace.makers.models import Ikm
from marketplace.orders import ending, postage, queries
from marketplace.orders.cart import Buyer
from marketplace.orders.checkout import CartMoved, Wish
from marketplace.orders.ports import GatewayDown
from marketplace.orders.shopping import shopping
from marketplace.orders.states import OrderState
from marketplace.orders.views import GroupView
from tests import builders
from tests.books import Books
from tests.conftest import start_anew
from tests.stand_ins.stripe_simulator import Simulator, stripe_simulator

SECRET = "whsec_a_secret_for_tests"


@dataclass(slots=True)
class Bought:
    """What the model knows of one checkout."""

    code: str
    paid_in_time: bool = False
    given_up: bool = False  # the buyer ended it, or went to another way of paying
    ended: set[str] = field(default_factory=set)  # orders that somebody cancelled after paying
    accepted: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Stage:
    """The market on which the play is given."""

    home: Path
    stripe: Simulator


@contextmanager
def stage(home: Path) -> Iterator[Stage]:
    """A provider on the other end of a real wire."""
    with stripe_simulator() as stripe:
        stripe.webhooks.register("http://127.0.0.1:9/unused", SECRET)
        stripe.webhooks.holding = True  # the play delivers them itself
        yield Stage(home, stripe)


class Market(RuleBasedStateMachine):
    """Two shops, four things, and the books; the rules of the play stand in `Shoppers`."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        start_anew(self.stage.home)
        self.time = time_machine.travel(builders.NOON, tick=True)
        self.clock = self.time.start()
        self.stripe = self.stage.stripe
        self.stripe.faults.clear()
        self.stripe.account.forget()
        self.stripe.api.forget()
        self.stripe.webhooks.held.clear()
        self._connect()
        with transaction():
            postage.load_starter()
        self.shops = [builders.shop("Dapur Citra").id, builders.shop("Batik Citra").id]
        self.citra = builders.person("Citra")
        self.variants = [self._product(shop, stock) for shop in self.shops for stock in (2, 6)]
        self.bought: list[Bought] = []
        self.serial = 0
        self.let_go: set[str] = set()  # orders that lost their goods while the provider was silent
        self.books = Books()

    def teardown(self) -> None:
        try:
            self.calm_down()
        finally:
            self.time.stop()

    # --- The end ----------------------------------------------------------------------------------

    def calm_down(self) -> None:
        """No more trouble: everything must come to rest, twice the same, and as the model says."""
        self.stripe.faults.clear()
        for _ in range(4):
            self.clock.shift(timedelta(minutes=40))
            reconcile.run(since=reconcile.LONG_AGO)
            worker.run_due(until_empty=True)
        before = self.books.everything()
        assert reconcile.run(since=reconcile.LONG_AGO).total == 0
        assert self.books.everything() == before
        assert self.books.faults(at_rest=True) == []
        assert self.books.faults_with(self._net()) == []
        for known in self.bought:
            self._judge(known)

    def _judge(self, known: Bought) -> None:
        group = self._group(known.code)
        assert not any(p.live for p in group.payments if p.provider != "transfer"), group
        for order in group.orders:
            silent = order.cancel_reason == ending.WORDS["not_accepted"]
            if known.paid_in_time and not known.given_up and order.code not in known.ended:
                assert order.state not in (OrderState.WAITING, OrderState.CANCELLED) or (
                    (silent and order.code not in known.accepted) or order.code in self.let_go
                ), (known, order)
            if known.given_up and not known.paid_in_time and group.paid is None:
                assert order.state in (OrderState.WAITING, OrderState.CANCELLED), (known, order)

    # --- Small things -----------------------------------------------------------------------------

    def _net(self) -> dict[str, int]:
        """What each provider holds for each payment after what went back."""
        net = {
            row["payment_code"]: (row["amount"] - row["refunded"]) // 100
            for row in self.stripe.account.audit()
        }
        desk = provider_messages.simulator()
        assert desk is not None
        return net | self.books.simulator_net(self.stage.home / "simulator" / "payments.sqlite3")

    def _connect(self) -> None:
        gateway = StripeGateway(
            api_key="sk_test_of_the_tests",
            webhook_secrets=[SECRET],
            guard=refuse_when_open,
            api_base=self.stripe.url,
            breaker=Breaker(ticks=lambda: clock.now().timestamp()),
        )
        known = house_outside.outside()
        everybody = {**known.payments, "stripe": gateway}
        house_outside._outside = replace(known, payments=everybody)

    def _product(self, shop: int, stock: int) -> int:
        owner = db.session.get_one(Ikm, shop)
        made = builders.product(f"Barang {shop} {stock}", shop=owner, stock=stock)
        return int(
            db.session.scalars(select(Variant.id).where(Variant.product_id == made.id)).one()
        )

    def _wish(self, buyer: Buyer, way: str) -> Wish | None:
        village = builders.CONDONGCATUR
        bill = shopping(buyer, village=village, pickups=frozenset(), now=clock.now())
        if not bill.paying:
            return None
        return Wish(
            checkout_key=f"key-{self.serial}",
            shown=bill.shown(),
            recipient="Asih",
            phone="6281200000001",
            email="asih@contoh.test",
            village=village,
            address="Jalan Kaliurang 5",
            pickups=frozenset(),
            provider=way,
        )

    def _transfers(self, group: GroupView) -> None:
        """The buyer sends the very sum, and an officer finds it on the account."""
        payment = group.last_payment
        if self._try(
            lambda: payments.confirm_transfer(payment.code, amount=payment.amount, by=self.citra)
        ):
            known = self._known(group)
            if payment.live and not known.given_up:
                known.paid_in_time = True

    def _some(self, data: st.DataObject, wanted: Callable[[GroupView], object] = bool) -> GroupView:
        """One of those that were bought; one with which the act makes sense, if there is any."""
        groups = [self._group(known.code) for known in self.bought]
        fitting = [group for group in groups if wanted(group)]
        return data.draw(st.sampled_from(fitting or groups))

    def _known(self, group: GroupView) -> Bought:
        return next(known for known in self.bought if known.code == group.code)

    @staticmethod
    def _group(code: str) -> GroupView:
        group = queries.group_by_code(code)
        assert group is not None
        return group

    @staticmethod
    def _try(act: Callable[[], Any]) -> Any:
        """What a page does with a refusal: it says so, and nothing has changed."""
        try:
            return act()
        except (Conflict, GatewayDown, CartMoved):
            return None
