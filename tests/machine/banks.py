"""Our own account, card banks, and the officers who look at both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.core import clock
from marketplace.core.work import transaction
from marketplace.flows import payments, receipts, refunding
from marketplace.orders.bank import statements
from tests.machine.account import Line
from tests.machine.buyers import Buyers
from tests.machine.things import OWN, WIB, Dispute, Payment, Purchase, must

HEAD = "Tanggal;Keterangan;Jumlah;Arah;Saldo"
DECISIONS = ("assign", "assign", "back", "aside", "offer")
Thing = dict[str, Any]
NEXT = {
    "warning_needs_response": ("needs_response", "warning_closed"),
    "needs_response": ("under_review", "won", "lost"),
    "under_review": ("won", "lost"),
}


class Banks(Buyers):
    """Statements are written by the bank, imported by Eka or Fajar, and read line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.printed: list[tuple[str, date, int]] = []  # text, day, rupiah
        self.leaving: list[tuple[str, date, int]] = []  # the same of money that went out

    def transfers(self, payment: Payment, amount: int) -> None:
        """The bank prints it on its next statement."""
        text = f"TRSF {len(self.printed)} {payment.code}"
        self.printed.append((text, self.now.astimezone(WIB).date(), amount))

    @rule(rupiah=st.integers(1, 200_000))
    def money_of_nobody_comes(self, rupiah: int) -> None:
        self.printed.append((f"BUNGA {len(self.printed)}", self.now.astimezone(WIB).date(), rupiah))

    # --- Statements -------------------------------------------------------------------------------

    @precondition(lambda self: self.printed or self.leaving)
    @rule(back=st.integers(1, 6), order=st.randoms(use_true_random=False))
    def statement_is_imported(self, back: int, order: object) -> None:
        """With the lines that are new, and some that an earlier one brought."""
        new = [one for one in self.printed if one[0] not in self.account.lines]
        old = [one for one in self.printed if one[0] in self.account.lines][-back:]
        lines, out = old + new, self.leaving[-6:]
        if not lines and not out:
            return
        order.shuffle(lines)  # type: ignore[attr-defined]
        eka, now = self.stage.officers[0], clock.now()
        with transaction():
            code = statements.send(
                self.stage.account_id, "mutasi.csv", _csv(lines, out), by=eka, now=now
            )
        columns = statements.look(code, now=now).columns
        fresh = receipts.keep_statement(code, columns, by=eka)
        for text, _, amount in out:
            self.purses.left_us(text, amount)
        must(fresh == sum(self.account.read(*line) for line in lines), f"{fresh} of {lines}")

    @precondition(lambda self: self.model.payments(_to_our_account))
    @rule(data=st.data())
    def officer_confirms_a_transfer(self, data: st.DataObject) -> None:
        """Seen on the account, before any statement."""
        payment = self.pick(data, self.model.payments(_to_our_account))
        assert payment
        self.confirms(payment)

    def confirms(self, payment: Payment) -> None:
        """Once."""
        if payment.state != "paid":
            self.model.came[payment.code] = payment.amount
        eka, amount = self.stage.officers[0], payment.amount
        self.expect(
            payment.state != "paid",
            lambda: payments.confirm_transfer(payment.code, amount=amount, by=eka),
        )

    # --- Lines that no order could use ------------------------------------------------------------

    @precondition(lambda self: self.account.open_lines())
    @rule(data=st.data(), what=st.sampled_from(DECISIONS), who=st.integers(0, 1))
    def officer_decides_on_a_line(self, data: st.DataObject, what: str, who: int) -> None:
        line = self.pick(data, self.account.open_lines())
        assert line
        code, by = self.receipt(line), self.stage.officers[who]
        words = {"reason": "Sudah dicek", "by": by}
        if what == "assign":
            self._assign(data, line, code, by)
        elif what == "offer":
            if self.expect(
                self.account.may_offer(line), lambda: receipts.offer(code, **words) or True
            ):
                self.account.offered(line)
        elif what == "aside":
            receipts.set_aside(code, **words)
            self.account.set_aside(line)
        else:
            receipts.give_back(code, **words)
            found = self.seen.rows("SELECT code FROM receipt_return ORDER BY id DESC LIMIT 1")
            self.account.goes_back(line, found[0].code, by)

    def _assign(self, data: st.DataObject, line: Line, code: str, by: int) -> None:
        payment = self.pick(data, self.model.payments())
        if payment is None:
            return
        allowed = self.account.may_assign(line, payment)
        met = self.expect(
            allowed, lambda: receipts.assign(code, payment.code, reason="Nama cocok", by=by)
        )
        if met:
            self.account.assigned(line, payment)

    @precondition(lambda self: self.account.returns)
    @rule(data=st.data(), who=st.integers(0, 1))
    def money_is_sent_back(self, data: st.DataObject, who: int) -> None:
        """From the bank, once; above the limit not by who decided it."""
        code = self.pick(data, list(self.account.returns))
        assert code
        back, by = self.account.returns[code], self.stage.officers[who]
        if self.expect(
            self.account.may_send(back, by),
            lambda: receipts.sent_back(code, reference="TF1", by=by) or True,
        ):
            self.account.sent(back)

    @precondition(lambda self: self.account.offers())
    @rule(data=st.data())
    def buyer_takes_the_offer(self, data: st.DataObject) -> None:
        """What came too late pays for the same things after all, as an order of its own."""
        line = self.pick(data, self.account.offers())
        assert line
        assert line.payment
        code, before = self.receipt(line), self.model.purchase_of(line.payment.code)
        group, allowed = self.group(before.code), self.account.may_accept(line)
        if self.expect(allowed, lambda: receipts.accept_offer(code, group.id)):
            self._again(before, line)
        elif line.state == "offered" and line.offered_until > self.now:  # type: ignore[operator]
            line.state, line.offered_until = "late", None  # the goods are gone

    def _again(self, before: Purchase, line: Line) -> None:
        self.seen.look_at_orders()
        code = self.seen.orders[-1].purchase
        orders = {
            order.shop: self.model._order(order.shop, dict(order.lines), fetched=order.fetched)
            for order in before.orders.values()
        }
        old = line.payment
        assert old
        made = self._open_again(code, before.buyer, orders, old)
        self.account.pays(made.last, [line])

    def _open_again(
        self, code: str, buyer: str, orders: dict[int, object], old: Payment
    ) -> Purchase:
        old.way, way = f"{old.way} before", old.way  # its amount is the new one's now
        try:
            carts = {name: dict(cart) for name, cart in self.model.carts.items()}
            made = self._know(code, buyer, orders)
            self.model.carts = carts
        finally:
            old.way = way
        return made

    @precondition(lambda self: self.account.offers())
    @rule()
    def offers_lapse(self) -> None:
        self.account.lapse()
        receipts.lapse_offers()

    def receipt(self, line: Line) -> str:
        return str(next(row.code for row in self.seen.lines if row.text == line.text))

    # --- Refunds ----------------------------------------------------------------------------------

    @precondition(lambda self: self.model.refunds)
    @rule(data=st.data())
    def officer_sends_a_refund(self, data: st.DataObject) -> None:
        """What came by transfer goes back by hand; what a provider holds, when it would not."""
        refund = self.pick(data, self.model.refunds)
        assert refund
        own, eka = refund.payment.way in OWN, self.stage.officers[0]
        allowed = refund.state == "failed" and not self.model.undecided(refund.payment)
        if own:
            allowed = refund.state != "done"
        refund.by_hand = allowed and not own or refund.by_hand
        self.expect(allowed, lambda: refunding.sent_by_hand(refund.code, by=eka) or True)

    @rule(waits=st.booleans())
    def refunds_wait_at_the_card_bank(self, waits: bool) -> None:
        self.stripe.account.refunds_stay_pending = waits

    @precondition(lambda self: self._waiting_refunds())
    @rule(data=st.data(), arrives=st.booleans())
    def card_bank_takes_a_refund(self, data: st.DataObject, arrives: bool) -> None:
        """Or sends it back."""
        refund = self.pick(data, self._waiting_refunds())
        assert refund
        self.stripe.account.finish_refund(refund["id"], arrives=arrives)

    @precondition(lambda self: self._carried_out())
    @rule(data=st.data())
    def refund_comes_back(self, data: st.DataObject) -> None:
        """Days later the buyer's bank would not have it."""
        refund = self.pick(data, self._carried_out())
        assert refund
        self.stripe.account.finish_refund(refund["id"], arrives=False)

    # --- Disputes ---------------------------------------------------------------------------------

    @precondition(lambda self: self._disputable())
    @rule(data=st.data(), inquiry=st.booleans())
    def buyer_complains_to_the_bank(self, data: st.DataObject, inquiry: bool) -> None:
        row = self.pick(data, self._disputable())
        assert row
        amount = row["amount"] - row["refunded"]
        made = self.stripe.account.dispute(row["payment_intent"], amount=amount, inquiry=inquiry)
        code = row["payment_code"]
        payment = self.model.purchase_of(code).payments[code]
        payment.disputed = True
        self.model.disputes[made["id"]] = Dispute(payment, amount // 100)

    @precondition(lambda self: self._open_disputes())
    @rule(data=st.data())
    def bank_goes_on(self, data: st.DataObject) -> None:
        """It takes the money after all, reads our answer, decides."""
        dispute = self.pick(data, self._open_disputes())
        assert dispute
        there = data.draw(st.sampled_from(NEXT[dispute["status"]]))
        self.stripe.account.move_dispute(dispute["id"], there)

    def _disputable(self) -> list[Thing]:
        """What came by card, is known to us, and has not all gone back."""
        paid = self.model.payments(lambda one: one.state == "paid" and not one.disputed)
        known = {payment.code for payment in paid}
        return [
            row
            for row in self.stripe.account.audit()
            if row["payment_code"] in known and row["amount"] > row["refunded"]
        ]

    def _open_disputes(self) -> list[Thing]:
        return [one for one in self.stripe.account.disputes.values() if one["status"] in NEXT]

    def _carried_out(self) -> list[Thing]:
        return [one for one in self.stripe.account.refunds.values() if one["status"] == "succeeded"]

    def _waiting_refunds(self) -> list[Thing]:
        return [one for one in self.stripe.account.refunds.values() if one["status"] == "pending"]


def _to_our_account(payment: Payment) -> bool:
    return payment.way in OWN


def _csv(lines: Sequence[tuple[str, date, int]], out: Sequence[tuple[str, date, int]]) -> bytes:
    rows = [
        f'{day:%d/%m/%Y};{text};"{rupiah:,}.00";{way};'
        for some, way in ((lines, "CR"), (out, "DB"))
        for text, day, rupiah in some
    ]
    return "\r\n".join(["Mutasi rekening", HEAD, *rows, "Saldo akhir;;;;1"]).encode()
