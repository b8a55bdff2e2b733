"""Whether a review is to be seen."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.states import Moves


class ReviewState(StrEnum):
    """Shown at once; hidden by the dinas with a reason, and shown again if that was wrong."""

    SHOWN = "shown"
    HIDDEN = "hidden"


REVIEW_MOVES: Moves[ReviewState] = {
    ReviewState.SHOWN: {ReviewState.HIDDEN},
    ReviewState.HIDDEN: {ReviewState.SHOWN},
}
