"""How far a dispute is; the bank moves it, we only read."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.states import Moves


class DisputeState(StrEnum):
    """An inquiry takes no money yet; a dispute has taken it. Won, lost and dropped are the end."""

    INQUIRY = "inquiry"
    INQUIRY_ANSWERED = "inquiry_answered"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    DROPPED = "dropped"


OPEN = frozenset(
    {
        DisputeState.INQUIRY,
        DisputeState.INQUIRY_ANSWERED,
        DisputeState.NEEDS_RESPONSE,
        DisputeState.UNDER_REVIEW,
    }
)
WANTS_AN_ANSWER = frozenset({DisputeState.INQUIRY, DisputeState.NEEDS_RESPONSE})
# Messages may be lost, so a reading may be several steps on; an inquiry that became a dispute
# never becomes an inquiry again, and what has ended stays ended.
_INQUIRIES = frozenset({DisputeState.INQUIRY, DisputeState.INQUIRY_ANSWERED})
_DISPUTES = frozenset(set(DisputeState) - _INQUIRIES)
DISPUTE_MOVES: Moves[DisputeState] = {
    DisputeState.INQUIRY: {*_DISPUTES, DisputeState.INQUIRY_ANSWERED},
    DisputeState.INQUIRY_ANSWERED: {*_DISPUTES, DisputeState.INQUIRY},
    DisputeState.NEEDS_RESPONSE: _DISPUTES - {DisputeState.NEEDS_RESPONSE},
    DisputeState.UNDER_REVIEW: _DISPUTES - {DisputeState.UNDER_REVIEW},
    DisputeState.WON: frozenset(),
    DisputeState.LOST: frozenset(),
    DisputeState.DROPPED: frozenset(),
}
