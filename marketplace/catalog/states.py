"""The life of a product and of a reservation."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.states import Moves


class ProductState(StrEnum):
    """draft and returned: with the maker; review: with the dinas; hidden: the maker's choice.

    A removed product may come back, to where it was, for as long as the rules say.
    """

    DRAFT = "draft"
    REVIEW = "review"
    RETURNED = "returned"
    LIVE = "live"
    HIDDEN = "hidden"
    REMOVED = "removed"


PRODUCT_MOVES: Moves[ProductState] = {
    ProductState.DRAFT: {ProductState.REVIEW, ProductState.LIVE, ProductState.REMOVED},
    ProductState.REVIEW: {ProductState.LIVE, ProductState.RETURNED, ProductState.REMOVED},
    ProductState.RETURNED: {ProductState.REVIEW, ProductState.REMOVED},
    ProductState.LIVE: {ProductState.HIDDEN, ProductState.RETURNED, ProductState.REMOVED},
    ProductState.HIDDEN: {ProductState.LIVE, ProductState.REMOVED},
    ProductState.REMOVED: set(ProductState) - {ProductState.REMOVED},
}


class MoveKind(StrEnum):
    """Why pieces came or went."""

    OPENING = "opening"  # how many there were when the book began
    RECEIVED = "received"
    SOLD = "sold"
    RETURNED = "returned"  # of a paid order that was cancelled before it left
    COUNTED = "counted"  # the difference that a count of the shelf has shown
    DAMAGED = "damaged"  # broken, lost, or used by the maker
    ADJUSTED = "adjusted"  # another number typed on the product's page


class HoldState(StrEnum):
    """A reservation of stock ends in exactly one of consumed, released, expired."""

    ACTIVE = "active"
    CONSUMED = "consumed"
    RELEASED = "released"
    EXPIRED = "expired"


class WaitState(StrEnum):
    """Somebody in line: has still to confirm, waits, or has a day's chance; then the row goes."""

    ASKED = "asked"
    WAITING = "waiting"
    OFFERED = "offered"


class PlaceState(StrEnum):
    """A place in a maker's week: held with its pieces, kept when paid, else given back."""

    HELD = "held"
    KEPT = "kept"
    RELEASED = "released"


HOLD_MOVES: Moves[HoldState] = {
    HoldState.ACTIVE: {HoldState.CONSUMED, HoldState.RELEASED, HoldState.EXPIRED},
    HoldState.CONSUMED: set(),
    HoldState.RELEASED: set(),
    HoldState.EXPIRED: set(),
}
