"""The banks behind the account: what they take, hold, let go and refuse."""

from __future__ import annotations

from tests.stand_ins.stripe_simulator import objects
from tests.stand_ins.stripe_simulator.books import Books
from tests.stand_ins.stripe_simulator.objects import Refusal, Thing

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
BROKE_CARD = "4000000000009995"
BROKE_LATER_CARD = "4000000000000341"  # may be kept, but is refused when it is charged
SHOW_ME_CARD = "4000002760003184"  # its bank wants to see the buyer each time
# Stripe has no such cards: they stand for methods whose money comes, or fails, days later.
SLOW_CARD = "slow"
SLOW_BAD_CARD = "slow_bad"
DECLINES = {DECLINED_CARD: "card_declined", BROKE_CARD: "insufficient_funds"}
DECLINES_LATER = DECLINES | {BROKE_LATER_CARD: "generic_decline"}

HOLD_SECONDS = 7 * 24 * 3600
SMALLEST, LARGEST = 800_000, 999_999_999_999


def check_amount(total: int) -> None:
    """Stripe's bounds for rupiah; the smallest is our guess."""
    if total < SMALLEST:
        raise Refusal("The total is too small.", code="amount_too_small", stored=True)
    if total > LARGEST:
        raise Refusal("The total is too large.", code="amount_too_large", stored=True)


