"""Money promised on cards as it must be: what is held, what may be charged, and why it moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.machine.seen import Row, Seen
from tests.machine.things import WIB, must
from tests.stand_ins.stripe_simulator import BROKE_LATER_CARD, SHOW_ME_CARD

BANK_HOLDS = timedelta(days=7)
SHORTEST_PAGE = timedelta(minutes=30)  # the provider opens none for less
HOLDS = "SELECT code, state, amount, captured, wish, wish_amount FROM card_hold ORDER BY id"
CARDS = "SELECT code, state, card IS NOT NULL AS known FROM kept_card ORDER BY id"
CHARGES = "SELECT code, state, amount, stop_wished FROM card_charge ORDER BY id"
ALARMS = """SELECT kind, subject FROM alarm
    WHERE kind IN ('hold_differs', 'hold_not_captured', 'money_unexplained') ORDER BY id"""
HOLD_MOVES = {
    "asked": {"open", "held", "captured", "released", "expired"},
    "open": {"held", "captured", "released", "expired"},
    "held": {"captured", "released", "expired"},
}
CARD_MOVES = {"asked": {"open", "kept", "over"}, "open": {"kept", "over"}, "kept": {"forgotten"}}
CHARGE_MOVES = {
    "asked": {"paid", "declined", "needs_action", "stopped"},
    "needs_action": {"stopped"},
}


@dataclass(slots=True)
class Hold:
    """So much is to be reserved on somebody's card, and then taken or let go."""

    code: str
    purpose: str
    amount: int
    page_until: datetime
    state: str = "asked"
    agreed: datetime | None = None
    wish: str = ""
    wish_amount: int = 0
    captured: int = 0

    @property
    def lapses(self) -> datetime:
        """When the bank lets it go by itself."""
        assert self.agreed
        return self.agreed + BANK_HOLDS

    @property
    def alive(self) -> bool:
        return self.state not in ("released", "expired")


@dataclass(slots=True)
class Card:
    """A card that somebody leaves; its `number` is known once they did."""

    code: str
    page_until: datetime
    state: str = "asked"
    number: str = ""
    taken_back: bool = False  # its owner wants it back, whether the provider heard it or not


@dataclass(slots=True)
class Charge:
    """So much is to be taken from a kept card, its owner away."""

    code: str
    card: Card
    purpose: str
    amount: int
    state: str = "asked"
    stop: bool = False

    @property
    def alive(self) -> bool:
        return self.state not in ("declined", "stopped")


