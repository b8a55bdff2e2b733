"""A market under every trouble Hypothesis can think of, beside a model that cannot be wrong."""

from __future__ import annotations

from datetime import timedelta

import hypothesis.strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from marketplace.core import clock
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import (
    buying,
    parcels,
    part_cancelling,
    payments,
    provider_messages,
    reconcile,
    worker,
)
from marketplace.orders import cart
from marketplace.orders.cart import Buyer
from marketplace.orders.ports import EventRefused
from marketplace.orders.states import Fulfilment, OrderState, ParcelState
from marketplace.orders.views import OrderView
from tests import builders
from tests.flows.play import Bought, Market
from tests.stand_ins.stripe_simulator import DECLINED_CARD, GOOD_CARD

FAULTS = ("refuse", "500", "500_after_effect", "drop_after_effect", "429", "409", "garbage")
CALLS = ("POST /v1/checkout/sessions$", "GET /v1/checkout/sessions/", "/expire", "/v1/refunds")
PAYING = ("stripe", "stripe", "stripe", "simulator", "transfer")
WAITS = (timedelta(minutes=3),) * 4 + (
    timedelta(minutes=31),
    timedelta(hours=3),
    timedelta(days=4),
    timedelta(days=8),
)


class Shoppers(Market):
    """Buyers, two shops, a provider that fails, and a clock that jumps."""

    # --- Buyers -----------------------------------------------------------------------------------

    @initialize(data=st.data(), first=st.sampled_from(PAYING), second=st.sampled_from(PAYING))
    def an_ordinary_morning(self, data: st.DataObject, first: str, second: str) -> None:
        """Two orders are paid before the trouble begins, so that there is something to lose."""
        for way, place in ((first, 1), (second, 3)):
            self.buys({place: 1, place - 1: 1}, way, twice=False)
            self.pays_at_once(data, comes_back=True)

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
        """All that was sent, or one of several."""
        group = self._some(data, lambda group: group.paid)
        order = data.draw(st.sampled_from(group.orders))
        number = data.draw(st.sampled_from([None, *(one.number for one in order.parcels)]))
        self._try(lambda: parcels.receive(group, order.code, by=None, number=number))

    @precondition(lambda self: self.bought)
    @rule(data=st.data())
    def gives_up_some_pieces(self, data: st.DataObject) -> None:
        group = self._some(data, lambda group: group.paid)
        order = data.draw(st.sampled_from(group.orders))
        if order.left:
            some = self._pieces(data, order)
            self._try(
                lambda: part_cancelling.buyer_cancels(
                    group, order.code, some, by=None, version=order.version
                )
            )
            self._note_the_end(order)

    # --- Shops ------------------------------------------------------------------------------------

    @precondition(lambda self: self.bought)
    @rule(data=st.data(), refuses=st.integers(0, 4))
    def shop_does_the_next_step(self, data: st.DataObject, refuses: int) -> None:
        group = self._some(data, lambda group: group.paid)
        order = data.draw(st.sampled_from(group.orders))
        hand = parcels.Hand(order.ikm_id, self.citra, order.version)
        known = self._known(group)
        if refuses == 0:
            if self._try(lambda: parcels.refuse(order.code, hand, reason="Bahan habis") or True):
                known.ended.add(order.code)
        elif self._try(lambda: self._next_step(data, order, hand) or True):
            known.accepted.add(order.code)

    def _next_step(self, data: st.DataObject, order: OrderView, hand: parcels.Hand) -> None:
        if order.state == OrderState.NEW:
            parcels.accept(order.code, hand)
        elif order.parcel in (Fulfilment.OPEN, Fulfilment.PARTLY):
            parcels.pack(order.code, hand, self._pieces(data, order))
        else:
            parcels.ship(order.code, hand, courier="JNE", tracking="JOG1")

    @precondition(lambda self: self.bought)
    @rule(data=st.data(), postage=st.sampled_from(["kept", "given", "only"]))
    def shop_has_not_all(self, data: st.DataObject, postage: str) -> None:
        """Some pieces are not there, or the postage goes back, or both."""
        group = self._some(data, lambda group: group.paid)
        order = data.draw(st.sampled_from(group.orders))
        hand = parcels.Hand(order.ikm_id, self.citra, order.version)
        if postage == "only":
            self._try(
                lambda: part_cancelling.shop_gives_postage(order.code, hand, reason="Terlambat")
            )
        elif order.left:
            some = self._pieces(data, order)
            self._try(
                lambda: part_cancelling.shop_cancels(
                    order.code, hand, some, reason="Habis", postage=postage == "given"
                )
            )
            self._note_the_end(order)

    def _note_the_end(self, order: OrderView) -> None:
        """Piece by piece the whole order may have ended."""
        for known in self.bought:
            for now in self._group(known.code).orders:
                if now.code == order.code and now.state is OrderState.CANCELLED:
                    known.ended.add(order.code)

    @precondition(lambda self: self.bought)
    @rule(data=st.data())
    def shop_opens_a_box_again(self, data: st.DataObject) -> None:
        group = self._some(data, lambda group: any(order.parcels for order in group.orders))
        order = data.draw(st.sampled_from(group.orders))
        boxes = [one.number for one in order.parcels if one.state is ParcelState.PACKED]
        hand = parcels.Hand(order.ikm_id, self.citra, order.version)
        if boxes:
            self._try(lambda: parcels.unpack(order.code, hand, data.draw(st.sampled_from(boxes))))

    @staticmethod
    def _pieces(data: st.DataObject, order: OrderView) -> dict[int, int]:
        """Some of what is left to be packed, one piece at least."""
        left = [line for line in order.lines if line.left]
        some = {line.id: data.draw(st.integers(0, line.left)) for line in left}
        return some if any(some.values()) else {line.id: line.left for line in left}

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
        self.let_go |= self.books.let_go()
