"""Keeping watch at Stripe: disputes, every payment in the account, and messages told again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from marketplace.adapters.stripe_wire import StripeWire
from marketplace.adapters.stripe_words import (
    CURRENCY,
    from_stripe_amount,
    parse_event,
    understand,
)
from marketplace.core.money import ZERO
from marketplace.orders.watch_ports import DisputeReading, DisputeSide, MoneyThere, ToldAgain

DISPUTE_SIDES = {
    "warning_needs_response": DisputeSide.INQUIRY,
    "warning_under_review": DisputeSide.INQUIRY_ANSWERED,
    "warning_closed": DisputeSide.DROPPED,
    "prevented": DisputeSide.DROPPED,
    "needs_response": DisputeSide.NEEDS_RESPONSE,
    "under_review": DisputeSide.UNDER_REVIEW,
    "won": DisputeSide.WON,
    "lost": DisputeSide.LOST,
}
MOST_KINDS = 20  # what one listing of events may ask for
OUR_CODES = ("payment_code", "hold_code", "charge_code")


class StripeWatch(StripeWire):
    """Everything that happened in the account, whoever did it."""

    def read_dispute(self, reference: str) -> DisputeReading:
        """How a dispute stands."""
        return understand(dispute_reading, self._ask(self._stripe.disputes.retrieve, reference))

    def find_disputes(self, *, since: datetime) -> Iterator[DisputeReading]:
        """Every dispute in rupiah since then; others cannot be about payments of ours."""
        for dispute in self._each(self._stripe.disputes.list, _since(since)):
            if dispute["currency"] == CURRENCY:
                yield understand(dispute_reading, dispute)

    def find_money(self, *, since: datetime) -> Iterator[MoneyThere]:
        """Every charge since then that reserves or took money."""
        for charge in self._each(self._stripe.charges.list, _since(since)):
            let_go = charge["refunded"] and not charge["captured"]
            if charge["status"] == "succeeded" and not let_go:
                yield understand(money_there, charge)

    def find_events(self, *, since: datetime, kinds: Collection[str]) -> Iterator[ToldAgain]:
        """Every message of these kinds that Stripe still keeps, which is a month's."""
        wanted = sorted(kinds)
        for start in range(0, len(wanted), MOST_KINDS):
            params = {**_since(since), "types": wanted[start : start + MOST_KINDS]}
            for said in self._each(self._stripe.events.list, params):
                body = json.dumps(said, default=str)
                yield ToldAgain(event=parse_event(body.encode()), body=body)


def _since(moment: datetime) -> dict[str, Any]:
    return {"created": {"gte": int(moment.timestamp())}}


def dispute_reading(dispute: Mapping[str, Any]) -> DisputeReading:
    """A dispute; whether its money is away follows from what was moved for it, not its state."""
    if dispute["currency"] != CURRENCY:
        raise ValueError("a dispute about a payment of ours is in rupiah")
    due_by = (dispute.get("evidence_details") or {}).get("due_by")
    moved = sum(line["amount"] for line in dispute["balance_transactions"])
    return DisputeReading(
        reference=dispute["id"],
        payment_reference=dispute.get("payment_intent"),
        side=DISPUTE_SIDES[dispute["status"]],
        amount=from_stripe_amount(dispute["amount"]),
        reason=dispute["reason"],
        money_away=moved < 0,
        evidence_due_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
        opened_at=datetime.fromtimestamp(dispute["created"], UTC),
        livemode=dispute["livemode"],
    )


def money_there(charge: Mapping[str, Any]) -> MoneyThere:
    """A charge with whichever of our codes it carries."""
    ours = charge["currency"] == CURRENCY
    metadata = charge.get("metadata") or {}
    taken = charge["amount_captured"] if charge["captured"] else charge["amount"]
    # what a part capture lets go is counted as refunded too, but it never was taken
    refunded = max(0, charge["amount_refunded"] - (charge["amount"] - taken))
    return MoneyThere(
        reference=charge["id"],
        payment_reference=charge.get("payment_intent"),
        metadata_codes=frozenset(metadata[name] for name in OUR_CODES if metadata.get(name)),
        amount=from_stripe_amount(taken) if ours else None,
        captured=charge["captured"],
        refunded=from_stripe_amount(refunded) if ours else ZERO,
        made_at=datetime.fromtimestamp(charge["created"], UTC),
        livemode=charge["livemode"],
    )
