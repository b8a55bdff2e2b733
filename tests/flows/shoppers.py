"""A market under every trouble Hypothesis can think of, beside a model that cannot be wrong.

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
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from marketplace import outside as house_outside
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe_gateway import StripeGateway
from marketplace.catalog.models import Variant
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import refuse_when_open, transaction
from marketplace.flows import buying, parcels, payments, provider_messages, reconcile, worker
from marketplace.makers.models import Ikm
from marketplace.orders import cart, ending, postage, queries
from marketplace.orders.cart import Buyer
from marketplace.orders.checkout import CartMoved, Wish
from marketplace.orders.ports import EventRefused, GatewayDown
from marketplace.orders.shopping import shopping
from marketplace.orders.states import OrderState, ParcelState
from marketplace.orders.views import GroupView, OrderView
from tests import builders
from tests.books import Books
from tests.conftest import start_anew
from tests.stand_ins.stripe_simulator import DECLINED_CARD, GOOD_CARD, Simulator, stripe_simulator

SECRET = "whsec_a_secret_for_tests"
FAULTS = ("refuse", "500", "500_after_effect", "drop_after_effect", "429", "409", "garbage")
CALLS = ("POST /v1/checkout/sessions$", "GET /v1/checkout/sessions/", "/expire", "/v1/refunds")
PAYING = ("stripe", "stripe", "stripe", "simulator", "transfer")
WAITS = (timedelta(minutes=3),) * 4 + (
    timedelta(minutes=31),
    timedelta(hours=3),
    timedelta(days=4),
    timedelta(days=8),
)


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


class Shoppers(RuleBasedStateMachine):
    """Buyers, two shops, a provider that fails, and a clock that jumps."""

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
        self.books = Books()

    def teardown(self) -> None:
        try:
            self.calm_down()
        finally:
            self.time.stop()

    # --- Buyers -----------------------------------------------------------------------------------

    @rule(wanted=st.dictionaries(st.integers(0, 3), st.integers(1, 3), min_size=1, max_size=3),
          way=st.sampled_from(PAYING), twice=st.booleans())  # fmt: skip
    def buys(self, wanted: dict[int, int], way: str, twice: bool) -> None:
        """Somebody fills a cart and places it; a double press is one order."""
        self.serial += 1
        buyer = Buyer(token=f"visitor-{self.serial}")
        for place, quantity in wanted.items():
            try:
                with transaction():
                    cart.add(
                        buyer,
                        self.variants[place],
                        quantity,
                        village=builders.CONDONGCATUR,
                        now=clock.now(),
                    )
            except Conflict:  # sold out, and for no other reason
                assert self.books.left(self.variants[place]) == 0
        wish = self._wish(buyer, way)
        if wish is None:
            return
        placed = buying.place(buyer, wish)
        if twice:
            assert buying.place(buyer, wish).group_code == placed.group_code
        self.bought.append(Bought(placed.group_code))
        self._try(lambda: payments.open_page(placed.payment_code, tries=2))

    @precondition(lambda self: self.bought)
    @rule(data=st.data())
    def opens_the_pay_page(self, data: st.DataObject) -> None:
        self._try(lambda: payments.open_page(self._some(data).last_payment.code, tries=2))

    @precondition(lambda self: self.bought)
    @rule(data=st.data(), card=st.sampled_from([GOOD_CARD, GOOD_CARD, DECLINED_CARD]))
    def pays(self, data: st.DataObject, card: str) -> None:
        """With a page that is open, at the provider; we hear of it or not."""
        group = self._some(data, lambda group: group.waiting)
        payment = group.last_payment
        if payment.provider == "transfer":
            self._transfers(group)
            return
        if not payment.url:
            return
        in_time = clock.now() < payment.expires_at - timedelta(seconds=5)
        reference = payment.url.rpartition("/")[2]
        if payment.provider == "stripe":
            came = self.stripe.account.pay(reference, card=card)["payment_status"] == "paid"
        else:
            desk = provider_messages.simulator()
            assert desk is not None
            came = (desk.pay if card == GOOD_CARD else desk.decline)(reference).side == "paid"
        known = self._known(group)
        if came and in_time and not known.given_up and payment.live:
            known.paid_in_time = True

    @precondition(lambda self: self.bought)
    @rule(data=st.data(), comes_back=st.booleans())
    def pays_at_once(self, data: st.DataObject, comes_back: bool) -> None:
        """What most people do, so that the rest of an order's life is played as well."""
        self.pays(data, GOOD_CARD)
        if comes_back:
            self.comes_back_from_the_pay_page(data)

    @precondition(lambda self: self.bought)
    @rule(data=st.data())
    def comes_back_from_the_pay_page(self, data: st.DataObject) -> None:
        self._try(lambda: payments.settle(self._some(data).last_payment.code))

    @precondition(lambda self: self.bought)
    @rule(data=st.data())
    def gives_up_before_paying(self, data: st.DataObject) -> None:
        group = self._some(data, lambda group: group.waiting)
        if group.waiting and self._try(lambda: buying.cancel_unpaid(group)):
            self._known(group).given_up = True

    @precondition(lambda self: self.bought)
    @rule(data=st.data(), way=st.sampled_from(PAYING))
    def pays_another_way(self, data: st.DataObject, way: str) -> None:
        group = self._some(data, lambda group: group.waiting)
        if not group.waiting:
            return
        before = len(group.payments)
        self._try(lambda: payments.pay_again(group.id, provider=way))
        if len(self._group(group.code).payments) > before:
            known = self._known(group)
            # money on the page before: it may come back, or it may not have been known in time
            known.given_up = known.given_up or known.paid_in_time
            known.paid_in_time = False

    @precondition(lambda self: self.bought)
    @rule(data=st.data())
    def gives_up_after_paying(self, data: st.DataObject) -> None:
        group = self._some(data, lambda group: group.paid)
        order = data.draw(st.sampled_from(group.orders))
        if self._try(lambda: buying.cancel_paid(group, order.code, by=None) or True):
            self._known(group).ended.add(order.code)

    @precondition(lambda self: self.bought)
    @rule(data=st.data())
    def receives_the_parcel(self, data: st.DataObject) -> None:
        group = self._some(data, lambda group: group.paid)
        order = data.draw(st.sampled_from(group.orders))
        self._try(lambda: parcels.receive(group, order.code, by=None))

    # --- Shops ------------------------------------------------------------------------------------

    @precondition(lambda self: self.bought)
    @rule(data=st.data(), refuses=st.integers(0, 5))
    def shop_does_the_next_step(self, data: st.DataObject, refuses: int) -> None:
        group = self._some(data, lambda group: group.paid)
        order = data.draw(st.sampled_from(group.orders))
        hand = parcels.Hand(order.ikm_id, self.citra, order.version)
        known = self._known(group)
        if refuses == 0:
            if self._try(lambda: parcels.refuse(order.code, hand, reason="Bahan habis") or True):
                known.ended.add(order.code)
        elif self._try(lambda: self._next_step(order, hand) or True):
            known.accepted.add(order.code)

    @staticmethod
    def _next_step(order: OrderView, hand: parcels.Hand) -> None:
        if order.state == OrderState.NEW:
            parcels.accept(order.code, hand)
        elif order.parcel == ParcelState.OPEN:
            parcels.pack(order.code, hand)
        else:
            parcels.ship(order.code, hand, courier="JNE", tracking="JOG1")

    # --- The world --------------------------------------------------------------------------------

    @rule(kind=st.sampled_from(FAULTS), path=st.sampled_from(CALLS), times=st.integers(1, 4))
    def provider_will_fail(self, kind: str, path: str, times: int) -> None:
        self.stripe.faults.add(kind, path=path, times=times)

    @rule(data=st.data(), copies=st.integers(1, 3), kept=st.booleans())
    def message_arrives(self, data: st.DataObject, copies: int, kept: bool) -> None:
        """In any order, more than once, and again later when `kept`."""
        held = self.stripe.webhooks.held
        if not held:
            return
        event = data.draw(st.sampled_from(held))
        if not kept:
            held.remove(event)
        body, signature = self.stripe.webhooks.signed(event)
        for _ in range(copies):
            provider_messages.hear("stripe", body, signature)

    @rule(lost=st.integers(1, 20))
    def messages_are_lost(self, lost: int) -> None:
        del self.stripe.webhooks.held[:lost]

    @rule(body=st.sampled_from([b"{}", b'{"type": "checkout.session.completed"}']))
    def forged_message_is_refused(self, body: bytes) -> None:
        stamp = int(clock.now().timestamp())
        try:
            provider_messages.hear("stripe", body, f"t={stamp},v1={'0' * 64}")
        except EventRefused:
            return
        raise AssertionError("a forged message was believed")

    @rule(wait=st.sampled_from(WAITS))
    def time_passes(self, wait: timedelta) -> None:
        self.clock.shift(wait)

    @rule()
    def worker_works(self) -> None:
        self.clock.shift(timedelta(seconds=31))  # the breaker's rest is over
        worker.run_due(until_empty=True)

    @rule()
    def reconciler_looks(self) -> None:
        reconcile.reconcile_recent()

    @invariant()
    def books_balance(self) -> None:
        assert self.books.faults() == []

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
        assert self.books.faults() == []
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
                    silent and order.code not in known.accepted
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
