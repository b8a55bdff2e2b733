"""The lives of a hold, a kept card, and a charge with the buyer away."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.states import Moves


class HoldState(StrEnum):
    """asked: the intent is ours alone; open: the buyer may agree; held: reserved on the card.

    Then the end: captured by us, released by us, or expired, which is the bank's or nobody's doing.
    """

    ASKED = "asked"
    OPEN = "open"
    HELD = "held"
    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"


_HOLD_ENDS = frozenset({HoldState.CAPTURED, HoldState.RELEASED, HoldState.EXPIRED})
HOLD_MOVES: Moves[HoldState] = {
    HoldState.ASKED: {HoldState.OPEN, HoldState.HELD, HoldState.RELEASED, HoldState.EXPIRED},
    HoldState.OPEN: {HoldState.HELD, HoldState.RELEASED, HoldState.EXPIRED},
    HoldState.HELD: _HOLD_ENDS,
    HoldState.CAPTURED: frozenset(),
    HoldState.RELEASED: frozenset(),
    HoldState.EXPIRED: frozenset(),
}


class Wish(StrEnum):
    """What is to become of a hold: wished once, by whoever is first, before anybody is called."""

    NONE = ""
    CAPTURE = "capture"
    RELEASE = "release"


class KeptCardState(StrEnum):
    """asked; open: the buyer may leave a card; kept; over: none was left; forgotten."""

    ASKED = "asked"
    OPEN = "open"
    KEPT = "kept"
    OVER = "over"
    FORGOTTEN = "forgotten"


KEPT_CARD_MOVES: Moves[KeptCardState] = {
    KeptCardState.ASKED: {KeptCardState.OPEN, KeptCardState.KEPT, KeptCardState.OVER},
    KeptCardState.OPEN: {KeptCardState.KEPT, KeptCardState.OVER},
    KeptCardState.KEPT: {KeptCardState.FORGOTTEN},
    KeptCardState.OVER: frozenset(),
    KeptCardState.FORGOTTEN: frozenset(),
}


class ChargeState(StrEnum):
    """asked: committed before the bank is; needs_action: the bank wants to see the buyer.

    A charge that needs action takes nothing by itself and must be stopped before another is made.
    """

    ASKED = "asked"
    PROCESSING = "processing"
    NEEDS_ACTION = "needs_action"
    PAID = "paid"
    DECLINED = "declined"
    STOPPED = "stopped"


_CHARGE_ENDS = frozenset({ChargeState.PAID, ChargeState.DECLINED, ChargeState.STOPPED})
CHARGE_MOVES: Moves[ChargeState] = {
    ChargeState.ASKED: {*_CHARGE_ENDS, ChargeState.PROCESSING, ChargeState.NEEDS_ACTION},
    ChargeState.PROCESSING: {*_CHARGE_ENDS, ChargeState.NEEDS_ACTION},
    ChargeState.NEEDS_ACTION: _CHARGE_ENDS,
    ChargeState.PAID: frozenset(),
    ChargeState.DECLINED: frozenset(),
    ChargeState.STOPPED: frozenset(),
}
