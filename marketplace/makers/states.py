"""The life of a shop."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.states import Moves


class ShopState(StrEnum):
    """draft and returned are with the maker, review is with the dinas, the rest is public life."""

    DRAFT = "draft"
    REVIEW = "review"
    RETURNED = "returned"
    OPEN = "open"
    PAUSED = "paused"  # by the maker
    SUSPENDED = "suspended"  # by the dinas
    CLOSED = "closed"


SHOP_MOVES: Moves[ShopState] = {
    ShopState.DRAFT: {ShopState.REVIEW, ShopState.CLOSED},
    ShopState.REVIEW: {ShopState.OPEN, ShopState.RETURNED, ShopState.CLOSED},
    ShopState.RETURNED: {ShopState.REVIEW, ShopState.CLOSED},
    ShopState.OPEN: {ShopState.PAUSED, ShopState.SUSPENDED, ShopState.CLOSED},
    ShopState.PAUSED: {ShopState.OPEN, ShopState.SUSPENDED, ShopState.CLOSED},
    ShopState.SUSPENDED: {ShopState.OPEN, ShopState.CLOSED},
    ShopState.CLOSED: set(),
}