class Cards(Books):
    """Payments by card, with the buyer at hand or away."""

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            super().forget()
            self.setups: dict[str, Thing] = {}
            self.customers: dict[str, Thing] = {}
            self.methods: dict[str, Thing] = {}
            self.numbers: dict[str, str] = {}  # what stands on each kept card
            self.balance = 0

    def intent(self, identity: str) -> Thing:
        self._do_what_is_due()
        return self._found(self.intents, identity, "payment_intent")

    # What the API does

    def create_intent(self, form: Thing) -> Thing:
        """Charge a kept card with the buyer away; the bank may say no, or want to see them."""
        with self._lock:
            if form.get("currency") != "idr" or form.get("confirm") != "true":
                raise Refusal("Only a confirmed payment in idr is simulated.", param="confirm")
            if form.get("off_session") != "true" or "payment_method" not in form:
                raise Refusal("Only a kept card, off session, is simulated.", param="off_session")
            check_amount(int(form["amount"]))
            method = self._found(self.methods, form["payment_method"], "payment_method")
            if method["customer"] != form.get("customer") or method["customer"] is None:
                raise Refusal("The payment method is not of this customer.", stored=True)
            intent = objects.payment_intent(
                amount=int(form["amount"]),
                manual=form.get("capture_method") == "manual",
                metadata=form.get("metadata") or {},
                now=self.now(),
            )
            intent.update(customer=method["customer"], payment_method=method["id"])
            self.intents[intent["id"]] = intent
            self._emit("payment_intent.created", intent)
            self._charge_kept(intent, self.numbers[method["id"]])
            return intent

    def _charge_kept(self, intent: Thing, card: str) -> None:
        if card == SHOW_ME_CARD:
            self._decline(intent, "authentication_required", "authentication_required")
        elif card in DECLINES_LATER:
            self._decline(intent, DECLINES_LATER[card])
        else:
            self._take(intent)
            return
        error = intent["last_payment_error"]
        raise Refusal(
            "Your card was declined.",
            status=402,
            kind="card_error",
            code=error["code"],
            decline_code=error["decline_code"],
            payment_intent=dict(intent),
            stored=True,
        )

    def capture(self, identity: str, form: Thing) -> Thing:
        """Take all or a part of a hold; the rest is let go."""
        with self._lock:
            intent = self.intent(identity)
            if intent["status"] != "requires_capture":
                raise self._wrong_state(intent, "captured")
            amount = int(form.get("amount_to_capture", intent["amount"]))
            if not 0 < amount <= intent["amount_capturable"]:
                raise Refusal(
                    "The amount to capture is greater than what is capturable.",
                    code="amount_too_large",
                    param="amount_to_capture",
                    stored=True,
                )
            charge = self.charges[intent["latest_charge"]]
            charge.update(
                captured=True, amount_captured=amount, amount_refunded=charge["amount"] - amount
            )
            intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
            self.balance += amount
            self._emit("charge.captured", charge)
            self._emit("payment_intent.succeeded", intent)
            return intent

    def cancel(self, identity: str, form: Thing) -> Thing:
        """Let a hold go, or end a payment that never came to anything."""
        with self._lock:
            intent = self.intent(identity)
            if intent["status"] in {"succeeded", "canceled", "processing"}:
                raise self._wrong_state(intent, "canceled")
            if self._of_an_open_page(intent):
                raise Refusal("Expire the Checkout Session of this payment instead.", stored=True)
            self._let_go(intent, why=form.get("cancellation_reason"), said="charge.refunded")
            return intent

    def detach(self, identity: str) -> Thing:
        """Forget a kept card."""
        with self._lock:
            method = self._found(self.methods, identity, "payment_method")
            if method["customer"] is None:
                raise Refusal("The payment method is not attached to a customer.", stored=True)
            method["customer"] = None
            self._emit("payment_method.detached", method)
            return method

    def _of_an_open_page(self, intent: Thing) -> bool:
        return False

    def _wrong_state(self, intent: Thing, wish: str) -> Refusal:
        return Refusal(
            f"This PaymentIntent could not be {wish} because it has a status of "
            f"{intent['status']}.",
            code="payment_intent_unexpected_state",
            stored=True,
        )

    # What the banks do

    def _take(self, intent: Thing) -> None:
        """Take the money, or only hold it where the payment says so."""
        held = intent["capture_method"] == "manual"
        charge = objects.charge(intent, paid=True, held=held, now=self.now())
        self.charges[charge["id"]] = charge
        intent.update(latest_charge=charge["id"], last_payment_error=None)
        if held:
            charge["payment_method_details"] = objects.card_details(self.now() + HOLD_SECONDS)
            intent.update(status="requires_capture", amount_capturable=intent["amount"])
            self._emit("charge.succeeded", charge)
            self._emit("payment_intent.amount_capturable_updated", intent)
            return
        intent.update(status="succeeded", amount_received=intent["amount"])
        self.balance += intent["amount"]
        self._emit("charge.succeeded", charge)
        self._emit("payment_intent.succeeded", intent)

    def _decline(self, intent: Thing, decline: str, code: str = "card_declined") -> None:
        charge = objects.charge(intent, paid=False, failure=code, now=self.now())
        self.charges[charge["id"]] = charge
        intent.update(
            status="requires_payment_method",
            latest_charge=charge["id"],
            last_payment_error={"type": "card_error", "code": code, "decline_code": decline},
        )
        self._emit("charge.failed", charge)
        self._emit("payment_intent.payment_failed", intent)

    def _keep(self, setup: Thing, card: str) -> None:
        """The bank agrees to later charges on this card."""
        method = objects.card_method(setup["customer"], card, now=self.now())
        self.methods[method["id"]] = method
        self.numbers[method["id"]] = card
        setup.update(status="succeeded", payment_method=method["id"])
        self._emit("setup_intent.succeeded", setup)

    def _let_go(self, intent: Thing, *, why: str | None, said: str) -> None:
        charge = self.charges.get(intent["latest_charge"] or "")
        if charge is not None and charge["paid"] and not charge["captured"]:
            charge.update(amount_refunded=charge["amount"], refunded=True)
            self._emit(said, charge)
        intent.update(status="canceled", amount_capturable=0, cancellation_reason=why)
        self._emit("payment_intent.canceled", intent)

    def _do_what_is_due(self) -> None:
        super()._do_what_is_due()
        for intent in self.intents.values():
            if intent["status"] == "requires_capture":
                details = self.charges[intent["latest_charge"]]["payment_method_details"]
                if details["card"]["capture_before"] <= self.now():
                    self._let_go(intent, why="automatic", said="charge.expired")