@dataclass
class Promised:
    """All of it by its code."""

    holds: dict[str, Hold] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)
    now: datetime = datetime.min.replace(tzinfo=WIB)

    @property
    def taken(self) -> int:
        """Rupiah that came to us."""
        paid = [one.amount for one in self.charges.values() if one.state == "paid"]
        return sum(one.captured for one in self.holds.values()) + sum(paid)

    # --- What may be decided ----------------------------------------------------------------------

    def may_ask_hold(self, purpose: str) -> bool:
        """One at a time for each purpose; what was taken stays taken."""
        return not any(one.alive and one.purpose == purpose for one in self.holds.values())

    def may_capture(self, hold: Hold, amount: int) -> bool:
        """While it is held, before anything was decided, and no more than was agreed to."""
        there = hold.state == "held" and not hold.wish and self.now < hold.lapses
        return there and 0 < amount <= hold.amount

    def may_let_go(self, hold: Hold) -> bool:
        """Whoever decides first has decided; saying it again, or of one that is over, is fine."""
        return hold.wish == "release" or not hold.alive or (not hold.wish and not hold.captured)

    def may_charge(self, card: Card, purpose: str) -> bool:
        tries = [one for one in self.charges.values() if one.purpose == purpose]
        return card.state == "kept" and not any(one.alive for one in tries)

    def busy(self, card: Card) -> bool:
        """A charge on it has no end yet."""
        undecided = ("asked", "needs_action")
        return any(one.card is card and one.state in undecided for one in self.charges.values())

    # --- What became of it ------------------------------------------------------------------------

    def follow(self, seen: Seen, intents: Mapping[str, Any]) -> None:
        """`intents`: what the provider knows by our codes."""
        for row in seen.rows(HOLDS) if self.holds else ():
            hold = self.holds[row.code]
            if row.state != hold.state:
                self._hold_moved(hold, row, intents.get(row.code))
            must(
                (row.amount, row.captured, row.wish, row.wish_amount)
                == (hold.amount, hold.captured, hold.wish, hold.wish_amount),
                f"seen {row}, must be {hold}",
            )
        for row in seen.rows(CARDS) if self.cards else ():
            card = self.cards[row.code]
            if row.state != card.state:
                self._card_moved(card, row)
            must(bool(row.known) == (card.state == "kept"), f"seen {row}, must be {card}")
        for row in seen.rows(CHARGES) if self.charges else ():
            charge = self.charges[row.code]
            if row.state != charge.state:
                self._charge_moved(charge, row, intents.get(row.code))
            must(
                (row.amount, bool(row.stop_wished)) == (charge.amount, charge.stop),
                f"seen {row}, must be {charge}",
            )

    def _hold_moved(self, hold: Hold, row: Row, there: Any) -> None:
        _declared(HOLD_MOVES, hold, row)
        status = there and there["status"]
        if row.state == "captured":
            must(hold.wish == "capture", f"nobody wished to take it: {row}")
            hold.captured = hold.wish_amount
            must(status == "succeeded", f"not taken at the bank: {row}")
            must(there["amount_received"] == hold.captured * 100, f"{there} for {hold}")
        elif row.state == "held":
            must(hold.agreed, f"nobody agreed: {row}")
        elif row.state == "released":
            must(hold.wish == "release", f"nobody let it go: {row}")
        elif row.state == "expired":
            must(hold.wish != "release", f"let go, and called expired: {row}")
            lapsed = hold.agreed is not None and hold.lapses <= self.now
            must(lapsed or self._page_is_over(hold), f"too soon: {row}")
        if row.state in ("released", "expired"):
            must(status != "requires_capture", f"still held at the bank: {row}")
        hold.state = row.state

    def _card_moved(self, card: Card, row: Row) -> None:
        _declared(CARD_MOVES, card, row)
        reasons = {
            "kept": card.number,
            "over": not card.number and self._page_is_over(card),
            "forgotten": card.taken_back,
        }
        must(reasons.get(row.state, True), f"no reason: {card} became {row}")
        card.state = row.state

    def _charge_moved(self, charge: Charge, row: Row, there: Any) -> None:
        _declared(CHARGE_MOVES, charge, row)
        if row.state == "paid":
            must(there and there["status"] == "succeeded", f"nothing was taken: {row}")
            must(there["amount_received"] == charge.amount * 100, f"{there} for {charge}")
        else:
            must(not there or not there["amount_received"], f"taken, and called {row.state}: {row}")
        number = charge.card.number
        reasons = {
            "paid": number not in (BROKE_LATER_CARD, SHOW_ME_CARD),
            "needs_action": number == SHOW_ME_CARD,
            "declined": number == BROKE_LATER_CARD or charge.card.taken_back,
            "stopped": charge.stop,
        }
        must(reasons[row.state], f"no reason: {charge} became {row}")
        charge.state = row.state

    def _page_is_over(self, one: Hold | Card) -> bool:
        return one.page_until - SHORTEST_PAGE <= self.now

    # --- At rest ----------------------------------------------------------------------------------

    def judge(self, intents: Mapping[str, Any], alarms: list[Row]) -> None:
        """Every wish was carried out, and the bank knows nothing else than we do."""
        for hold in self.holds.values():
            there = intents.get(hold.code, {"status": "", "amount_received": 0})
            held = there["status"] == "requires_capture"
            must((hold.state == "held") == held and not (held and hold.wish), f"{hold}: {there}")
            must(there["amount_received"] == hold.captured * 100, f"{hold}: {there}")
            self._ended_or_open(hold)
        for card in self.cards.values():
            must(not card.number or card.state in ("kept", "forgotten"), f"left, but {card}")
            self._ended_or_open(card)
        for charge in self.charges.values():
            waits = charge.state == "asked" or (charge.stop and charge.state == "needs_action")
            must(not waits, f"not carried out: {charge}")
        must(not [one for one in alarms if one.kind.startswith("hold")], f"{alarms}")
        ours = {one["id"] for one in intents.values()}
        must(not [one for one in alarms if one.subject.rpartition(":")[2] in ours], f"{alarms}")

    def _ended_or_open(self, one: Hold | Card) -> None:
        over = one.page_until + timedelta(minutes=5) <= self.now
        must(one.state not in ("asked", "open") or not over, f"its page is over: {one}")


def _declared(moves: Mapping[str, set[str]], one: Hold | Card | Charge, row: Row) -> None:
    must(row.state in moves.get(one.state, ()), f"{one} became {row}")


def by_code(intents: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider holds or took, by the code that we gave it; each code once."""
    found: dict[str, Any] = {}
    look: Callable[[Any], str | None] = lambda one: (  # noqa: E731
        one["metadata"].get("hold_code") or one["metadata"].get("charge_code")
    )
    for intent in intents.values():
        code = look(intent)
        if code:
            must(code not in found, f"asked twice: {intent}, {found.get(code)}")
            found[code] = intent
    return found
