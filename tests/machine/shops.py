"""What shops do with what was paid: accept, pack, send or hand over, refuse; and the shelf."""

from __future__ import annotations

from collections.abc import Callable

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.catalog import stock_book
from marketplace.core import clock
from marketplace.core.work import transaction
from marketplace.flows import parcels
from tests.machine.market import Market
from tests.machine.things import Order, Parcel

ACTS = ("accept", "pack", "ship", "ready", "hand_over", "unpack")
# which parcel each act needs, what becomes of it, and whether the buyer fetches it
BOXES = {
    "ship": (("packed",), "shipped", False),
    "ready": (("packed",), "ready", True),
    "hand_over": (("ready",), "received", True),
    "unpack": (("packed", "ready"), "unpacked", None),
}


class Shops(Market):
    """Two shops of one owner; the second lets things be fetched."""

    @precondition(lambda self: self.model.orders(next_act))
    @rule(data=st.data())
    def does_the_next_step(self, data: st.DataObject) -> None:
        order = self.pick(data, self.model.orders(next_act))
        assert order
        self._act(data, order, next_act(order))

    def do(self, order: Order, act: str) -> None:
        """The plain next step, with all that is left."""
        if act == "pack":
            self._packed(order, self.hand(order), None, order.left, allowed=True)
        else:
            self._act(None, order, act)

    @precondition(lambda self: self.model.orders())
    @rule(data=st.data(), act=st.sampled_from(ACTS), old_page=st.booleans())
    def does_anything(self, data: st.DataObject, act: str, old_page: bool) -> None:
        """Out of turn it is refused, and so is a page that shows an earlier state."""
        order = self.pick(data, self.model.orders())
        assert order
        self._act(data, order, act, old_page=old_page)

    def _act(
        self, data: st.DataObject | None, order: Order, act: str, *, old_page: bool = False
    ) -> None:
        hand = self.hand(order)
        if old_page:
            hand = parcels.Hand(hand.ikm_id, hand.by, hand.version - 1)
        if act == "accept":
            allowed = order.state == "new" and not old_page
            self.expect(allowed, lambda: parcels.accept(order.code, hand))
        elif act == "pack" and data:
            self._pack(data, order, hand, fresh=not old_page)
        else:
            self._move(data, order, act, hand, fresh=not old_page)

    def _pack(self, data: st.DataObject, order: Order, hand: parcels.Hand, *, fresh: bool) -> None:
        """Some of what is left, or, when nothing is said, all of it; more than that is refused."""
        wanted = {
            variant: data.draw(st.integers(0, quantity))
            for variant, quantity in order.lines.items()
        }
        all_ = not any(wanted.values())
        pieces = order.left if all_ else {v: many for v, many in wanted.items() if many}
        there = all(many <= order.left.get(variant, 0) for variant, many in pieces.items())
        allowed = order.state == "accepted" and pieces and there and fresh
        some = None if all_ else self.by_line(order, wanted)
        self._packed(order, hand, some, pieces, allowed=allowed)

    def _packed(
        self,
        order: Order,
        hand: parcels.Hand,
        some: dict[int, int] | None,
        pieces: dict[int, int],
        *,
        allowed: object,
    ) -> None:
        if self.expect(allowed, lambda: parcels.pack(order.code, hand, some) or True):
            order.parcels.append(Parcel(len(order.parcels) + 1, dict(pieces)))

    def _move(
        self,
        data: st.DataObject | None,
        order: Order,
        act: str,
        hand: parcels.Hand,
        *,
        fresh: bool,
    ) -> None:
        """The parcel of this number, or the first that waits for it."""
        before, there, fetched = BOXES[act]
        numbers = [parcel.number for parcel in order.parcels]
        some = [1, *numbers] if act == "unpack" else [None, *numbers]
        number = data.draw(st.sampled_from(some)) if data else None
        fitting = [
            parcel
            for parcel in order.boxes
            if parcel.state in before and number in (None, parcel.number)
        ]
        right = order.state == "accepted" and fetched in (None, order.fetched)
        more: dict[str, object] = {"number": number}
        if act == "ship":
            more |= {"courier": "JNE", "tracking": "JOG1"}
        do: Callable[..., object] = getattr(parcels, act)
        if self.expect(right and fitting and fresh, lambda: do(order.code, hand, **more) or True):
            parcel = fitting[0]
            parcel.state = there
            if there == "received":
                parcel.received_at = self.now
            elif there != "unpacked":
                parcel.left_at = self.now

    @precondition(lambda self: self.model.orders(_paid))
    @rule(data=st.data())
    def refuses(self, data: st.DataObject) -> None:
        order = self.pick(data, self.model.orders(_paid))
        assert order
        self.model.reasons.add(("shop", order.code))
        allowed, hand = self.model.may_end(order, "shop"), self.hand(order)
        self.expect(allowed, lambda: parcels.refuse(order.code, hand, reason="Bahan habis") or True)
        if allowed:
            self.model.purchase_of(order.code).ended.add(order.code)
        self.everything_is_as_it_must_be()
        self.model.reasons.discard(("shop", order.code))

    @rule(thing=st.integers(0, 3), pieces=st.integers(0, 9))
    def types_another_number(self, thing: int, pieces: int) -> None:
        """For the shelf; less than what buyers are paying for is refused."""
        variant = self.stage.variants[thing]
        shelf = self.model.shelves[variant]

        def write() -> bool:
            with transaction():
                stock_book.set_on_hand(variant, pieces, by=self.stage.citra, now=clock.now())
            return True

        if self.expect(pieces >= shelf.kept, write):
            shelf.on_hand = pieces


def _paid(order: Order) -> bool:
    return order.state != "waiting"


def next_act(order: Order) -> str:
    """What a diligent shop does now."""
    if order.state != "accepted":
        return "accept" if order.state == "new" else ""
    states = {parcel.state for parcel in order.boxes}
    if "packed" in states:
        return "ready" if order.fetched else "ship"
    return "pack" if order.left else "hand_over" if "ready" in states else ""
