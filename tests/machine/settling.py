"""Providers pay out to our own account what they hold; officers say which lines of it that is."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.flows import receipts
from marketplace.orders.bank.settlements import PaidOut
from tests.machine.banks import Banks
from tests.machine.things import WIB


class Settling(Banks):
    """What was told must be what came; a mistake is taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.paid_out: dict[str, PaidOut] = {}  # by the line of the bank

    @precondition(lambda self: self.stripe.account.balance > 100_000)
    @rule(all_of_it=st.booleans(), fee=st.sampled_from([0, 1, 2_500]))
    def stripe_pays_out(self, all_of_it: bool, fee: int) -> None:
        """Less its fee; it stands on the next statement."""
        gross = self.stripe.account.balance // (100 if all_of_it else 200)
        if gross <= fee:
            return
        self.serial += 1
        text = f"STRIPE {self.serial}"
        self.stripe.account.balance -= gross * 100
        self.paid_out[text] = PaidOut("stripe", f"po_{self.serial:06}", gross, fee)
        self.sent_to_us["stripe"] += gross
        self.printed.append((text, self.now.astimezone(WIB).date(), gross - fee))

    @precondition(lambda self: self.account.open_lines())
    @rule(data=st.data(), wrong=st.sampled_from(["", "", "", "line", "sum"]), who=st.integers(0, 1))
    def officer_tells_of_a_payout(self, data: st.DataObject, wrong: str, who: int) -> None:
        """The right line, and the wrong one; once each."""
        lines = self.account.open_lines()
        right = [line for line in lines if line.text in self.paid_out]
        line = self.pick(data, lines if wrong == "line" or not right else right)
        assert line
        told = self.paid_out.get(line.text) or PaidOut("simulator", line.text, line.amount + 1, 1)
        if wrong == "sum":
            told = PaidOut(told.provider, told.reference, told.gross + 1, told.fee)
        by = self.stage.officers[who]
        if self.expect(
            self.account.may_tell(line, told.gross, told.fee),
            lambda: receipts.from_provider(self.receipt(line), told, reason="Cocok", by=by) or True,
        ):
            self.account.told(line, told.provider, told.gross, told.fee)

    @precondition(lambda self: self.account.told_lines())
    @rule(data=st.data())
    def officer_takes_it_back(self, data: st.DataObject) -> None:
        line = self.pick(data, self.account.told_lines())
        assert line
        eka = self.stage.officers[0]
        receipts.not_from_provider(self.receipt(line), reason="Salah baris", by=eka)
        self.account.untold(line)
