"""How far a complaint is; whatever its end, its order is completed with it."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.states import Moves


class ComplaintState(StrEnum):
    """Who is to act: the shop (asked, resending), the buyer (offered, resent) or the dinas (desk).

    Settled is between buyer and shop, decided by the dinas, withdrawn by the buyer.
    """

    ASKED = "asked"
    OFFERED = "offered"
    RESENDING = "resending"
    RESENT = "resent"
    DESK = "desk"
    SETTLED = "settled"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


_S = ComplaintState
COMPLAINT_MOVES: Moves[ComplaintState] = {
    _S.ASKED: {_S.OFFERED, _S.RESENDING, _S.DESK, _S.SETTLED, _S.WITHDRAWN},
    _S.OFFERED: {_S.DESK, _S.SETTLED, _S.WITHDRAWN},
    _S.RESENDING: {_S.OFFERED, _S.RESENT, _S.DESK, _S.SETTLED, _S.WITHDRAWN},
    _S.RESENT: {_S.DESK, _S.SETTLED, _S.WITHDRAWN},
    _S.DESK: {_S.SETTLED, _S.DECIDED, _S.WITHDRAWN},
    _S.SETTLED: set(),
    _S.DECIDED: set(),
    _S.WITHDRAWN: set(),
}
OPEN = frozenset(state for state, moves in COMPLAINT_MOVES.items() if moves)
WITH_THE_SHOP = frozenset({_S.ASKED, _S.RESENDING})


class Kind(StrEnum):
    """What is wrong."""

    NOT_ARRIVED = "not_arrived"
    DAMAGED = "damaged"
    INCOMPLETE = "incomplete"
    WRONG = "wrong"
    DIFFERENT = "different"


class Wish(StrEnum):
    """What the buyer would like: all the money of these pieces, some of it, or the goods again."""

    ALL = "all"
    PART = "part"
    RESEND = "resend"


class Side(StrEnum):
    """Who speaks."""

    BUYER = "buyer"
    SHOP = "shop"
    STAFF = "staff"
    SYSTEM = "system"
