"""Stripe Connect: transfers from the market's balance to a maker's own Stripe account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from marketplace.adapters.stripe_wire import StripeWire
from marketplace.adapters.stripe_words import (
    CURRENCY,
    code_in,
    from_stripe_amount,
    to_stripe_amount,
    understand,
)
from marketplace.core.money import Money
from marketplace.orders.payout_ports import AccountReading, PayoutReading, PayoutSide

LONGEST_METADATA = 500


class StripeTransfers(StripeWire):
    """Money to the makers, and back when it must."""

    def read_account(self, account: str) -> AccountReading:
        """Whether Stripe lets this account receive transfers and pay them out."""
        return understand(account_reading, self._ask(self._stripe.accounts.retrieve, account))

    def send(
        self, *, key: str, payout_code: str, account: str, amount: Money, description: str
    ) -> PayoutReading:
        """Send from our available balance; the group carries our code, so it can be found."""
        params: dict[str, Any] = {
            "amount": to_stripe_amount(amount),
            "currency": CURRENCY,
            "destination": account,
            "description": description,
            "transfer_group": payout_code,
            "metadata": {"payout_code": payout_code},
        }
        transfer = self._ask(self._stripe.transfers.create, params, {"idempotency_key": key})
        return understand(payout_reading, transfer)

    def read_payout(self, reference: str) -> PayoutReading:
        """What became of it."""
        return understand(payout_reading, self._ask(self._stripe.transfers.retrieve, reference))

    def find_payout(self, *, payout_code: str) -> PayoutReading | None:
        """The transfer of this group; the list is never behind."""
        for transfer in self._each(self._stripe.transfers.list, {"transfer_group": payout_code}):
            if code_in(transfer, "payout_code") == payout_code:
                return understand(payout_reading, transfer)
        return None

    def find_payouts(self, *, since: datetime) -> Iterator[PayoutReading]:
        """Every transfer of ours since then; those made by others in the account are left out."""
        made = {"created": {"gte": int(since.timestamp())}}
        for transfer in self._each(self._stripe.transfers.list, made):
            if transfer["currency"] == CURRENCY and code_in(transfer, "payout_code"):
                yield understand(payout_reading, transfer)

    def take_back(self, *, key: str, reference: str, amount: Money, reason: str) -> PayoutReading:
        """Reverse all or a part; the answer is the transfer as it stands afterwards."""
        params: dict[str, Any] = {
            "amount": to_stripe_amount(amount),
            "metadata": {"reason": reason[:LONGEST_METADATA]},
        }
        create = self._stripe.transfers.reversals.create
        self._ask(create, reference, params, {"idempotency_key": key})
        return self.read_payout(reference)


def payout_reading(transfer: Mapping[str, Any]) -> PayoutReading:
    """A transfer has arrived as soon as it exists: it moves between two balances at Stripe."""
    if transfer["currency"] != CURRENCY:
        raise ValueError("a payout of ours is in rupiah")
    return PayoutReading(
        reference=transfer["id"],
        payout_code=code_in(transfer, "payout_code"),
        account=transfer["destination"],
        side=PayoutSide.RETURNED if transfer["reversed"] else PayoutSide.DONE,
        amount=from_stripe_amount(transfer["amount"]),
        returned=from_stripe_amount(transfer["amount_reversed"]),
        livemode=transfer["livemode"],
    )


def account_reading(account: Mapping[str, Any]) -> AccountReading:
    """A maker can be paid when transfers are active and nothing stands before the payout."""
    able = (account.get("capabilities") or {}).get("transfers") == "active"
    wanted = account.get("requirements") or {}
    return AccountReading(
        account=account["id"],
        can_be_paid=able and bool(account.get("payouts_enabled")),
        missing=tuple(wanted.get("currently_due") or ()),
    )
