"""The market as it must be, worked out from what was done; nothing is read here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from tests.machine.carts import Carts
from tests.machine.places import Weeks
from tests.machine.things import (
    HAS,
    LIVE,
    MONEY,
    OWN,
    PAGE_OPEN,
    TRANSFER_KEPT,
    Balances,
    Dispute,
    Order,
    Payment,
    Purchase,
    Refund,
    Shelf,
    answer_by,
    must,
    split,
)
from tests.machine.twice import keeps_promises


class Model(Carts):
    """Everything that is so, and the reasons for what may yet become so."""

    def __init__(self, shelves: dict[int, Shelf], weeks: Weeks) -> None:
        super().__init__(shelves, weeks)
        self.accounts: Counter[str] = Counter()
        self.payable = Balances()
        self.refunds: list[Refund] = []
        self.disputes: dict[str, Dispute] = {}
        self.reasons: set[tuple[str, str]] = set()  # who wanted which order to end or be complete
        self.out: set[str] = set()  # refunds that a provider has carried out, or is about to
        self.came: dict[str, int] = {}  # rupiah on our own account that a payment has a right to

    # --- Looking ----------------------------------------------------------------------------------

    def orders(self, wanted: Callable[[Order], object] = bool) -> list[Order]:
        """Those that fit, oldest first."""
        return [
            order
            for purchase in self.purchases.values()
            for order in purchase.orders.values()
            if wanted(order)
        ]

    def payments(self, wanted: Callable[[Payment], object] = bool) -> list[Payment]:
        return [
            payment
            for purchase in self.purchases.values()
            for payment in purchase.payments.values()
            if wanted(payment)
        ]

    def waiting(self) -> list[Purchase]:
        """What is not paid and not over."""
        return [purchase for purchase in self.purchases.values() if purchase.waiting]

    def purchase_of(self, code: str) -> Purchase:
        """The one of this code, or with this order or payment."""
        return next(
            purchase
            for purchase in self.purchases.values()
            if code in (purchase.code, *purchase.orders, *purchase.payments)
        )

    # --- Buying -----------------------------------------------------------------------------------

    def placed(
        self, code: str, buyer: str, orders: Mapping[str, Order], payment: Payment
    ) -> Purchase:
        """The cart is an order now, and its pieces are kept."""
        room = self.room()
        for order_code, order in orders.items():
            order.code = order_code
            for variant, quantity in order.lines.items():
                self.carts.get(buyer, {}).pop(variant, None)
                self.shelves[variant].reserved += quantity
                chance = self.line.chance(buyer, variant, self.now)
                if chance:
                    chance.may_go = True
        self.weeks.promised(orders.values(), room)
        made = Purchase(code, buyer, dict(orders), {}, until=self.kept_until(payment.way))
        self.purchases[code] = made
        self._asked(made, payment)
        return made

    def kept_until(self, way: str) -> datetime:
        return self.now + (TRANSFER_KEPT if way in OWN else PAGE_OPEN)

    def _asked(self, purchase: Purchase, payment: Payment) -> None:
        """The digits make a sum that nobody else was told lately."""
        must((payment.digits > 0) == (payment.way in OWN), f"digits of {payment}")
        must(payment.amount == purchase.total + payment.digits, f"{payment} for {purchase}")
        alike = self.payments(
            lambda other: (
                other.way in OWN
                and payment.way in OWN
                and other.amount == payment.amount
                and (other.state in LIVE or other.made_at > self.now - timedelta(days=14))
            )
        )
        must(not alike, f"{payment} was asked for before: {alike}")
        purchase.payments[payment.code] = payment

    # --- Money comes ------------------------------------------------------------------------------

    def _goods_leave(self, purchase: Purchase) -> None:
        for variant, quantity in purchase.pieces().items():
            self.shelves[variant].on_hand -= quantity
            if purchase.goods == "held":
                self.shelves[variant].reserved -= quantity
        purchase.goods = "sold"

    def _counts(self, purchase: Purchase, payment: Payment) -> None:
        """It pays for its orders: each shop's part is held for it."""
        must(purchase.paid is None, f"{purchase} is paid twice")
        payment.counts = True
        self._goods_leave(purchase)
        self.accounts[MONEY[payment.way]] += payment.amount
        self.accounts["unique_code"] += payment.digits
        for order in purchase.orders.values():
            order.goods_held, order.postage_held = order.goods, order.postage
            self.accounts["escrow"] += order.goods
            self.accounts["shipping"] += order.postage

    def _unwanted(self, payment: Payment) -> None:
        """Late, or a second time: all of it goes back."""
        self.accounts[MONEY[payment.way]] += payment.amount
        self.promise(Refund(payment, payment.amount))

    def promise(self, refund: Refund) -> None:
        refund.payment.refunded += refund.amount
        self.accounts["refunds"] += refund.amount
        must(refund.payment.refunded <= refund.payment.amount, f"too much back: {refund}")
        self.refunds.append(refund)

    def went_back(self, refund: Refund, sign: int = 1) -> None:
        """It has left us by the way it came, or from our bank; or it lies there again."""
        refund.gone = sign > 0
        refund.payment.gone += sign * refund.due
        self.accounts["refunds"] -= sign * refund.due
        holder = "bank" if refund.by_hand else MONEY[refund.payment.way]
        self.accounts[holder] -= sign * refund.due

    # --- An order goes on -------------------------------------------------------------------------

    def _paid(self, order: Order, actor: str) -> None:
        must(order.state == "waiting", f"paid: {order}")
        purchase = self.purchase_of(order.code)
        must(purchase.paid, f"nothing paid for {order}")
        order.state, order.due = "new", answer_by(self.now)

    def _accepted(self, order: Order, actor: str) -> None:
        must(order.state == "new", f"accepted: {order}")
        order.state, order.due = "accepted", None

    def _completed(self, order: Order, actor: str) -> None:
        """The shop gets what is held, less its cut."""
        must(order.state == "accepted" and not order.contested, str(order))
        quiet = order.quiet_from is not None and order.quiet_from <= self.now
        said = order.confirmed and self._wanted(actor, order)
        must(quiet if actor == "system" else said, f"{actor}: {order}")
        for parcel in order.boxes:
            parcel.state = "received"
        self.release(order)

    def release(self, order: Order) -> None:
        """What is held of it is its shop's, less what is left of the cut."""
        cut, tax = order.cut - order.cut_away, order.tax - order.tax_away
        held = order.goods_held + order.postage_held
        self.accounts["escrow"] -= order.goods_held
        self.accounts["shipping"] -= order.postage_held
        self.accounts["commission"] += cut
        self.accounts["tax"] += tax
        self.payable[order.shop] += held - cut - tax
        order.goods_released, order.postage_released = order.goods_held, order.postage_held
        order.goods_held = order.postage_held = 0
        order.state, order.due = "completed", None

    def _expired(self, order: Order, actor: str) -> None:
        purchase = self.purchase_of(order.code)
        pages = [one for one in purchase.payments.values() if one.way not in OWN]
        over = purchase.until <= self.now or purchase.page_closed
        must(
            over or any(one.made_at + PAGE_OPEN <= self.now for one in pages), f"too soon: {order}"
        )
        self._not_paid(order)

    def _cancelled(self, order: Order, actor: str) -> None:
        """Before it was paid by its buyer; later its money goes back, while it has not left."""
        if order.state == "waiting":
            must(self._wanted("buyer", order), f"nobody gave up {order}")
            self._not_paid(order)
            return
        late = order.state == "new" and order.due is not None and order.due <= self.now
        must(late if actor == "system" else self._wanted(actor, order), f"{actor}: {order}")
        must(self.may_end(order, actor), f"cancelled by {actor}: {order}")
        if actor == "system":
            self.reasons.add(("silent", order.code))
        for parcel in order.parcels:
            parcel.state = "unpacked"
        order.state, order.due = "cancelled", None
        for variant, quantity in order.lines.items():
            self.shelves[variant].on_hand += quantity - order.gone[variant]
        self._give_back(order)

    def may_end(self, order: Order, actor: str) -> bool:
        """A buyer until something is packed, the shop and time until something has left.

        Nobody while a card bank is to decide about money it took: the buyer might be paid twice.
        """
        states = {parcel.state for parcel in order.boxes}
        over = states if actor == "buyer" else states & {"shipped", "received"}
        waits = self.undecided(self.purchase_of(order.code).paid)
        alive = order.state in ("new", "accepted") and not order.contested
        return alive and not over and not waits

    def undecided(self, payment: Payment | None) -> bool:
        """Whether a card bank is to decide about money it took."""
        return any(
            dispute.payment is payment and dispute.state in ("needs_response", "under_review")
            for dispute in self.disputes.values()
        )

    def _give_back(self, order: Order) -> None:
        """What is held for it; with the last of a purchase the digits of a transfer go as well."""
        purchase = self.purchase_of(order.code)
        payment = purchase.paid
        must(payment, f"nothing to give back: {order}")
        assert payment
        alive = any(other.state != "cancelled" for other in purchase.orders.values())
        rest = max(0, payment.amount - payment.refunded - self.taken_back(payment))
        amount = min(order.goods_held + order.postage_held, rest) if alive else rest
        goods = min(amount, order.goods_held)
        carried = min(amount - goods, order.postage_held)
        digits = amount - goods - carried
        must(digits <= payment.digits, f"{amount} for {order}")
        self.accounts["escrow"] -= order.goods_held
        self.accounts["shipping"] -= order.postage_held
        self.accounts["unique_code"] -= digits
        kept = order.goods_held + order.postage_held - goods - carried  # the card bank's doing
        self.accounts["loss"] -= kept  # and of what the market bore it gets so much again
        cut, tax = (
            left * goods // (order.goods - order.goods_returned) if goods else 0
            for left in (order.cut - order.cut_away, order.tax - order.tax_away)
        )
        order.goods_held = order.postage_held = 0
        order.goods_returned += goods
        order.cut_away, order.tax_away = order.cut_away + cut, order.tax_away + tax
        if amount:
            self.promise(Refund(payment, amount, order.code, cut, tax))

    def taken_back(self, payment: Payment) -> int:
        """What a card bank has of it now, beside what was promised to the buyer anyway."""
        taken = sum(
            dispute.amount
            for dispute in self.disputes.values()
            if dispute.payment is payment and dispute.taken and not dispute.returned
        )
        return taken - sum(one.by_bank for one in self.refunds if one.payment is payment)

    def _not_paid(self, order: Order) -> None:
        """The pieces stand on the shelf again, and lie in the cart."""
        must(order.state == "waiting", f"not paid: {order}")
        order.state, order.due = "cancelled", None
        purchase = self.purchase_of(order.code)
        if purchase.waiting:
            return
        if purchase.goods == "held":
            for variant, quantity in purchase.pieces().items():
                self.shelves[variant].reserved -= quantity
        purchase.goods = "back"
        for variant, quantity in purchase.pieces().items():
            if variant not in self.carts.get(purchase.buyer, {}):
                self._lies(purchase.buyer, variant, quantity)

    def _wanted(self, actor: str, order: Order) -> bool:
        return (actor, order.code) in self.reasons

    # --- Disputes ---------------------------------------------------------------------------------

    def dispute_moved(self, dispute: Dispute, state: str, *, taken: bool, returned: bool) -> None:
        """The bank took the money, gave it back, or keeps it; then each order bears its share."""
        holder = MONEY[dispute.payment.way]
        if taken and not dispute.taken:
            self.accounts[holder] -= dispute.amount
            self.accounts["disputes"] += dispute.amount
        if returned and not dispute.returned:
            self.accounts[holder] += dispute.amount
            self.accounts["disputes"] -= dispute.amount
        dispute.state, dispute.taken, dispute.returned = state, taken, returned
        if state == "lost" and not dispute.closed:
            self._lost(dispute)
        dispute.closed = state in ("won", "lost", "dropped")

    def together(self, order: Order) -> None:
        """What lay apart for a complaint is in escrow again."""
        self.accounts["disputed"] -= order.apart
        self.accounts["escrow"] += order.apart
        order.apart = 0

    def _lost(self, dispute: Dispute) -> None:
        purchase = self.purchase_of(dispute.payment.code)
        orders = list(purchase.orders.values()) if dispute.payment.counts else []
        for order in orders:
            self.together(order)
        amount = dispute.amount - keeps_promises(self, dispute)
        bears = [order.got if order.state == "completed" else order.goods_held for order in orders]
        weights = [order.total if most else 0 for order, most in zip(orders, bears, strict=True)]
        shares = split(amount, weights) if any(weights) else [0] * len(orders)
        borne = amount
        for order, share, most in zip(orders, shares, bears, strict=True):
            part = min(share, most)
            borne -= part
            if order.state == "completed":
                self.payable[order.shop] -= part
                order.goods_taken += part
            else:
                self.accounts["escrow"] -= part
                order.goods_held -= part
        self.accounts["disputes"] -= dispute.amount
        self.accounts["loss"] += borne

    # What an order's own book may tell, and what that does; other words change nothing.
    STEPS: ClassVar[dict[str, Callable[..., None]]] = {
        "paid": _paid,
        "accepted": _accepted,
        "received": _completed,
        "completed": _completed,
        "expired": _expired,
        "cancelled": _cancelled,
    }

    # --- The books --------------------------------------------------------------------------------

    def book(self) -> dict[str, int]:
        """Every account in which something must lie."""
        book = {name: amount for name, amount in self.accounts.items() if amount}
        owed = sum(self.payable.values())
        return book | ({"payable": owed} if owed else {})

    def balances(self) -> bool:
        """What the market has and spends is what it owes and earns."""
        book = self.book()
        has = sum(amount for name, amount in book.items() if name in HAS)
        return has * 2 == sum(book.values())
