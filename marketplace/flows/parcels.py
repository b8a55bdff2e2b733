"""From the shop's hands to the buyer's door: each step with its letter, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.core import clock
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import order_letters
from marketplace.orders import alarms, ending, fulfilment, overdue
from marketplace.orders.ending import Actor
from marketplace.orders.parcels.pieces import Pieces
from marketplace.orders.states import Fulfilment, OrderState
from marketplace.orders.views import GroupView


@dataclass(frozen=True, slots=True)
class Hand:
    """Whoever acts for a shop on one order, as the page showed it."""

    ikm_id: int
    by: int
    version: int


def accept(order_code: str, hand: Hand) -> None:
    """The shop takes the order."""
    with transaction():
        fulfilment.accept(
            order_code, ikm_id=hand.ikm_id, by=hand.by, version=hand.version, now=clock.now()
        )
        _tell(order_code, "accepted")


def pack(order_code: str, hand: Hand, some: Pieces | None = None) -> None:
    """These pieces are packed; the buyer sees it on the page, without a letter."""
    with transaction():
        fulfilment.pack(
            order_code,
            ikm_id=hand.ikm_id,
            by=hand.by,
            version=hand.version,
            now=clock.now(),
            some=some,
        )


def unpack(order_code: str, hand: Hand, number: int) -> None:
    """A parcel that has not left is taken apart again."""
    with transaction():
        fulfilment.unpack(
            order_code,
            ikm_id=hand.ikm_id,
            by=hand.by,
            version=hand.version,
            number=number,
            now=clock.now(),
        )


def ship(
    order_code: str, hand: Hand, *, courier: str, tracking: str, number: int | None = None
) -> None:
    """The courier has it."""
    with transaction():
        sent = fulfilment.ship(
            order_code,
            ikm_id=hand.ikm_id,
            by=hand.by,
            version=hand.version,
            courier=courier,
            tracking=tracking,
            now=clock.now(),
            number=number,
        )
        _tell(order_code, "shipped", sent)


def ready(order_code: str, hand: Hand, number: int | None = None) -> None:
    """It waits at the shop."""
    with transaction():
        waiting = fulfilment.ready(
            order_code,
            ikm_id=hand.ikm_id,
            by=hand.by,
            version=hand.version,
            now=clock.now(),
            number=number,
        )
        _tell(order_code, "ready", waiting)


def hand_over(order_code: str, hand: Hand, number: int | None = None) -> None:
    """The buyer fetched it."""
    with transaction():
        fetched = fulfilment.hand_over(
            order_code,
            ikm_id=hand.ikm_id,
            by=hand.by,
            version=hand.version,
            now=clock.now(),
            number=number,
        )
        _tell(order_code, "handed_over", fetched)


def refuse(order_code: str, hand: Hand, *, reason: str) -> None:
    """The shop cannot do it: the reason goes to the buyer, and so does the money."""
    with transaction():
        refund = ending.cancel_paid(
            order_code,
            Actor("shop", hand.by),
            reason=reason,
            now=clock.now(),
            ikm_id=hand.ikm_id,
            version=hand.version,
        )
        if refund is not None:
            order_letters.cancelled(
                order_letters.group_of(order_code), order_code, money=refund.amount
            )


def receive(
    group: GroupView, order_code: str, *, by: int | None, number: int | None = None
) -> bool:
    """The buyer has this parcel, or all that were sent; True when nothing more will come."""
    with transaction():
        done = fulfilment.receive(
            order_code, group_id=group.id, by=by, now=clock.now(), number=number
        )
        if done:
            order_letters.completed(group.code, order_code)
    return done


# --- By itself ------------------------------------------------------------------------------------


def cancel_unaccepted() -> int:
    """Orders that no shop answered in two working days end, and the money goes back."""
    now, count = clock.now(), 0
    for code in _due(OrderState.NEW, tuple(Fulfilment)):
        with transaction():
            try:
                refund = ending.cancel_paid(
                    code, ending.SYSTEM, reason=ending.WORDS["not_accepted"], now=now
                )
            except Conflict:
                continue  # the shop answered a moment ago
            if refund is not None:
                order_letters.cancelled(order_letters.group_of(code), code, money=refund.amount)
                count += 1
    return count


def complete_due() -> int:
    """Orders that arrived long ago and nobody spoke of are complete."""
    now, count = clock.now(), 0
    for code in _due(OrderState.ACCEPTED, overdue.GONE):
        with transaction():
            if fulfilment.complete_silently(code, now):
                order_letters.completed(order_letters.group_of(code), code)
                count += 1
    return count


def look_after_silent() -> int:
    """Accepted long ago and still not sent: an officer asks the shop."""
    now = clock.now()
    silent = _due(OrderState.ACCEPTED, overdue.UNFINISHED)
    for code in silent:
        with transaction():
            alarms.sound("order_silent", f"order:{code}", now=now)
            overdue.look_again_later(code, now)
    return len(silent)


def _due(state: OrderState, parcels: tuple[Fulfilment, ...]) -> list[str]:
    with transaction():
        return overdue.orders(state, clock.now(), parcels=parcels)


def _tell(order_code: str, moment: str, number: int = 0) -> None:
    order_letters.step(order_letters.group_of(order_code), order_code, moment, number=number)
