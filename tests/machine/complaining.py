"""Buyers who complain about what came, the shop's answer, and the officers who decide."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.flows import complaining
from marketplace.flows.complaining import Shop
from marketplace.orders.complaints.complaints import Filed
from marketplace.orders.complaints.states import Kind, Wish
from tests.machine.market import Market
from tests.machine.things import Complaint, Order

PARTS = st.sampled_from(["all", "all", "half", "one", "more"])
# what a buyer may say of it, and when
SAYS = {
    "accept": ("offered",),
    "pass_on": ("offered", "resent"),
    "received": ("resent",),
    "withdraw": ("asked", "offered", "resending", "resent", "desk"),
}


class Complaining(Market):
    """Once for each order; while it lasts its money is held."""

    @precondition(lambda self: self.model.orders(_sent))
    @rule(data=st.data(), kind=st.sampled_from(Kind), wish=st.sampled_from(Wish), part=PARTS,
          everything=st.booleans())  # fmt: skip
    def buyer_complains(
        self, data: st.DataObject, kind: Kind, wish: Wish, part: str, everything: bool
    ) -> None:
        order = self.pick(data, self.model.orders(_on_its_way) or self.model.orders(_sent))
        assert order
        self.complains(order, self._what(data, order, everything), kind, wish, part)

    def complains(
        self, order: Order, pieces: dict[int, int], kind: Kind, wish: Wish, part: str
    ) -> None:
        """About these pieces, with this wish."""
        allowed = self.complaints.may_open(order, pieces, in_hand=kind is not Kind.NOT_ARRIVED)
        one, amount = None, 1
        if allowed:
            one = self.complaints.draw_up(order, pieces, short=kind is Kind.INCOMPLETE)
            amount = _so_much(part, one.most)
            one.again = wish is Wish.RESEND
            one.wished = {Wish.ALL: one.most, Wish.PART: amount, Wish.RESEND: 0}[wish]
            allowed = one.wished <= one.most
        filed = Filed(kind, "Retak", wish, amount, self.by_line(order, pieces))
        group = self.group(order.code)
        self.expect(
            allowed, lambda: complaining.complain(group, order.code, filed, [], by=None) == 0
        )
        if allowed and one:
            self.complaints.opened(one, in_hand=kind is not Kind.NOT_ARRIVED)

    def _what(self, data: st.DataObject, order: Order, everything: bool) -> dict[int, int]:
        """In the order of its lines: some pieces, or all that came and were not paid back."""
        if everything:
            return self.all_that_came(order)
        left = {v: self.back.left_of_line(order, v).pieces for v in self.things_of(order)}
        left = {v: data.draw(st.integers(0, max(0, many) + 1)) for v, many in left.items()}
        return {variant: many for variant, many in left.items() if many > 0}

    def all_that_came(self, order: Order) -> dict[int, int]:
        """What has left the shop and was not paid back, in the order of the lines."""
        left = {v: self.back.left_of_line(order, v).pieces for v in self.things_of(order)}
        came = {v: min(many, order.gone_out[v]) for v, many in left.items()}
        return {variant: many for variant, many in came.items() if many > 0}

    @precondition(lambda self: self.complaints.known)
    @rule(data=st.data(), say=st.sampled_from(sorted(SAYS)))
    def buyer_goes_on(self, data: st.DataObject, say: str) -> None:
        """Takes the offer, asks the dinas, is content after all."""
        one = self._some(data)
        order, group = one.order.code, self.group(one.order.code)
        allowed = one.state in SAYS[say]
        amount = one.offered if say == "accept" else 0
        if say == "accept":
            allowed = allowed and self.back.may_return(one, amount)
        words = {"words": "Kurang"} if say == "pass_on" else {}
        do = getattr(complaining, say)
        if not self.expect(allowed, lambda: do(group, order, by=None, **words) or True):
            return
        if say == "pass_on":
            self.complaints.goes_on(one, "desk")
        else:
            self.complaints.ends(one, "withdrawn" if say == "withdraw" else "settled", amount)

    @precondition(lambda self: self.complaints.known)
    @rule(data=st.data(), part=PARTS)
    def shop_offers(self, data: st.DataObject, part: str) -> None:
        one = self._some(data)
        amount = _so_much(part, one.most)
        if self.expect(
            self.complaints.may_give(one, amount),
            lambda: (
                complaining.give_back(one.order.code, self._shop(one), amount=amount, words="Maaf")
                in (True, False)
            ),
        ):
            self.complaints.gave(one, amount)

    @precondition(lambda self: self.complaints.known)
    @rule(data=st.data(), answer=st.sampled_from(["refuse", "promise", "resend", "resend"]))
    def shop_answers(self, data: st.DataObject, answer: str) -> None:
        """No; or the things again."""
        one = self._some(data)
        code, shop = one.order.code, self._shop(one)
        if answer == "refuse":
            allowed, there = one.state in ("asked", "resending"), "desk"
            done = self.expect(
                allowed, lambda: complaining.refuse(code, shop, words="Utuh", photos=[]) == 0
            )
        elif answer == "promise":
            allowed, there = one.state == "asked" and one.again, "resending"
            done = self.expect(allowed, lambda: complaining.promise(code, shop) or True)
        else:
            allowed, there = one.state == "resending", "resent"
            done = self.expect(
                allowed,
                lambda: complaining.resend(code, shop, courier="JNE", tracking="JOG2") or True,
            )
        if done:
            self.complaints.goes_on(one, there)

    @precondition(lambda self: any(one.state == "desk" for one in self.complaints.known.values()))
    @rule(data=st.data(), who=st.integers(0, 1), part=st.sampled_from(["none", "all", "half"]))
    def officer_decides(self, data: st.DataObject, who: int, part: str) -> None:
        desk = [one for one in self.complaints.known.values() if one.state == "desk"]
        one = self.pick(data, desk)
        assert one
        by, amount = self.stage.officers[who], _so_much(part, one.most)
        if self.expect(
            self.complaints.may_decide(one, amount, by),
            lambda: (
                complaining.decide(one.order.code, amount=amount, words="Sesuai foto", by=by)
                in (True, False)
            ),
        ):
            self.complaints.decided(one, amount, by)

    @precondition(lambda self: self.complaints.open_ones())
    @rule()
    def complaints_are_looked_at(self) -> None:
        """Whoever had time and said nothing."""
        complaining.see_what_is_due()

    def _some(self, data: st.DataObject) -> Complaint:
        one = self.pick(data, self.complaints.open_ones() or list(self.complaints.known.values()))
        assert one
        return one

    def _shop(self, one: Complaint) -> Shop:
        return Shop(one.order.shop, self.stage.citra)


def _so_much(part: str, most: int) -> int:
    amounts = {"none": 0, "all": most, "half": most // 2 or 1, "one": 1, "more": most + 1}
    return amounts[part]


def _on_its_way(order: Order) -> bool:
    return order.state == "accepted" and _sent(order) and not order.contested


def _sent(order: Order) -> bool:
    return order.parcel in ("ready", "shipped", "received", "next", "partly")
