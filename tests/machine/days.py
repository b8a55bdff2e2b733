"""Days on which all goes well, so that what comes after is played as well."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis.stateful import initialize, precondition, rule

from marketplace.flows import parcels, paying_makers
from marketplace.orders.complaints.states import Kind, Wish
from tests.machine.buyers import WAYS
from tests.machine.complaining import Complaining
from tests.machine.paying import Paying
from tests.machine.shops import Shops, next_act
from tests.machine.things import OWN, Order, must

# what is wrong with some, and what their buyers would like
WRONG = {"broken": Wish.ALL, "dirty": Wish.PART, "lost": Wish.RESEND}
FAR = st.sampled_from(["asked", "paid", "paid", "sent", "content", *WRONG])


class Days(Paying, Shops, Complaining):
    """Whole stretches of an order's life, and of a payday, in one step."""

    @initialize(first=st.sampled_from(WAYS), second=st.sampled_from(WAYS), far=FAR, further=FAR)
    def an_ordinary_morning(self, first: str, second: str, far: str, further: str) -> None:
        """Two orders are paid before the trouble begins, so that there is something to lose."""
        for buyer, way, place, there in (("Asih", first, 1, far), ("Budi", second, 3, further)):
            for thing in (place, place - 1):
                self.puts_in_cart(buyer, thing, 1)
            self.starts_paying(buyer, way, fetched=False, twice=False)
            self.pays_the_newest()
            self.everything_is_as_it_must_be()
            if there != "asked":
                self._goes_well(self.model.orders()[-1], there)

    @precondition(lambda self: self.model.orders(_goes_on))
    @rule(data=st.data(), far=st.sampled_from(["paid", "sent", "content", *WRONG]))
    def an_order_goes_well(self, data: st.DataObject, far: str) -> None:
        order = self.pick(data, self.model.orders(_goes_on))
        assert order
        self._goes_well(order, far)

    def _goes_well(self, order: Order, far: str) -> None:
        """Seen on our account, accepted, packed, sent; and its buyer is content, or complains."""
        payment = self.model.purchase_of(order.code).last
        if order.state == "waiting" and payment.way in OWN:
            self.confirms(payment)
            self.everything_is_as_it_must_be()
        while far != "paid" and (act := next_act(order)) and not order.contested:
            self.do(order, act)
            self.everything_is_as_it_must_be()
        if far in WRONG and order.gone_out and not order.contested:
            kind = Kind.NOT_ARRIVED if far == "lost" else Kind.DAMAGED
            self.complains(order, self.all_that_came(order), kind, WRONG[far], "half")
        if far != "content" or order.contested or order.parcel not in ("shipped", "received"):
            return
        self.model.reasons.add(("buyer", order.code))
        group = self.group(order.code)
        must(parcels.receive(group, order.code, by=None), f"not complete: {order}")
        for parcel in order.boxes:
            parcel.state, parcel.confirmed_at = "received", self.now
        self.everything_is_as_it_must_be()
        self.model.reasons.discard(("buyer", order.code))

    @precondition(lambda self: self.purses.ready())
    @rule()
    def makers_are_paid(self) -> None:
        """Counted and let go, by two officers if it is much; the bank has the file."""
        self.payouts_are_planned(0)
        for run in list(self.purses.runs.values()):
            for by in self.stage.officers:
                if self.purses.may_release(run, by):
                    said = paying_makers.release(run.code, by=by)
                    must(said == self.purses.released(run, by), f"{said}: {run}")
            if run.way == "bank" and run.state == "released":
                self.taken_to_the_bank(run, self.stage.officers[0])


def _goes_on(order: Order) -> bool:
    return order.state in ("waiting", "new", "accepted")
