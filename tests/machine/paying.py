"""Officers pay the shops: runs, the bank's file, transfers at a provider, and what comes back."""

from __future__ import annotations

import csv
import io
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.flows import paying_makers, payout_accounts
from marketplace.orders.payouts.accounts import Wish
from tests.machine.banks import Banks
from tests.machine.purses import Payout, Run
from tests.machine.stage import MAKER
from tests.machine.things import WIB, must


class Paying(Banks):
    """The first shop has an account at a bank, the second one at Stripe, until they change it."""

    # --- Runs -------------------------------------------------------------------------------------

    @precondition(lambda self: any(self.model.payable.values()))
    @rule(who=st.integers(0, 1))
    def payouts_are_planned(self, who: int) -> None:
        """Every shop that can be paid, all of its balance; they are seen after this step."""
        ready = self.purses.ready()
        ways = {place.way for shop, place in self.purses.places.items() if shop in ready and place}
        runs = paying_makers.plan(by=self.stage.officers[who])
        must(len(runs) == len(ways), f"{runs} for {ready}")
        before = set(self.purses.payouts)
        self.everything_is_as_it_must_be()
        new = [one for one in self.purses.payouts.values() if one.code not in before]
        paid = {one.shop: one.amount for one in new}
        must(paid == ready, f"planned {paid}, must be {ready}")

    @precondition(lambda self: self.purses.runs)
    @rule(data=st.data(), who=st.integers(0, 1))
    def run_is_let_go(self, data: st.DataObject, who: int) -> None:
        """Once; much money by two persons."""
        run, by = self._run(data), self.stage.officers[who]
        allowed = self.purses.may_release(run, by)
        said = self.expect(allowed, lambda: paying_makers.release(run.code, by=by))
        if said:
            meant = self.purses.released(run, by)
            must(said == meant, f"{said}, must be {meant}: {run}")

    @precondition(lambda self: self.purses.runs)
    @rule(data=st.data())
    def run_is_called_off(self, data: st.DataObject) -> None:
        run, eka = self._run(data), self.stage.officers[0]
        if self.expect(
            run.state in ("planned", "approved"),
            lambda: paying_makers.cancel(run.code, reason="Salah hari", by=eka) or True,
        ):
            self.purses.called_off(run)

    @precondition(lambda self: any(run.way == "bank" for run in self.purses.runs.values()))
    @rule(data=st.data(), who=st.integers(0, 1))
    def file_is_taken_to_the_bank(self, data: st.DataObject, who: int) -> None:
        """It names what is still to be paid, to the rupiah; the bank carries all of it out once."""
        run = self.pick(data, [one for one in self.purses.runs.values() if one.way == "bank"])
        assert run
        self.taken_to_the_bank(run, self.stage.officers[who])

    def taken_to_the_bank(self, run: Run, by: int) -> None:
        gone = [one for one in run.payouts if one.state == "sent" and one.asked_by is None]
        file = self.expect(
            run.state == "released" and bool(gone), lambda: paying_makers.file_of(run.code, by=by)
        )
        if not file:
            return
        rows = list(csv.DictReader(io.StringIO(file.decode())))
        must({row["kode"]: int(row["jumlah"]) for row in rows}
             == {one.code: one.amount for one in gone}, f"{rows} of {run}")  # fmt: skip
        for payout in gone:
            if not payout.carried:
                payout.carried = True
                self._printed("TRSF KE", payout, self.leaving)

    def _printed(self, word: str, payout: Payout, where: list[tuple[str, Any, int]]) -> None:
        self.serial += 1
        text = f"{word} {self.serial} GUYUB {payout.code.upper()}"
        where.append((text, self.now.astimezone(WIB).date(), payout.amount))

    def _run(self, data: st.DataObject) -> Run:
        """One that waits for somebody, if there is any."""
        runs = list(self.purses.runs.values())
        waiting = [run for run in runs if run.state in ("planned", "approved")]
        run = self.pick(data, waiting or runs)
        assert run
        return run

    # --- One payout -------------------------------------------------------------------------------

    @precondition(lambda self: self.purses.payouts)
    @rule(data=st.data(), what=st.sampled_from(["confirm", "back", "back"]), who=st.integers(0, 1))
    def officer_saw_a_payout(self, data: st.DataObject, what: str, who: int) -> None:
        """On the bank's own page; that it came back is said by two. What a provider carries is the
        provider's to tell.
        """
        payout = self.pick(data, list(self.purses.payouts.values()))
        assert payout
        by, here = self.stage.officers[who], payout.place.way == "bank"
        if what == "back":
            allowed = here and payout.state in ("sent", "paid") and payout.asked_by != by
            act = lambda: paying_makers.came_back(payout.code, reason="Tutup", by=by)  # noqa: E731
        else:
            allowed = payout.state == "paid" or (here and payout.state == "sent")
            act = lambda: paying_makers.confirm(payout.code, reference="R1", by=by)  # noqa: E731
        if not self.expect(allowed, lambda: act() or True):
            return
        if what == "back" and payout.asked_by is None:
            payout.asked_by = by
        elif what == "back":
            self.purses.came_back(payout)
        elif payout.state == "sent":
            self.purses.arrived(payout)

    @precondition(lambda self: self._carried())
    @rule(data=st.data())
    def bank_sends_a_payout_back(self, data: st.DataObject) -> None:
        """It stands on the next statement."""
        payout = self.pick(data, self._carried())
        assert payout
        payout.bounced = True
        self._printed("RETUR", payout, self.printed)

    def _carried(self) -> list[Payout]:
        return [one for one in self.purses.payouts.values() if one.carried and not one.bounced]

    @precondition(lambda self: self._reversible())
    @rule(data=st.data())
    def provider_takes_a_payout_back(self, data: st.DataObject) -> None:
        """All of it; its message may be lost."""
        transfer = self.pick(data, self._reversible())
        assert transfer
        self.stripe.account.reverse(transfer["id"], {})

    def _reversible(self) -> list[Any]:
        account = self.stripe.account
        return [
            one
            for one in account.transfers.values()
            if not one["reversed"] and account.balances[one["destination"]] >= one["amount"]
        ]

    # --- Accounts ---------------------------------------------------------------------------------

    @precondition(lambda self: self.purses.payouts)
    @rule(shop=st.integers(0, 1), way=st.sampled_from(["bank", "stripe", "simulator"]))
    def owner_changes_the_account(self, shop: int, way: str) -> None:
        """Nothing goes there for a week, and nothing to the old one either."""
        self.serial += 1
        number = {"bank": f"00{self.serial:08}", "simulator": f"acct_{self.serial:06}"}
        wish = Wish(way, "bri" if way == "bank" else "", number.get(way, MAKER), "Bu Citra")
        ikm, before, calm = self.stage.shops[shop], self._accounts(), self.calm
        self.attempt(
            lambda: payout_accounts.change(ikm, wish, by=self.stage.citra, now=self.now)
        )  # fmt: skip
        done = self._accounts() > before
        place = self.purses.places[ikm]
        same = way == "stripe" and place is not None and place.way == "stripe"
        must(not (done and same), "the same account was taken again")
        must(done or same or (way == "stripe" and not calm), f"{wish} was refused")
        if done:
            self.purses.changed(ikm, way)

    def _accounts(self) -> int:
        return int(self.seen.rows("SELECT count(*) AS many FROM payout_account")[0].many)

    @precondition(lambda self: self.purses.payouts)
    @rule(shop=st.integers(0, 1))
    def owner_takes_the_change_back(self, shop: int) -> None:
        """While it waits."""
        ikm = self.stage.shops[shop]
        if self.expect(
            self.purses.may_take_back(ikm),
            lambda: payout_accounts.withdraw(ikm, by=self.stage.citra, now=self.now) or True,
        ):
            self.purses.took_back(ikm)
