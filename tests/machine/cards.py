"""Money promised on cards: reserved for later, or a card that may be charged with its owner away.

No page of the market asks for it yet; campaigns will. What must be of it stands in `promised.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.core import clock
from marketplace.core.work import transaction
from marketplace.flows import card_pages, holding, kept_cards
from marketplace.orders.cards import holds, kept
from tests.machine.market import Market
from tests.machine.promised import ALARMS, Card, Charge, Hold, Promised, by_code
from tests.machine.things import must
from tests.stand_ins.stripe_simulator import (
    BROKE_LATER_CARD,
    DECLINED_CARD,
    GOOD_CARD,
    SHOW_ME_CARD,
)

PAGE_OPEN = timedelta(hours=2)
PURPOSES = ("pledge:kopi", "pledge:batik", "pledge:sapu")
NUMBERS = (GOOD_CARD, GOOD_CARD, SHOW_ME_CARD, BROKE_LATER_CARD, DECLINED_CARD)
HOLD_ACTS = ("agree", "look", "take", "take some", "take", "let go", "too much")
CARD_ACTS = ("leave", "look", "charge", "charge", "charge", "stop", "take back")
FAULTS = ("refuse", "hang", "500", "500_after_effect", "drop_after_effect", "429", "409")
CALLS = (
    "POST /v1/payment_intents/[^/]+/capture",
    "POST /v1/payment_intents/[^/]+/cancel",
    "POST /v1/payment_intents$",
    "GET /v1/payment_intents",
    "POST /v1/checkout/sessions$",
    "GET /v1/checkout/sessions",
    "/detach",
)


class Cards(Market):
    """People of a group that buys together; nobody of them buys anything else here."""

    def __init__(self) -> None:
        super().__init__()
        self.promised = Promised()

    def look_further(self) -> None:
        super().look_further()
        self.promised.now = self.now
        if self.promised.holds or self.promised.cards:
            self.promised.follow(self.seen, self._intents())

    def judge_further(self) -> None:
        super().judge_further()
        if self.promised.holds or self.promised.cards:
            self.stripe.account.advance(0)  # what lapses in this moment
            self.promised.judge(self._intents(), self.seen.rows(ALARMS))

    @property
    def taken_from_cards(self) -> int:
        return super().taken_from_cards + self.promised.taken

    def _intents(self) -> dict[str, Any]:
        return by_code(self.stripe.account.intents)

    @rule(kind=st.sampled_from(FAULTS), path=st.sampled_from(CALLS), times=st.integers(1, 3))
    def calls_about_cards_will_fail(self, kind: str, path: str, times: int) -> None:
        self.stripe.faults.add(kind, path=path, times=times)

    # --- Holds ------------------------------------------------------------------------------------

    @rule(purpose=st.sampled_from(PURPOSES), thousands=st.integers(10, 300),
          then=st.sampled_from(("", "agree", "take", "take some", "let go")))  # fmt: skip
    def somebody_is_asked_for_a_hold(self, purpose: str, thousands: int, then: str) -> None:
        """And agrees at once, mostly; `then` we may decide at once as well."""
        amount, until = thousands * 1_000, self.now + PAGE_OPEN
        words = self._words(description="Ikut borong")

        def ask() -> str:
            with transaction():
                return holds.ask(
                    purpose=purpose,
                    provider="stripe",
                    livemode=False,
                    amount=amount,
                    words=words,
                    now=clock.now(),
                )

        code = self.expect(self.promised.may_ask_hold(purpose), ask)
        if code:
            made = self.promised.holds[code] = Hold(code, purpose, amount, until)
            if self.attempt(lambda: holding.open_page(code)) and then:
                self._agrees(made, GOOD_CARD)
                self.everything_is_as_it_must_be()
                self._decide(made, then)

    @precondition(lambda self: self.promised.holds)
    @rule(data=st.data(), act=st.sampled_from(HOLD_ACTS), number=st.sampled_from(NUMBERS))
    def hold_goes_on(self, data: st.DataObject, act: str, number: str) -> None:
        hold = self.pick(data, list(self.promised.holds.values()))
        assert hold
        if act == "agree":
            self.attempt(lambda: holding.open_page(hold.code))
            self._agrees(hold, number)
        elif act == "look":
            self.attempt(lambda: holding.settle(hold.code))
        else:
            self._decide(hold, act)

    def _decide(self, hold: Hold, act: str) -> None:
        if act == "let go":
            release = self._in_one(holds.wish_release, hold.code, by=None)
            if self.expect(self.promised.may_let_go(hold), release) and hold.alive:
                hold.wish = "release"
        elif act != "agree":
            some = {"take": hold.amount, "take some": hold.amount // 3, "too much": hold.amount + 1}
            amount = some[act]
            capture = self._in_one(holds.wish_capture, hold.code, amount=amount, by=None)
            if self.expect(self.promised.may_capture(hold, amount), capture):
                hold.wish, hold.wish_amount = "capture", amount

    def _agrees(self, hold: Hold, number: str) -> None:
        """On the page of the provider, if it could be opened; we look there or not."""
        session = self._pays("card_hold", hold.code, number)
        if session and session["payment_intent"] and not hold.agreed:
            intent = self.stripe.account.intents[session["payment_intent"]]
            if intent["status"] == "requires_capture":
                hold.agreed = self.now
                sure = self.calm and hold.alive and not hold.wish
                state = self.attempt(lambda: holding.settle(hold.code))
                must(not sure or state == "held", f"agreed to, but {state}: {hold}")

    # --- Kept cards -------------------------------------------------------------------------------

    @rule(number=st.sampled_from(NUMBERS), purpose=st.sampled_from(PURPOSES),
          then=st.sampled_from(("", "leave", "charge", "charge")))  # fmt: skip
    def somebody_may_leave_a_card(self, number: str, purpose: str, then: str) -> None:
        """And does at once, mostly; `then` it may be charged at once as well."""
        with transaction():
            code = kept.ask_card(
                purpose=PURPOSES[0],
                person_id=self.stage.citra,
                provider="stripe",
                livemode=False,
                consent="Ditagih kalau borongan tercapai.",
                words=self._words(),
                now=clock.now(),
            )
        made = self.promised.cards[code] = Card(code, self.now + PAGE_OPEN)
        if self.attempt(lambda: kept_cards.open_page(code)) and then:
            self._leaves(made, number)
            self.everything_is_as_it_must_be()
            if then == "charge":
                self._charge(made, purpose, 50_000)

    @precondition(lambda self: self.promised.cards)
    @rule(data=st.data(), act=st.sampled_from(CARD_ACTS), number=st.sampled_from(NUMBERS),
          purpose=st.sampled_from(PURPOSES), thousands=st.integers(10, 300))  # fmt: skip
    def card_goes_on(
        self, data: st.DataObject, act: str, number: str, purpose: str, thousands: int
    ) -> None:
        card = self.pick(data, list(self.promised.cards.values()))
        assert card
        if act == "leave":
            self.attempt(lambda: kept_cards.open_page(card.code))
            self._leaves(card, number)
        elif act == "look":
            self.attempt(lambda: kept_cards.settle_card(card.code))
        elif act == "charge":
            self._charge(card, purpose, thousands * 1_000)
        elif act == "stop":
            self._stop(self.pick(data, list(self.promised.charges.values())))
        else:
            self._take_back(card)

    def _leaves(self, card: Card, number: str) -> None:
        session = self._pays("kept_card", card.code, number)
        if session and session["status"] == "complete" and not card.number:
            card.number = number
            sure = self.calm
            state = self.attempt(lambda: kept_cards.settle_card(card.code))
            must(not sure or state == "kept", f"left, but {state}: {card}")

    def _charge(self, card: Card, purpose: str, amount: int) -> None:
        ask = self._in_one(
            kept.ask_charge, card.code, purpose=purpose, amount=amount, description="Tercapai"
        )
        code = self.expect(self.promised.may_charge(card, purpose), ask)
        if code:
            self.promised.charges[code] = Charge(code, card, purpose, amount)

    def _stop(self, charge: Charge | None) -> None:
        """While the bank wants to see its owner; one that is over stays so."""
        if charge is None:
            return
        waits = charge.state == "needs_action"
        stop = self._in_one(kept.wish_stop, charge.code, by=None)
        if self.expect(waits or not charge.alive, stop) and waits:
            charge.stop = True

    def _take_back(self, card: Card) -> None:
        """Not while a charge on it has no end."""
        kept_now, busy = card.state == "kept", self.promised.busy(card)
        card.taken_back = card.taken_back or (kept_now and not busy)
        self.attempt(lambda: kept_cards.forget(card.code, by=self.stage.citra))

    # --- What both need ---------------------------------------------------------------------------

    def _words(self, **more: Any) -> dict[str, Any]:
        return card_pages.words(
            email=None,
            success_url="https://guyub.example/ikut",
            cancel_url="https://guyub.example/borong",
            expires_at=self.now + PAGE_OPEN,
            **more,
        )

    def _in_one(self, act: Callable[..., Any], *args: Any, **words: Any) -> Callable[[], Any]:
        """The act in a transaction of its own; what it gives, or True."""

        def done() -> Any:
            with transaction():
                return act(*args, **words, now=clock.now()) or True

        return done

    def _pays(self, table: str, code: str, number: str) -> dict[str, Any] | None:
        """Whoever knows the page presses its button."""
        (row,) = self.seen.rows(f"SELECT page FROM {table} WHERE code = '{code}'")
        return self.stripe.account.pay(row.page, card=number) if row.page else None
