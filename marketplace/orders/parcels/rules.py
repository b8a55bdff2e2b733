"""How far an order has come, folded from its parcels; when it ends by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from marketplace.orders.rules import COMPLETE_AFTER_SHIPPING, OBJECT_AFTER_PICKUP
from marketplace.orders.states import Fulfilment, ParcelState

AT_THE_SHOP = frozenset({ParcelState.PACKED, ParcelState.READY})
GONE = frozenset({ParcelState.SHIPPED, ParcelState.RECEIVED})  # out of the maker's hands
LIVING = AT_THE_SHOP | GONE
# what a buyer may say has arrived; who fetched it may be faster than the shop's press
MAY_HAVE_COME = frozenset({ParcelState.SHIPPED, ParcelState.READY, ParcelState.RECEIVED})


class Going(Protocol):
    """What the rules look at in a parcel."""

    @property
    def state(self) -> str: ...
    @property
    def left_at(self) -> datetime | None: ...
    @property
    def received_at(self) -> datetime | None: ...
    @property
    def confirmed_at(self) -> datetime | None: ...


def fold(left: int, states: Collection[str]) -> Fulfilment:
    """How far the order has come when so many pieces are left to be packed.

    Three bags of five packed and sent, two left: partly. The two packed: next. Sent too: shipped.
    """
    living = [ParcelState(state) for state in states if state in LIVING]
    if not living:
        return Fulfilment.OPEN
    some_left_the_bench = any(state is not ParcelState.PACKED for state in living)
    if ParcelState.PACKED in living:
        return Fulfilment.NEXT if some_left_the_bench else Fulfilment.PACKED
    if left:
        return Fulfilment.PARTLY
    for state in (ParcelState.READY, ParcelState.SHIPPED):
        if state in living:
            return Fulfilment(state.value)
    return Fulfilment.RECEIVED


def may_cancel(role: str, states: Collection[str]) -> bool:
    """Whether this side may still end the whole order: the buyer until something is packed.

    The shop, and time, until something has left the maker's hands.
    """
    bound = LIVING if role == "buyer" else GONE
    return not any(state in bound for state in states)


def ends_at(left: int, parcels: Collection[Going]) -> datetime | None:
    """When nobody can object any more: counted from the last parcel, and only once all are gone.

    The buyer's own word ends the waiting for a parcel at once.
    """
    living = [parcel for parcel in parcels if parcel.state in LIVING]
    if left or not living or any(parcel.state in AT_THE_SHOP for parcel in living):
        return None
    return max(_quiet_after(parcel) for parcel in living)


def all_confirmed(left: int, parcels: Collection[Going]) -> bool:
    """Whether the buyer has said of every parcel that it came, and nothing more will come."""
    living = [parcel for parcel in parcels if parcel.state in LIVING]
    return not left and bool(living) and all(parcel.confirmed_at for parcel in living)


def _quiet_after(parcel: Going) -> datetime:
    if parcel.confirmed_at:
        return parcel.confirmed_at
    if parcel.received_at:
        return parcel.received_at + OBJECT_AFTER_PICKUP
    if parcel.left_at is None:
        raise ValueError("a parcel that is gone has left at some time")
    return parcel.left_at + COMPLETE_AFTER_SHIPPING
