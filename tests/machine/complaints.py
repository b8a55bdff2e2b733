"""Complaints as they must be: who is to act until when, and what the end does with the money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.machine.back import TWO_PERSONS_ABOVE, Back
from tests.machine.model import Model
from tests.machine.things import Complaint, Order, answer_by, must

WORKING_DAYS = {"asked": 2, "resending": 2, "desk": 3}
DAYS = {"offered": timedelta(days=3), "resent": timedelta(days=7)}
OPEN = (*WORKING_DAYS, *DAYS)


@dataclass
class Complaints:
    """By the code of their order; an order has one at most."""

    model: Model
    back: Back
    known: dict[str, Complaint] = field(default_factory=dict)

    def open_ones(self) -> list[Complaint]:
        return [one for one in self.known.values() if one.state in OPEN]

    # --- The beginning ----------------------------------------------------------------------------

    def may_open(self, order: Order, pieces: Mapping[int, int], *, in_hand: bool) -> bool:
        """Once, about pieces that are on their way or there, and of which nothing went back."""
        out = ("shipped", "received", *(("ready",) if in_hand else ()))
        sent: Counter[int] = Counter()
        for parcel in order.boxes:
            if parcel.state in out:
                sent.update(parcel.pieces)
        if order.code in self.known or order.state != "accepted" or not sent:
            return False
        left = {v: min(sent[v], self.back.left_of_line(order, v).pieces) for v in pieces}
        return bool(pieces) and all(many <= left[v] for v, many in pieces.items())

    def draw_up(self, order: Order, pieces: Mapping[int, int], *, short: bool) -> Complaint:
        """Its postage may go back when all that came is concerned, and was not just too little."""
        payment = self.model.purchase_of(order.code).paid
        assert payment
        all_there = sum(self.back.left_of_line(order, v).pieces for v in order.lines)
        all_of_it = sum(pieces.values()) == all_there and not short
        goods = sum(self.model.shelves[v].price * many for v, many in pieces.items())
        postage = order.postage_held if all_of_it else 0
        return Complaint(order, payment, dict(pieces), goods, postage, again=False, wished=0,
                         opened_at=self.model.now)  # fmt: skip

    def opened(self, one: Complaint, *, in_hand: bool) -> None:
        """Its money lies apart; who complains about a parcel in the shop has fetched it."""
        order = one.order
        if in_hand:
            for parcel in order.boxes:
                if parcel.state == "ready":
                    parcel.state, parcel.received_at = "received", self.model.now
        order.contested, order.apart = True, order.goods_held
        self.model.accounts["escrow"] -= order.apart
        self.model.accounts["disputed"] += order.apart
        self.known[order.code] = one
        self.goes_on(one, "asked")

    # --- Steps ------------------------------------------------------------------------------------

    def goes_on(self, one: Complaint, state: str) -> None:
        """Somebody else is to act, and has new time to."""
        one.state, one.due = state, self._due(state)

    def _due(self, state: str) -> datetime:
        if state in DAYS:
            return self.model.now + DAYS[state]
        return answer_by(self.model.now, WORKING_DAYS[state])

    def may_give(self, one: Complaint, amount: int) -> bool:
        """The shop: all that was wished, which must be possible; or less, as an offer."""
        if one.state not in ("asked", "resending", "desk") or amount > one.most:
            return False
        if self._enough(one, amount):
            return self.back.may_return(one, amount)
        return one.state != "desk"

    def gave(self, one: Complaint, amount: int) -> None:
        if self._enough(one, amount):
            self.ends(one, "settled", amount)
        else:
            one.offered = amount
            self.goes_on(one, "offered")

    def _enough(self, one: Complaint, amount: int) -> bool:
        return not one.again and amount >= one.wished

    def needs_another(self, one: Complaint, amount: int, by: int) -> bool:
        """Much money goes back by two officers who decide the same."""
        agreed = one.proposed is not None and one.proposed[0] == amount and one.proposed[1] != by
        much = self.back.decided_of(one.payment) + amount > TWO_PERSONS_ABOVE
        return bool(amount) and much and not agreed

    def may_decide(self, one: Complaint, amount: int, by: int) -> bool:
        if one.state != "desk" or amount > one.most:
            return False
        return self.needs_another(one, amount, by) or self.back.may_return(one, amount)

    def decided(self, one: Complaint, amount: int, by: int) -> None:
        if self.needs_another(one, amount, by):
            one.proposed = (amount, by)
            return
        self.ends(one, "decided", amount)
        self.back.decided[one.payment.code] += amount

    def lapses(self, one: Complaint, there: str) -> None:
        """Nobody answered: the shop's silence calls the dinas, the buyer's takes what there is."""
        must(one.due is not None and one.due <= self.model.now, f"too soon: {one}")
        amount = one.offered if one.state == "offered" else 0
        if one.state in ("offered", "resent") and self.back.may_return(one, amount):
            must(there == "settled", f"{one} became {there}")
            self.ends(one, "settled", amount)
        else:
            must(one.state != "desk" and there == "desk", f"{one} became {there}")
            self.goes_on(one, "desk")

    def ends(self, one: Complaint, state: str, amount: int = 0) -> None:
        """What goes back goes back once; the order is complete with the rest, or goes on with
        what had not left the shop when its buyer complained.
        """
        order = one.order
        one.state, one.due, one.back = state, None, amount
        self.model.together(order)
        if amount:
            self.back.returned(one, amount)
        order.contested = False
        if not order.left and all(
            parcel.left_at and parcel.left_at <= one.opened_at and parcel.state != "ready"
            for parcel in order.boxes
        ):
            self.model.release(order)
