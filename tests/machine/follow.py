"""The model follows what was seen, move by move; then every figure must be the model's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.machine.account import Account
from tests.machine.complaints import Complaints
from tests.machine.model import Model
from tests.machine.purses import Carried
from tests.machine.seen import Row, Seen
from tests.machine.things import LET_GO_AFTER, LIVE, OWN, Payment, Purchase, Refund, must
from tests.machine.twice import not_needed

PAYMENT_MOVES = {
    "asked": {"open", "paid", "expired", "cancelled"},
    "open": {"paid", "expired", "cancelled"},
    "expired": {"paid"},
    "cancelled": {"paid"},
    "paid": set(),
}
REFUND_MOVES = {
    "": {"asked", "sent", "done", "failed"},
    "asked": {"sent", "done", "failed"},
    "sent": {"done", "failed"},
    "failed": {"asked", "done"},
    "done": {"failed"},
}
DISPUTE_ENDS = ("won", "lost", "dropped")


class Follower:
    """Leads a model through what happened since the last look."""

    def __init__(self, model: Model, account: Account, complaints: Complaints) -> None:
        self.model, self.account, self.complaints = model, account, complaints
        self.purses = account.purses

    def follow(self, seen: Seen, came: Mapping[str, int], carried: Callable[[], Carried]) -> None:
        """`came`: rupiah that really reached a provider for each payment.

        `carried`: what providers have sent to the shops.
        """
        paid = [row for row in seen.payments if self._payment(row, came)]
        counting = {row.code for row in seen.payments if row.counts}
        ended = {step.code for step in seen.steps if step.what == "cancelled"}
        for row in seen.disputes:
            if self._came_first(row, ended):
                self._dispute(row)
        for step in seen.steps:
            if step.what == "paid":
                self._pays(step.code, counting)
            act = Model.STEPS.get(step.what)
            if act is not None:
                act(self.model, self._order(step.code), step.actor)
        for row in paid:
            if row.code not in counting:
                self._unwanted(row, seen)
        for row in seen.complaints:
            self._complaint(row)
        for row in seen.payouts:
            self._payout(row, carried)
        self._goods(seen)
        known = self._known_refunds(seen)
        for refund, row in known:
            if row.by_bank == refund.by_bank:
                self._refund(refund, row)
        for row in seen.disputes:
            self._dispute(row)
        for refund, row in known:
            self._refund(refund, row)
        self._same(seen)
        self.model.payable.looked()

    # --- Moves ------------------------------------------------------------------------------------

    def _payment(self, row: Row, came: Mapping[str, int]) -> bool:
        """True when it has just become known as paid; then the money must really be there."""
        purchase = self.model.purchases.get(row.purchase)
        must(purchase, f"nobody bought {row}")
        assert purchase
        known = purchase.payments.get(row.code)
        if known is None:
            known = self._asked_again(purchase, row)
        if row.state == known.state:
            return False
        must(row.state in PAYMENT_MOVES[known.state], f"{known} became {row.state}")
        known.state = row.state
        if row.state != "paid":
            return False
        there = self.model.came if known.way in OWN else came
        must(there.get(known.code) == known.amount, f"no money for {known}: {there}")
        return True

    def _asked_again(self, purchase: Purchase, row: Row) -> Payment:
        must(purchase.asked_again > 0, f"nobody asked for {row}")
        purchase.asked_again -= 1
        before = purchase.last
        made = Payment(row.code, row.provider, row.amount, row.unique_code, self.model.now, "asked")
        must(before.state not in LIVE or before.way in OWN or row.state in LIVE, str(row))
        self.model._asked(purchase, made)
        purchase.until = self.model.kept_until(row.provider)
        if row.state in LIVE:
            made.state = row.state
        return made

    def _pays(self, order: str, counting: set[str]) -> None:
        purchase = self.model.purchase_of(order)
        if purchase.paid is None:
            (payment,) = [one for one in purchase.payments.values() if one.code in counting]
            must(payment.state == "paid", f"counts without money: {payment}")
            self.model._counts(purchase, payment)

    def _unwanted(self, row: Row, seen: Seen) -> None:
        """It may only go back when it came twice, when the orders were over, or the goods gone."""
        purchase = self.model.purchases[row.purchase]
        over = all(order.state == "cancelled" for order in purchase.orders.values())
        gone = purchase.goods == "let go" or purchase.until + LET_GO_AFTER <= self.model.now
        must(purchase.paid or over or gone, f"{row} was wanted by {purchase}")
        self.model._unwanted(purchase.payments[row.code])

    def _goods(self, seen: Seen) -> None:
        """Goods are let go an hour after their time at the earliest, and may be kept again."""
        for purchase in self.model.purchases.values():
            held = seen.held.get(purchase.code, 0)
            if purchase.goods == "held" and not held:
                must(
                    purchase.until + LET_GO_AFTER <= self.model.now, f"let go too soon: {purchase}"
                )
                self._reserve(purchase, -1)
                purchase.goods = "let go"
                self.model.reasons.add(("let go", purchase.code))
            elif purchase.goods == "let go" and held:
                self._reserve(purchase, 1)
                purchase.goods = "held"
            wanted = purchase.pieces().total() if purchase.goods == "held" else 0
            must(held == wanted, f"{held} pieces held, {wanted} wanted: {purchase}")

    def _reserve(self, purchase: Purchase, sign: int) -> None:
        for variant, quantity in purchase.pieces().items():
            self.model.shelves[variant].reserved += sign * quantity

    def _known_refunds(self, seen: Seen) -> list[tuple[Refund, Row]]:
        known = {refund.code: refund for refund in self.model.refunds if refund.code}
        found = [(known.get(row.code) or self._promised(row), row) for row in seen.refunds]
        nameless = [refund for refund in self.model.refunds if not refund.code]
        must(not nameless, f"promised to nobody: {nameless}")
        return found

    def _refund(self, refund: Refund, row: Row) -> None:
        """It went, failed, or came back; the buyer may have had it from the card bank instead."""
        if row.by_bank > refund.by_bank:
            if refund.gone:
                self.model.went_back(refund, -1)
            not_needed(self.model, refund)
        if row.state != refund.state:
            must(row.state in REFUND_MOVES[refund.state], f"{refund} became {row.state}")
            refund.state = row.state
        if refund.gone and row.state == "failed":
            self.model.went_back(refund, -1)
        elif not refund.gone and row.state == "done" and refund.due:
            self.model.went_back(refund)
        must(
            (row.by_bank, bool(row.by_hand)) == (refund.by_bank, refund.by_hand),
            f"seen {row}, must be {refund}",
        )

    def _promised(self, row: Row) -> Refund:
        alike = [
            refund
            for refund in self.model.refunds
            if (refund.code, refund.payment.code, refund.order) == ("", row.payment, row.order_code)
            and (refund.amount, refund.cut, refund.tax)
            == (row.amount, row.commission, row.commission_tax)
        ]
        must(alike, f"nobody promised {row}; promised: {self.model.refunds}")
        alike[0].code = row.code
        return alike[0]

    def _came_first(self, row: Row, ended: set[str]) -> bool:
        """While a card bank decides no order ends; so what ended did so after its word."""
        dispute = self.model.disputes.get(row.reference)
        if dispute is None or row.state not in DISPUTE_ENDS or row.state == dispute.state:
            return False
        orders = self.model.purchase_of(dispute.payment.code).orders
        return row.state != "lost" or bool(ended & set(orders))

    def _dispute(self, row: Row) -> None:
        dispute = self.model.disputes.get(row.reference)
        must(dispute, f"nobody complained: {row}")
        assert dispute
        must(row.amount == dispute.amount, f"{dispute} became {row}")
        must(not dispute.closed or row.state == dispute.state, f"{dispute} became {row}")
        self.model.dispute_moved(
            dispute, row.state, taken=bool(row.taken), returned=bool(row.returned)
        )

    def _complaint(self, row: Row) -> None:
        one = self.complaints.known.get(row.order_code)
        must(one, f"nobody complained: {row}")
        assert one
        if row.state != one.state:
            self.complaints.lapses(one, row.state)
        must(
            (row.goods, row.postage, row.wished, row.offered or 0, row.back)
            == (one.goods, one.postage, one.wished, one.offered, one.back),
            f"seen {row}, must be {one}",
        )

    def _payout(self, row: Row, carried: Callable[[], Carried]) -> None:
        payout = self.purses.payouts.get(row.code)
        if payout is None:
            payout = self.purses.planned(row.run, row.code, row.ikm_id, row.amount, row.way)
        if row.state != payout.state:
            self.purses.carried(payout, row.state, carried())
        run = self.purses.runs[row.run]
        must((row.amount, row.run_state) == (payout.amount, run.state), f"{row}: {payout}, {run}")

    def _order(self, code: str) -> object:
        return self.model.purchase_of(code).orders[code]

    # --- Figures ----------------------------------------------------------------------------------

    def _same(self, seen: Seen) -> None:
        for row in seen.orders:
            order = self.model.purchases[row.purchase].orders[row.code]
            must(
                (row.state, row.parcel, row.goods, row.postage, row.total)
                == (order.state, order.parcel, order.goods, order.postage, order.total)
                and (row.commission, row.commission_tax) == (order.cut, order.tax),
                f"seen {row}, must be {order}",
            )
        for row in seen.payments:
            payment = self.model.purchases[row.purchase].payments[row.code]
            must(
                (row.amount, row.refunded, bool(row.counts))
                == (payment.amount, payment.refunded, payment.counts),
                f"seen {row}, must be {payment}",
            )
        for variant, shelf in self.model.shelves.items():
            must(
                seen.shelves[variant] == (shelf.on_hand, shelf.kept),
                f"shelf {variant}: seen {seen.shelves[variant]}, must be {shelf}",
            )
            must(0 <= shelf.reserved <= shelf.kept <= shelf.on_hand, f"oversold: {shelf}")
        for row in seen.lines:
            line = self.account.lines.get(row.text)
            must(line and (row.state, row.amount, row.rest) == (line.state, line.amount, line.rest),
                 f"seen {row}, must be {line}")  # fmt: skip
        must(len(seen.lines) == len(self.account.lines), "lines are missing")
        for row in seen.returns:
            back = self.account.returns[row.code]
            must((row.state == "sent") == back.sent and row.amount == back.amount, f"{row}, {back}")
        book = {name: amount for name, amount in seen.accounts.items() if amount}
        must(book == self.model.book(), f"seen {book}, must be {self.model.book()}")
        owed = {shop: amount for shop, amount in seen.payable.items() if amount}
        must(owed == {shop: amount for shop, amount in self.model.payable.items() if amount},
             f"seen {owed}, must be {self.model.payable}")  # fmt: skip
        must(self.model.balances(), f"does not balance: {self.model.book()}")
