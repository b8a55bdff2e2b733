"""One Stripe account in memory: its checkouts, payments, charges, refunds and events."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from tests.stand_ins.stripe_simulator import objects
from tests.stand_ins.stripe_simulator.objects import Refusal, Thing

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
BROKE_CARD = "4000000000009995"
# Stripe has no such cards: they stand for methods whose money comes, or fails, days later.
SLOW_CARD = "slow"
SLOW_BAD_CARD = "slow_bad"
DECLINES = {DECLINED_CARD: "card_declined", BROKE_CARD: "insufficient_funds"}

SHORTEST, LONGEST = 30 * 60, 24 * 3600
SMALLEST, LARGEST = 800_000, 999_999_999_999


class Account:
    """Everything that happened, in order; safe to use from many threads."""

    def __init__(self, tell: Callable[[Thing], None]) -> None:
        self.base = ""
        self.refunds_stay_pending = False
        self._tell = tell
        self._ahead = 0
        self._lock = threading.RLock()
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self.sessions: dict[str, Thing] = {}
            self.intents: dict[str, Thing] = {}
            self.charges: dict[str, Thing] = {}
            self.refunds: dict[str, Thing] = {}
            self.events: dict[str, Thing] = {}
            self._intent_metadata: dict[str, Thing] = {}

    def now(self) -> int:
        return int(time.time()) + self._ahead

    def advance(self, seconds: int) -> None:
        """Let time pass here; checkouts whose time is over expire."""
        with self._lock:
            self._ahead += seconds
            self._expire_due()

    # What the API does

    def create_session(self, form: Thing) -> Thing:
        with self._lock:
            total = self._checked_total(form)
            now = self.now()
            ends = int(form.get("expires_at", now + LONGEST))
            if not now + SHORTEST <= ends <= now + LONGEST:
                raise Refusal(
                    "The `expires_at` timestamp must be between 30 minutes and 24 hours from "
                    "Checkout Session creation.",
                    param="expires_at",
                )
            for name in ("success_url", "cancel_url"):
                if not str(form.get(name, "")).startswith(("http://", "https://")):
                    raise Refusal("Not a valid URL", code="url_invalid", param=name)
            session = objects.checkout_session(form, base=self.base, now=now, total=total)
            self.sessions[session["id"]] = session
            intent_data = form.get("payment_intent_data") or {}
            self._intent_metadata[session["id"]] = intent_data.get("metadata") or {}
            return session

    def _checked_total(self, form: Thing) -> int:
        if form.get("mode") != "payment" or not form.get("line_items"):
            raise Refusal("Only `mode=payment` with `line_items` is simulated.", param="mode")
        total = 0
        for line in form["line_items"]:
            price = line.get("price_data")
            if not price or price["currency"] != "idr":
                raise Refusal("Only `price_data` in idr is simulated.", param="line_items")
            total += int(price["unit_amount"]) * int(line.get("quantity", 1))
        if total < SMALLEST:
            raise Refusal("The total is too small.", code="amount_too_small", stored=True)
        if total > LARGEST:
            raise Refusal("The total is too large.", code="amount_too_large", stored=True)
        return total

    def expire_session(self, identity: str) -> Thing:
        with self._lock:
            session = self.session(identity)
            if session["status"] != "open":
                raise Refusal(
                    f'Only Checkout Sessions with a status in ["open"] can be expired. This '
                    f'Checkout Session has a status of "{session["status"]}".',
                    stored=True,
                )
            return self._expire(session)

    def session(self, identity: str) -> Thing:
        with self._lock:
            self._expire_due()
            return self._found(self.sessions, identity, "checkout.session")

    def intent(self, identity: str) -> Thing:
        return self._found(self.intents, identity, "payment_intent")

    def refund(self, form: Thing) -> Thing:
        with self._lock:
            charge = self._refunded_charge(form)
            left = charge["amount_captured"] - charge["amount_refunded"]
            amount = int(form.get("amount", left))
            if left == 0:
                raise Refusal(
                    "The charge has already been refunded.",
                    code="charge_already_refunded",
                    stored=True,
                )
            if not 0 < amount <= left:
                raise Refusal(
                    "The refund amount is greater than the unrefunded amount on the charge.",
                    param="amount",
                    stored=True,
                )
            status = "pending" if self.refunds_stay_pending else "succeeded"
            refund = objects.refund(charge, form, amount=amount, status=status, now=self.now())
            self.refunds[refund["id"]] = refund
            self._count_refunded(charge, amount)
            self._emit("refund.created", refund)
            self._emit("charge.refunded", charge)
            return refund

    def _refunded_charge(self, form: Thing) -> Thing:
        if "payment_intent" in form:
            reference = self.intent(form["payment_intent"])["latest_charge"]
        else:
            reference = form.get("charge")
        charge = self.charges.get(reference or "")
        if charge is None or not charge["captured"]:
            raise Refusal("This payment has no successful charge to refund.", stored=True)
        return charge

    def page(self, things: Iterable[Thing], form: Thing, *, url: str) -> Thing:
        """A list as Stripe gives it: newest first, filtered, at most `limit` long."""
        with self._lock:
            self._expire_due()
            found = [thing for thing in reversed(list(things)) if _matches(thing, form)]
        if after := form.get("starting_after"):
            found = found[[thing["id"] for thing in found].index(after) + 1 :]
        limit = int(form.get("limit", 10))
        return {
            "object": "list",
            "data": found[:limit],
            "has_more": len(found) > limit,
            "url": url,
        }

    # What the buyer and the banks do

    def pay(self, identity: str, *, card: str = GOOD_CARD) -> Thing:
        """The buyer presses the button on the hosted page."""
        with self._lock:
            session = self.session(identity)
            if session["status"] != "open":
                return session
            intent = self._intent_of(session)
            if card in DECLINES:
                self._decline(intent, DECLINES[card])
            elif card in {SLOW_CARD, SLOW_BAD_CARD}:
                intent["status"] = "processing"
                session.update(status="complete", url=None)
                self._emit("checkout.session.completed", session)
            else:
                self._take(intent)
                session.update(status="complete", payment_status="paid", url=None)
                self._emit("checkout.session.completed", session)
            return session

    def finish_slow(self, identity: str, *, arrives: bool) -> Thing:
        """Days later the money of a slow method arrives, or never will."""
        with self._lock:
            session = self.session(identity)
            intent = self.intents[session["payment_intent"]]
            if arrives:
                self._take(intent)
                session["payment_status"] = "paid"
                self._emit("checkout.session.async_payment_succeeded", session)
            else:
                self._decline(intent, "payment_failed")
                self._emit("checkout.session.async_payment_failed", session)
            return session

    def finish_refund(self, identity: str, *, arrives: bool) -> Thing:
        """The bank takes a waiting refund, or sends it back."""
        with self._lock:
            refund = self._found(self.refunds, identity, "refund")
            refund["status"] = "succeeded" if arrives else "failed"
            if arrives:
                self._emit("refund.updated", refund)
            else:
                refund["failure_reason"] = "expired_or_canceled_card"
                self._count_refunded(self.charges[refund["charge"]], -refund["amount"])
                self._emit("refund.failed", refund)
            return refund

    def audit(self) -> list[Thing]:
        """Every charge that took money, with our code and what went back."""
        with self._lock:
            return [
                {
                    "charge": charge["id"],
                    "payment_intent": charge["payment_intent"],
                    "payment_code": charge["metadata"].get("payment_code"),
                    "amount": charge["amount_captured"],
                    "refunded": charge["amount_refunded"],
                }
                for charge in self.charges.values()
                if charge["paid"]
            ]

    def _intent_of(self, session: Thing) -> Thing:
        if session["payment_intent"] is None:
            metadata = self._intent_metadata[session["id"]]
            intent = objects.payment_intent(session, metadata=metadata, now=self.now())
            self.intents[intent["id"]] = intent
            session["payment_intent"] = intent["id"]
            self._emit("payment_intent.created", intent)
        return self.intents[session["payment_intent"]]

    def _take(self, intent: Thing) -> None:
        charge = objects.charge(intent, paid=True, failure=None, now=self.now())
        self.charges[charge["id"]] = charge
        intent.update(
            status="succeeded",
            amount_received=intent["amount"],
            latest_charge=charge["id"],
            last_payment_error=None,
        )
        self._emit("charge.succeeded", charge)
        self._emit("payment_intent.succeeded", intent)

    def _decline(self, intent: Thing, code: str) -> None:
        charge = objects.charge(intent, paid=False, failure=code, now=self.now())
        self.charges[charge["id"]] = charge
        intent.update(
            status="requires_payment_method",
            latest_charge=charge["id"],
            last_payment_error={"type": "card_error", "code": "card_declined"},
        )
        self._emit("charge.failed", charge)
        self._emit("payment_intent.payment_failed", intent)

    def _expire_due(self) -> None:
        for session in self.sessions.values():
            if session["status"] == "open" and session["expires_at"] <= self.now():
                self._expire(session)

    def _expire(self, session: Thing) -> Thing:
        session.update(status="expired", url=None)
        self._emit("checkout.session.expired", session)
        return session

    def _count_refunded(self, charge: Thing, amount: int) -> None:
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]

    def _emit(self, kind: str, thing: Thing) -> None:
        event = objects.event(kind, copy.deepcopy(thing), now=self.now())
        self.events[event["id"]] = event
        self._tell(event)

    def _found(self, things: dict[str, Thing], identity: str, kind: str) -> Any:
        if identity not in things:
            raise Refusal(f"No such {kind}: '{identity}'", status=404, code="resource_missing")
        return things[identity]


def _matches(thing: Thing, form: Thing) -> bool:
    for name in ("payment_intent", "charge", "status", "type"):
        if name in form and thing.get(name) != form[name]:
            return False
    if "types" in form and thing.get("type") not in form["types"]:
        return False
    created = form.get("created", {})
    if isinstance(created, str):
        return thing["created"] == int(created)
    bounds = {name: int(value) for name, value in created.items()}
    return bounds.get("gte", 0) <= thing["created"] <= bounds.get("lte", 10**12) and bounds.get(
        "gt", -1
    ) < thing["created"] < bounds.get("lt", 10**12)
