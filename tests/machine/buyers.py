"""What buyers do: fill a cart, pay in one way or another, change their mind, complain."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.core import clock
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import buying, parcels, payments
from marketplace.orders import cart
from marketplace.orders.cart import Buyer
from marketplace.orders.checkout import Wish
from marketplace.orders.shopping import shopping
from tests import builders
from tests.machine.market import Market
from tests.machine.things import LIVE, OWN, PAGE_OPEN, Order, Payment, Purchase, must
from tests.stand_ins.stripe_simulator import DECLINED_CARD, GOOD_CARD

WAYS = ("stripe", "stripe", "stripe", "simulator", "transfer", "qris")
BUYERS = ("Asih", "Budi", "Dewi")
MANY = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), min_size=1, max_size=3)


class Buyers(Market):
    """Three people without an account, each with a cart."""

    # --- A cart -----------------------------------------------------------------------------------

    @rule(buyer=st.sampled_from(BUYERS), thing=st.integers(0, 3), quantity=st.integers(1, 3))
    def puts_in_cart(self, buyer: str, thing: int, quantity: int) -> None:
        variant = self.stage.variants[thing]
        there = self.model.fill(buyer, variant, quantity)
        village, now = builders.CONDONGCATUR, clock.now()
        try:
            with transaction():
                added = cart.add(who(buyer), variant, quantity, village=village, now=now)
        except Conflict:
            must(there == 0, f"{buyer} was refused {quantity} of {thing}")
        else:
            must(added.quantity == there, f"{buyer} has {added.quantity}, must have {there}")

    @rule(buyer=st.sampled_from(BUYERS), things=MANY, way=st.sampled_from(WAYS),
          fetched=st.booleans(), twice=st.booleans())  # fmt: skip
    def buys(
        self, buyer: str, things: list[tuple[int, int]], way: str, fetched: bool, twice: bool
    ) -> None:
        for thing, quantity in things:
            self.puts_in_cart(buyer, thing, quantity)
        self.starts_paying(buyer, way, fetched, twice)

    @rule(buyer=st.sampled_from(BUYERS), things=MANY, way=st.sampled_from(WAYS),
          fetched=st.booleans())  # fmt: skip
    def buys_and_pays(
        self, buyer: str, things: list[tuple[int, int]], way: str, fetched: bool
    ) -> None:
        """What most people do, so that the rest of an order's life is played as well."""
        before = len(self.model.purchases)
        self.buys(buyer, things, way, fetched, twice=False)
        if len(self.model.purchases) > before:
            self.pays_the_newest()

    @precondition(lambda self: any(self.model.carts.values()))
    @rule(buyer=st.sampled_from(BUYERS), way=st.sampled_from(WAYS), fetched=st.booleans(),
          twice=st.booleans())  # fmt: skip
    def starts_paying(self, buyer: str, way: str, fetched: bool, twice: bool) -> None:
        """The whole cart, as far as it can be had; a double press is one order."""
        fetch = {self.stage.shops[1]} if fetched else set()
        orders = self.model.bill(buyer, fetch)
        wish = self._wish(buyer, way, frozenset(self.stage.shop_codes[shop] for shop in fetch))
        must((wish is None) == (not orders), f"a bill of {orders}")
        if wish is None:
            return
        placed = buying.place(who(buyer), wish)
        if twice:
            must(buying.place(who(buyer), wish).group_code == placed.group_code, "two orders")
        must(placed.total == sum(order.total for order in orders.values()), f"{placed}: {orders}")
        self._know(placed.group_code, buyer, orders)
        self.attempt(lambda: payments.open_page(placed.payment_code, tries=2))

    def _know(self, code: str, buyer: str, orders: dict[int, object]) -> Purchase:
        self.seen.look_at_orders()
        codes = {}
        for row in self.seen.orders:
            if row.purchase == code:
                codes[row.code] = orders[row.ikm_id]
        (paying,) = [row for row in self.seen.payments if row.purchase == code]
        payment = Payment(
            paying.code, paying.provider, paying.amount, paying.unique_code, self.now, "asked"
        )
        return self.model.placed(code, buyer, codes, payment)  # type: ignore[arg-type]

    def _wish(self, buyer: str, way: str, pickups: frozenset[str]) -> Wish | None:
        village = builders.CONDONGCATUR
        bill = shopping(who(buyer), village=village, pickups=pickups, now=clock.now())
        if not bill.paying:
            return None
        self.serial += 1
        return Wish(
            checkout_key=f"key-{self.serial}",
            shown=bill.shown(),
            recipient=buyer,
            phone="6281200000001",
            email="asih@contoh.test" if buyer == "Asih" else None,
            village=village,
            address="Jalan Kaliurang 5",
            pickups=pickups,
            provider=way,
        )

    # --- Money ------------------------------------------------------------------------------------

    @precondition(lambda self: self.model.waiting())
    @rule(data=st.data())
    def opens_the_pay_page(self, data: st.DataObject) -> None:
        purchase = self.pick(data, self.model.waiting())
        assert purchase
        self.attempt(lambda: payments.open_page(purchase.last.code, tries=2))

    @precondition(lambda self: self.model.payments(_on_a_page))
    @rule(data=st.data(), card=st.sampled_from([GOOD_CARD, GOOD_CARD, DECLINED_CARD]))
    def pays(self, data: st.DataObject, card: str) -> None:
        """On a page of a provider, be it the newest or one that was left; we hear of it or not."""
        payment = self.pick(data, self.model.payments(_on_a_page))
        assert payment
        self._pays_with(payment, card)

    def pays_the_newest(self) -> None:
        purchase = list(self.model.purchases.values())[-1]
        if purchase.last.way in OWN:
            self.transfers(purchase.last, purchase.last.amount)
        elif self._pays_with(purchase.last, GOOD_CARD):
            self.comes_back(purchase.last)

    def _pays_with(self, payment: Payment, card: str) -> bool:
        reference = self.page_of(payment)
        if reference is None:
            return False
        purchase = self.model.purchase_of(payment.code)
        if payment.way == "stripe":
            session = self.stripe.account.pay(reference, card=card)
            paid = session["payment_status"] == "paid"
        else:
            act = self.desk().pay if card == GOOD_CARD else self.desk().decline
            paid = act(reference).side == "paid"
        in_time = self.now < payment.made_at + PAGE_OPEN and payment.state in LIVE
        if paid and in_time and purchase.waiting and not purchase.page_closed:
            purchase.promised = True
        return bool(paid)

    def page_of(self, payment: Payment) -> str | None:
        """The provider's name of the page, when the buyer could open it."""
        rows = self.seen.rows(f"SELECT url FROM payment WHERE code = '{payment.code}'")
        return rows[0].url.rpartition("/")[2] if rows[0].url else None

    @precondition(lambda self: self.model.payments(_on_a_page))
    @rule(data=st.data())
    def comes_back_from_the_pay_page(self, data: st.DataObject) -> None:
        payment = self.pick(data, self.model.payments(_on_a_page))
        assert payment
        self.comes_back(payment)

    def comes_back(self, payment: Payment) -> None:
        """Paid, and nothing in the way: then it is known at once."""
        sure = self.calm and self.stage.came().get(payment.code)
        state = self.attempt(lambda: payments.settle(payment.code))
        must(not sure or payment.way in OWN or state == "paid", f"paid, but {state}: {payment}")

    @precondition(lambda self: self.model.payments(_to_our_account))
    @rule(data=st.data(), part=st.sampled_from(["all", "all", "all", "less", "half", "more"]))
    def sends_money(self, data: st.DataObject, part: str) -> None:
        """To our own account: the very sum, or not quite; perhaps for what is over, or again."""
        payment = self.pick(data, self.model.payments(_to_our_account))
        assert payment
        amount = payment.amount
        sent = {"all": amount, "less": amount - 1, "half": amount // 2, "more": amount + 5_000}
        self.transfers(payment, sent[part])

    def transfers(self, payment: Payment, amount: int) -> None:
        """It will stand on a statement; see `Banks`."""
        raise NotImplementedError

    # --- Another way, or not at all ---------------------------------------------------------------

    @precondition(lambda self: self.model.waiting())
    @rule(data=st.data())
    def gives_up_before_paying(self, data: st.DataObject) -> None:
        purchase = self.pick(data, self.model.waiting())
        assert purchase
        reasons = {("buyer", code) for code in purchase.orders}
        self.model.reasons |= reasons
        purchase.page_closed = True
        if self.attempt(lambda: buying.cancel_unpaid(self.group(purchase.code))):
            purchase.given_up = True
        else:
            self.model.reasons -= reasons

    @precondition(lambda self: self.model.waiting())
    @rule(data=st.data(), way=st.sampled_from(WAYS))
    def pays_another_way(self, data: st.DataObject, way: str) -> None:
        purchase = self.pick(data, self.model.waiting())
        assert purchase
        purchase.asked_again, purchase.page_closed = 1, True
        group = self.group(purchase.code)
        self.attempt(lambda: payments.pay_again(group.id, provider=way))
        if len(self.group(purchase.code).payments) == len(group.payments):
            purchase.asked_again = 0
        else:  # money on the page before: it may come back, or it may not have been known in time
            purchase.given_up = purchase.given_up or purchase.promised
            purchase.promised = purchase.page_closed = False

    @precondition(lambda self: self.model.orders(_paid))
    @rule(data=st.data())
    def gives_up_after_paying(self, data: st.DataObject) -> None:
        order = self.pick(data, self.model.orders(_paid))
        assert order
        self.model.reasons.add(("buyer", order.code))
        allowed = self.model.may_end(order, "buyer")
        group = self.group(order.code)
        self.expect(allowed, lambda: buying.cancel_paid(group, order.code, by=None))
        if allowed:
            self.model.purchase_of(order.code).ended.add(order.code)
        self.everything_is_as_it_must_be()
        self.model.reasons.discard(("buyer", order.code))

    @precondition(lambda self: self.model.orders(lambda order: order.parcels))
    @rule(data=st.data())
    def has_a_parcel(self, data: st.DataObject) -> None:
        """One of them, or all that were sent; says so, or says so again."""
        order = self.pick(data, self.model.orders(lambda order: order.parcels))
        assert order
        number = data.draw(st.sampled_from([None, *(parcel.number for parcel in order.parcels)]))
        come = [
            parcel
            for parcel in order.boxes
            if parcel.state in ("shipped", "ready", "received")
            and number in (None, parcel.number)
            and order.state == "accepted"
            and not order.contested
        ]
        self.model.reasons.add(("buyer", order.code))
        group = self.group(order.code)
        allowed = come or order.state == "completed"
        self.expect(
            allowed,
            lambda: parcels.receive(group, order.code, by=None, number=number) in (True, False),
        )
        for parcel in come:
            if parcel.confirmed_at is None:
                parcel.state, parcel.confirmed_at = "received", self.now
                parcel.received_at = parcel.received_at or self.now
        self.everything_is_as_it_must_be()
        self.model.reasons.discard(("buyer", order.code))


def _on_a_page(payment: Payment) -> bool:
    return payment.way not in OWN


def _to_our_account(payment: Payment) -> bool:
    return payment.way in OWN


def _paid(order: Order) -> bool:
    return order.state != "waiting"


def who(buyer: str) -> Buyer:
    """Without an account, known by the key of a cart."""
    return Buyer(token=f"visitor-{buyer}")
