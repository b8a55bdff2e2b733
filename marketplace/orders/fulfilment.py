"""A paid order on its way: accepted, packed parcel by parcel, sent or fetched, received, completed.

Whoever acts locks the order first; its parcels and pieces are touched under that lock alone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from marketplace.core.db import db, locked_row
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.states import move
from marketplace.orders import events, rules
from marketplace.orders.ending import Actor
from marketplace.orders.ledger import posting
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.overdue import GONE
from marketplace.orders.parcels import book, pieces
from marketplace.orders.parcels.models import Parcel
from marketplace.orders.parcels.pieces import Pieces
from marketplace.orders.parcels.rules import (
    AT_THE_SHOP,
    MAY_HAVE_COME,
    all_confirmed,
    ends_at,
    fold,
)
from marketplace.orders.parcels.rules import GONE as OUT_OF_HAND
from marketplace.orders.states import (
    ORDER_MOVES,
    PARCEL_MOVES,
    Fulfilment,
    OrderState,
    ParcelState,
)

# --- The shop -------------------------------------------------------------------------------------


def accept(code: str, *, ikm_id: int, by: int, version: int, now: datetime) -> None:
    """The shop will make it; from now on the clock asks for sending, not for an answer."""
    order = _of_shop(code, ikm_id, version)
    due = rules.silent_from(now, _made_by(order))
    order.state = move(OrderState(order.state), OrderState.ACCEPTED, ORDER_MOVES)
    order.due_at = due
    note(order, "accepted", Actor("shop", by), now)


def pack(
    code: str, *, ikm_id: int, by: int, version: int, now: datetime, some: Pieces | None = None
) -> int:
    """These pieces (unless said, all that are left) stand ready in a box; the parcel's number.

    From now on the buyer cannot cancel them any more.
    """
    order = _accepted(code, ikm_id, version)
    if some is None:
        some = {line.id: line.left for line in pieces.lines(order.id) if line.left}
        if not some:
            raise Conflict("wrong_state", state=order.parcel, wanted="packed")
    some = pieces.some(some)
    number = order.parcels + 1
    pieces.pack(order.id, some)
    book.add(order.id, number, some, now)
    refold(order)
    order.parcels = number
    note(order, "packed", Actor("shop", by), now, parcel=number)
    return number


def unpack(
    code: str, *, ikm_id: int, by: int, version: int, number: int, now: datetime
) -> None:  # fmt: skip
    """A parcel that has not left is taken apart: its pieces are to be packed again."""
    order = _accepted(code, ikm_id, version)
    parcel = book.one(order, number)
    _carry(parcel, ParcelState.UNPACKED)
    pieces.unpack(book.content(parcel))
    refold(order)
    note(order, "unpacked", Actor("shop", by), now, parcel=number)


def ship(
    code: str,
    *,
    ikm_id: int,
    by: int,
    version: int,
    courier: str,
    tracking: str,
    now: datetime,
    number: int | None = None,
) -> int:
    """The courier has this parcel (unless said, the first that is packed); its number.

    Seven days after the last one the order completes by itself.
    """
    order = _accepted(code, ikm_id, version)
    if order.pickup:
        raise Conflict("fetched_not_sent")
    if not courier:
        raise Invalid("courier_missing", field="courier")
    parcel = _waiting(order, number, ParcelState.PACKED)
    _carry(parcel, ParcelState.SHIPPED)
    parcel.courier, parcel.tracking, parcel.left_at = courier, tracking, now
    refold(order, silent=now)
    order.courier, order.tracking = courier, tracking
    note(
        order, "shipped", Actor("shop", by), now,
        courier=courier, tracking=tracking, parcel=parcel.number,
    )  # fmt: skip
    return parcel.number


def ready(
    code: str, *, ikm_id: int, by: int, version: int, now: datetime, number: int | None = None
) -> int:
    """A parcel waits at the shop for whoever bought it; its number."""
    order = _accepted(code, ikm_id, version)
    if not order.pickup:
        raise Conflict("sent_not_fetched")
    parcel = _waiting(order, number, ParcelState.PACKED)
    _carry(parcel, ParcelState.READY)
    parcel.left_at = now
    refold(order, silent=now)
    note(order, "ready", Actor("shop", by), now, parcel=parcel.number)
    return parcel.number


def hand_over(
    code: str, *, ikm_id: int, by: int, version: int, now: datetime, number: int | None = None
) -> int:
    """The shop gave a parcel to the buyer, who has two days to say otherwise; its number."""
    order = _accepted(code, ikm_id, version)
    parcel = _waiting(order, number, ParcelState.READY)
    if parcel.state != ParcelState.READY:
        raise Conflict("wrong_state", state=parcel.state, wanted="received")
    _carry(parcel, ParcelState.RECEIVED)
    parcel.received_at = now
    refold(order, silent=now)
    note(order, "handed_over", Actor("shop", by), now, parcel=parcel.number)
    return parcel.number


# --- The buyer, and nobody ------------------------------------------------------------------------


def receive(
    code: str, *, group_id: int, by: int | None, now: datetime, number: int | None = None
) -> bool:
    """The buyer has this parcel (unless said, all that were sent) and is content.

    The order is complete with the last of them; saying so twice is fine. True when it is complete.
    """
    order = _locked(code)
    if order.group_id != group_id:
        raise NotFound()
    if order.state == OrderState.COMPLETED:
        return True
    if order.contested:
        raise Conflict("complaint_open")
    parcels = book.of_order(order) if order.state == OrderState.ACCEPTED else ()
    come = [
        parcel for parcel in parcels
        if parcel.state in MAY_HAVE_COME and number in (None, parcel.number)
    ]  # fmt: skip
    if not come:
        raise Conflict("not_sent_yet")
    fresh = [parcel for parcel in come if parcel.confirmed_at is None]
    for parcel in fresh:
        _arrive(parcel, now)
        parcel.confirmed_at = now
    if not fresh:
        return False
    if refold(order, silent=now):
        complete(order, "received", Actor("buyer", by), now)
        return True
    numbers = [parcel.number for parcel in fresh]
    note(order, "part_received", Actor("buyer", by), now, parcels=numbers)
    return False


def complete_silently(code: str, now: datetime) -> bool:
    """Nobody said anything for as long as the rules give: it is taken as received."""
    order = _locked(code)
    over = order.due_at is not None and order.due_at <= now
    there = order.parcel in GONE
    if order.state != OrderState.ACCEPTED or not there or not over or order.contested:
        return False
    complete(order, "completed", Actor("system"), now)
    return True


def contest(order: Order, actor: Actor, *, in_hand: bool, now: datetime) -> None:
    """The buyer is not content: until that is settled the order does not complete.

    Something must be on its way or there; what waits at the shop is in the hands of who complains.
    What is not sent yet goes on being packed and sent.
    """
    if order.state == OrderState.COMPLETED:
        raise Conflict("complaint_too_late")
    states = {ParcelState(parcel.state) for parcel in book.of_order(order)}
    fetched = in_hand and ParcelState.READY in states
    if order.state != OrderState.ACCEPTED or not (fetched or states & OUT_OF_HAND):
        raise Conflict("nothing_sent_yet")
    order.contested = True
    note(order, "complained", actor, now)
    if fetched:
        for parcel in book.of_order(order):
            if parcel.state == ParcelState.READY:
                _arrive(parcel, now)
        refold(order)
        note(order, "handed_over", actor, now)


def settle(order: Order, actor: Actor, now: datetime, *, complained_at: datetime) -> None:
    """The complaint is over: the order is complete with whatever is still held.

    Where the parcels are stays as it was: what never arrived has not been received. What was still
    to be sent when the buyer complained goes on, and its money stays held.
    """
    if _was_to_come(order, complained_at):
        order.contested = False
        refold(order, silent=now)
        order.due_at = max(order.due_at or now, now + rules.OBJECT_AFTER_PICKUP)
        note(order, "goes_on", actor, now)
        return
    order.state = move(OrderState(order.state), OrderState.COMPLETED, ORDER_MOVES)
    order.contested, order.due_at = False, None
    posting.released(order, now=now)
    note(order, "settled", actor, now)


def _was_to_come(order: Order, then: datetime) -> bool:
    """Whether some of it had not left the shop by then."""
    return bool(pieces.left(order.id)) or any(
        parcel.state in AT_THE_SHOP or (parcel.left_at is not None and parcel.left_at > then)
        for parcel in book.of_order(order)
    )


def complete(order: Order, what: str, actor: Actor, now: datetime) -> None:
    """All that will come is there: the money becomes the shop's."""
    order.state = move(OrderState(order.state), OrderState.COMPLETED, ORDER_MOVES)
    for parcel in book.of_order(order):
        _arrive(parcel, now)
    order.parcel, order.due_at = Fulfilment.RECEIVED, None
    posting.released(order, now=now)
    note(order, what, actor, now)


