"""How far a grant is; once carried out or withdrawn it never changes."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.states import Moves


class GrantState(StrEnum):
    """granted: decided and not sent; executed: it is a refund now; withdrawn: it never will be."""

    GRANTED = "granted"
    EXECUTED = "executed"
    WITHDRAWN = "withdrawn"


GRANT_MOVES: Moves[GrantState] = {
    GrantState.GRANTED: {GrantState.EXECUTED, GrantState.WITHDRAWN},
    GrantState.EXECUTED: set(),
    GrantState.WITHDRAWN: set(),
}
