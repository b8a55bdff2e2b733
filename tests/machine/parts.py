"""A part of an order: pieces that will not come, and what officers give back of it in two steps."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.flows import granting, part_cancelling
from marketplace.flows.parcels import Hand
from marketplace.orders.grants.grants import Wanted
from tests.machine.market import Market
from tests.machine.things import Order


class Parts(Market):
    """Buyers and shops until it is packed, officers at any time."""

    def _some_of(self, data: st.DataObject, order: Order) -> dict[int, int]:
        """So many of each thing, perhaps more than are left."""
        drawn = {v: data.draw(st.integers(0, most)) for v, most in order.lines.items()}
        return {variant: many for variant, many in drawn.items() if many}

    # --- Before it is packed ----------------------------------------------------------------------

    @precondition(lambda self: self.model.orders(_may_be_cut))
    @rule(data=st.data(), who=st.sampled_from(["buyer", "shop"]), postage=st.booleans(),
          old_page=st.sampled_from([False, False, False, True]))  # fmt: skip
    def some_pieces_will_not_come(
        self, data: st.DataObject, who: str, postage: bool, old_page: bool
    ) -> None:
        order = self.pick(data, self.model.orders(_may_be_cut))
        assert order
        pieces, hand = self._some_of(data, order), self.hand(order)
        hand = Hand(hand.ikm_id, hand.by, hand.version - old_page)
        allowed = not old_page and self.back.may_cancel(order, pieces)
        whole = allowed and self.back.is_whole(order, pieces)
        if whole:
            self.model.reasons.add((who, order.code))
            self.model.purchase_of(order.code).ended.add(order.code)
        self.expect(allowed, lambda: self._cancel(order, pieces, who, hand, postage) or True)
        if allowed and not whole:
            self.back.cancelled(order, pieces, postage=postage and who == "shop")
        self.everything_is_as_it_must_be()
        self.model.reasons.discard((who, order.code))

    def _cancel(
        self, order: Order, pieces: dict[int, int], who: str, hand: Hand, postage: bool
    ) -> None:
        some = self.by_line(order, pieces)
        if who == "shop":
            part_cancelling.shop_cancels(
                order.code, hand, some, reason="Tidak cukup bahan", postage=postage
            )
        else:
            part_cancelling.buyer_cancels(
                self.group(order.code), order.code, some, by=None, version=hand.version
            )

    @precondition(lambda self: self.model.orders(_may_be_cut))
    @rule(data=st.data())
    def shop_gives_the_postage(self, data: st.DataObject) -> None:
        order = self.pick(data, self.model.orders(_may_be_cut))
        assert order
        hand = self.hand(order)
        if self.expect(
            self.back.may_give_postage(order),
            lambda: part_cancelling.shop_gives_postage(order.code, hand, reason="Lambat") or True,
        ):
            self.back.gave_postage(order)

    # --- At any time ------------------------------------------------------------------------------

    @precondition(lambda self: self.model.orders(_paid))
    @rule(data=st.data(), who=st.integers(0, 1), all_postage=st.booleans(),
          goodwill=st.sampled_from([0, 0, 0, 999, 5_000, 5_000_001]))  # fmt: skip
    def officer_grants(
        self, data: st.DataObject, who: int, all_postage: bool, goodwill: int
    ) -> None:
        """Pieces, postage, and something of our own."""
        order = self.pick(data, self.model.orders(_paid))
        assert order
        pieces, by = self._some_of(data, order), self.stage.officers[who]
        postage = order.postage if all_postage else 0
        one = self.back.draw_up(order, pieces, postage=postage, goodwill=goodwill, by=by)
        wanted = Wanted(self.by_line(order, pieces), postage, goodwill)
        code = self.expect(
            one is not None and self.back.fits(one),
            lambda: granting.grant(order.code, wanted, reason="Datang rusak", by=by),
        )
        if code and one:
            self.back.grants[code] = one

    @precondition(lambda self: self.back.grants)
    @rule(data=st.data(), who=st.integers(0, 1))
    def grant_is_carried_out(self, data: st.DataObject, who: int) -> None:
        """Once, and above the limit by another."""
        code = self.pick(data, list(self.back.grants))
        assert code
        one, by = self.back.grants[code], self.stage.officers[who]
        if self.expect(
            self.back.may_execute(one, by), lambda: granting.execute(code, by=by)
        ):  # fmt: skip
            self.back.executed(one)

    @precondition(lambda self: self.back.grants)
    @rule(data=st.data(), who=st.integers(0, 1))
    def grant_is_withdrawn(self, data: st.DataObject, who: int) -> None:
        code = self.pick(data, list(self.back.grants))
        assert code
        one, by = self.back.grants[code], self.stage.officers[who]
        if self.expect(
            one.state == "granted",
            lambda: granting.withdraw(code, reason="Sudah beres", by=by) or True,
        ):
            one.state = "over"


def _may_be_cut(order: Order) -> bool:
    return order.state in ("new", "accepted")


def _paid(order: Order) -> bool:
    return order.state != "waiting"