def refold(order: Order, *, silent: datetime | None = None) -> bool:
    """Bring the order to what its parcels say; True when the buyer has confirmed all there is.

    `silent` is the moment from which a long silence counts, until all is on its way.
    """
    db.session.flush()
    left, parcels = pieces.left(order.id), book.of_order(order)
    order.parcel = fold(left, [parcel.state for parcel in parcels])
    flag_modified(order, "parcel")  # whoever has the page of before must look again
    ends = ends_at(left, parcels)
    if ends is None and silent:
        ends = rules.silent_from(silent, _made_by(order))
    order.due_at = ends or order.due_at
    return all_confirmed(left, parcels)


# --- Small things ---------------------------------------------------------------------------------


def _made_by(order: Order) -> date | None:
    weeks = select(OrderLine.made_in).where(OrderLine.order_id == order.id)
    return rules.made_by(db.session.scalars(weeks))


def _waiting(order: Order, number: int | None, state: ParcelState) -> Parcel:
    """The parcel that is meant, or a refusal when none waits for that."""
    try:
        return book.one(order, number, state)
    except NotFound:
        if number is not None:
            raise
        raise Conflict("wrong_state", state=order.parcel, wanted=state) from None


def _carry(parcel: Parcel, there: ParcelState) -> None:
    parcel.state = move(ParcelState(parcel.state), there, PARCEL_MOVES)


def _arrive(parcel: Parcel, now: datetime) -> None:
    if parcel.state != ParcelState.RECEIVED:
        _carry(parcel, ParcelState.RECEIVED)
        parcel.received_at = now


def note(order: Order, what: str, actor: Actor, now: datetime, **detail: Any) -> None:
    """One step in the order's timeline, with the version it led to."""
    db.session.flush()
    events.note([order], what, actor=actor.role, by=actor.person_id, at=now, **detail)


def _accepted(code: str, ikm_id: int, version: int) -> Order:
    order = _of_shop(code, ikm_id, version)
    if order.state != OrderState.ACCEPTED:
        raise Conflict("wrong_state", state=order.state, wanted="accepted")
    return order


def _of_shop(code: str, ikm_id: int, version: int) -> Order:
    """The shop's own order, as it was when the page was shown; another shop's is not there."""
    order = _locked(code)
    if order.ikm_id != ikm_id:
        raise NotFound()
    if order.version != version:
        raise Conflict("order_moved")
    return order


def _locked(code: str) -> Order:
    return locked_row(Order, code)
