"""The life of a photo; the studio will add its steps between ready and chosen."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.states import Moves


class PhotoState(StrEnum):
    """storing: its files are on the way; ready: shown; gone: taken away, back within a day."""

    STORING = "storing"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


PHOTO_MOVES: Moves[PhotoState] = {
    PhotoState.STORING: {PhotoState.READY, PhotoState.FAILED, PhotoState.GONE},
    PhotoState.FAILED: {PhotoState.GONE},
    PhotoState.READY: {PhotoState.GONE},
    PhotoState.GONE: {PhotoState.READY},
}
