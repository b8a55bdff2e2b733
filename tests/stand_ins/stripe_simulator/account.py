"""One Stripe account in memory: the pages on which buyers pay, and all that follows from them."""

from __future__ import annotations

from tests.stand_ins.stripe_simulator import objects
from tests.stand_ins.stripe_simulator.cards import (
    DECLINES,
    GOOD_CARD,
    SLOW_BAD_CARD,
    SLOW_CARD,
    check_amount,
)
from tests.stand_ins.stripe_simulator.connect import Connect
from tests.stand_ins.stripe_simulator.objects import Refusal, Thing

SHORTEST, LONGEST = 30 * 60, 24 * 3600


class Account(Connect):
    """Everything that happened, in order; safe to use from many threads."""

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            super().forget()
            self.sessions: dict[str, Thing] = {}
            self._forms: dict[str, Thing] = {}

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
            self._forms[session["id"]] = form
            if session["mode"] == "setup":
                setup = objects.setup_intent(form, now=now)
                self.setups[setup["id"]] = setup
                session["setup_intent"] = setup["id"]
            return session

    def _checked_total(self, form: Thing) -> int | None:
        if form.get("mode") == "setup" and form.get("payment_method_types"):
            return None
        if form.get("mode") != "payment" or not form.get("line_items"):
            raise Refusal("Only `payment` with `line_items` and `setup` are known.", param="mode")
        total = 0
        for line in form["line_items"]:
            price = line.get("price_data")
            if not price or price["currency"] != "idr":
                raise Refusal("Only `price_data` in idr is simulated.", param="line_items")
            total += int(price["unit_amount"]) * int(line.get("quantity", 1))
        check_amount(total)
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
            self._do_what_is_due()
            return self._found(self.sessions, identity, "checkout.session")

    # What the buyer does

    def pay(self, identity: str, *, card: str = GOOD_CARD) -> Thing:
        """The buyer presses the button on the hosted page: to pay, to let us hold, to keep."""
        with self._lock:
            session = self.session(identity)
            if session["status"] != "open":
                return session
            if session["mode"] == "setup":
                return self._leave_card(session, card)
            intent = self._intent_of(session)
            if card in DECLINES:
                self._decline(intent, DECLINES[card])
            elif card in {SLOW_CARD, SLOW_BAD_CARD}:
                intent["status"] = "processing"
                session.update(status="complete", url=None)
                self._emit("checkout.session.completed", session)
            else:
                self._take(intent)
                paid = "paid" if intent["status"] == "succeeded" else "unpaid"
                session.update(status="complete", payment_status=paid, url=None)
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

    def _leave_card(self, session: Thing, card: str) -> Thing:
        setup = self.setups[session["setup_intent"]]
        if card in DECLINES:
            setup["last_setup_error"] = {"type": "card_error", "code": "card_declined"}
            self._emit("setup_intent.setup_failed", setup)
            return session
        customer = objects.customer(session["customer_email"], now=self.now())
        self.customers[customer["id"]] = customer
        setup["customer"] = session["customer"] = customer["id"]
        self._keep(setup, card)
        session.update(status="complete", url=None)
        self._emit("checkout.session.completed", session)
        return session

    def _intent_of(self, session: Thing) -> Thing:
        if session["payment_intent"] is None:
            said = self._forms[session["id"]].get("payment_intent_data") or {}
            intent = objects.payment_intent(
                amount=session["amount_total"],
                manual=said.get("capture_method") == "manual",
                metadata=said.get("metadata") or {},
                now=self.now(),
            )
            self.intents[intent["id"]] = intent
            session["payment_intent"] = intent["id"]
            self._emit("payment_intent.created", intent)
        return self.intents[session["payment_intent"]]

    def _of_an_open_page(self, intent: Thing) -> bool:
        return any(
            session["payment_intent"] == intent["id"] and session["status"] == "open"
            for session in self.sessions.values()
        )

    def _do_what_is_due(self) -> None:
        super()._do_what_is_due()
        for session in self.sessions.values():
            if session["status"] == "open" and session["expires_at"] <= self.now():
                self._expire(session)

    def _expire(self, session: Thing) -> Thing:
        session.update(status="expired", url=None)
        self._emit("checkout.session.expired", session)
        return session
