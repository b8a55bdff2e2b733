"""Accounts of makers, and transfers between the market's balance and theirs."""

from __future__ import annotations

from tests.stand_ins.stripe_simulator import objects
from tests.stand_ins.stripe_simulator.aftermath import Aftermath
from tests.stand_ins.stripe_simulator.objects import Refusal, Thing


class Connect(Aftermath):
    """Money to the makers; nobody can send more than they hold."""

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            super().forget()
            self.accounts: dict[str, Thing] = {}
            self.transfers: dict[str, Thing] = {}
            self.reversals: dict[str, Thing] = {}
            self.balances: dict[str, int] = {}

    def open_account(self, *, able: bool = True, name: str | None = None) -> Thing:
        """A maker has joined; Stripe trusts them, or still wants papers."""
        with self._lock:
            account = objects.account(able=able, now=self.now())
            account["id"] = name or account["id"]
            self.accounts[account["id"]] = account
            self.balances[account["id"]] = 0
            self._emit("account.updated", account)
            return account

    def pay_out(self, account: str) -> None:
        """The maker's own bank takes everything: nothing is left to reverse."""
        self.balances[account] = 0

    def transfer(self, form: Thing) -> Thing:
        with self._lock:
            account = self.accounts.get(form["destination"])
            if account is None:
                raise Refusal(
                    f"No such destination: '{form['destination']}'",
                    code="resource_missing",
                    param="destination",
                    stored=True,
                )
            if account["capabilities"]["transfers"] != "active":
                raise Refusal(
                    "The destination account lacks the capability `transfers`.",
                    code="insufficient_capabilities_for_transfer",
                    stored=True,
                )
            amount = int(form["amount"])
            if amount > self.balance:
                raise Refusal(
                    "You have insufficient available funds in your Stripe account.",
                    code="balance_insufficient",
                    stored=True,
                )
            transfer = objects.transfer(form, amount=amount, now=self.now())
            self.transfers[transfer["id"]] = transfer
            self.balance -= amount
            self.balances[account["id"]] += amount
            self._emit("transfer.created", transfer)
            return transfer

    def reverse(self, identity: str, form: Thing) -> Thing:
        """Take back, as far as the maker's balance and the transfer reach."""
        with self._lock:
            transfer = self._found(self.transfers, identity, "transfer")
            left = transfer["amount"] - transfer["amount_reversed"]
            amount = int(form.get("amount", left))
            if not 0 < amount <= left:
                raise Refusal("The reversal is larger than the transfer.", stored=True)
            account = transfer["destination"]
            if amount > self.balances[account]:
                raise Refusal(
                    "The connected account has insufficient funds.",
                    code="balance_insufficient",
                    stored=True,
                )
            reversal = objects.reversal(transfer, form, amount=amount, now=self.now())
            self.reversals[reversal["id"]] = reversal
            transfer["amount_reversed"] += amount
            transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
            transfer["reversals"]["data"].insert(0, reversal)
            self.balances[account] -= amount
            self.balance += amount
            self._emit("transfer.reversed", transfer)
            return reversal
