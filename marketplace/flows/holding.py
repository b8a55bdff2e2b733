"""Holds, across the network: the page, the truth, and the one wish that is carried out.

Everything may run twice and after a crash: keys are made from the row, and what the provider says
is read and recorded by one way only.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, or_, select

from marketplace.core import clock
from marketplace.core.db import read, read_one
from marketplace.core.errors import NotFound
from marketplace.core.failpoints import passing
from marketplace.core.money import Money
from marketplace.core.work import transaction
from marketplace.flows import card_pages
from marketplace.orders import alarms
from marketplace.orders.card_ports import HoldReading, HoldSide
from marketplace.orders.cards import holds
from marketplace.orders.cards.models import Hold
from marketplace.orders.cards.states import HoldState, Wish
from marketplace.orders.ports import GatewayDown, GatewayRefused

log = structlog.get_logger()
_BY_CODE = select(Hold.__table__).where(Hold.code == bindparam("code"))
_BY_REFERENCE = select(Hold.code).where(
    Hold.provider == bindparam("provider"),
    or_(Hold.page == bindparam("reference"), Hold.payment_reference == bindparam("reference")),
)
UNDECIDED = (HoldState.ASKED, HoldState.OPEN, HoldState.HELD)


def open_page(code: str) -> str | None:
    """The address where the buyer agrees to the hold; asking twice is one page, None is none."""
    row = _find(code)
    if row.url or row.state != HoldState.ASKED:
        return row.url if row.state in (HoldState.ASKED, HoldState.OPEN) else None
    try:
        page = card_pages.gateway(row.provider).open_hold(
            key=row.key,
            hold_code=code,
            amount=Money(row.amount),
            **card_pages.arguments(row.words),
        )
    except GatewayRefused as refusal:
        log.warning("hold_refused", hold=code, why=refusal.code)
        with transaction():
            holds.never_opened(code, now=clock.now())
        return None
    passing("holds.opened")
    with transaction():
        holds.attach(code, page, now=clock.now())
    passing("holds.attached")
    return page.url


def settle(code: str) -> HoldState:
    """Read what became of a hold and record it; safe at any time and any number of times."""
    row = _find(code)
    reading = _truth(row)
    if reading is not None:
        passing("holds.read")
        with transaction():
            holds.record(code, reading, now=clock.now())
        passing("holds.settled")
    return HoldState(_find(code).state)


def _truth(row: Row[Any]) -> HoldReading | None:
    """What the provider says, after closing a page that nobody should use any more."""
    asked = card_pages.gateway(row.provider)
    page = row.page or card_pages.lost_page(
        asked.find_holds(since=card_pages.begun(row)), row, "hold_code"
    )
    if page is None:
        if card_pages.is_over(row, clock.now()):
            with transaction():
                holds.never_opened(row.code, now=clock.now())
        return None
    reading = asked.read_hold_page(page)
    unwanted = row.wish == Wish.RELEASE or row.state in (HoldState.RELEASED, HoldState.EXPIRED)
    if reading.side is HoldSide.OPEN and (unwanted or card_pages.is_over(row, clock.now())):
        asked.close_page(page)
        reading = asked.read_hold_page(page)
    if reading.side is HoldSide.HELD and unwanted and reading.payment_reference:
        return asked.release(
            key=f"release:{row.code}:1", payment_reference=reading.payment_reference
        )
    return reading


def carry_out(hold_code: str) -> None:
    """The job behind a wish: capture or let go with the stored key, then record what is true."""
    row = _find(hold_code)
    if row.wish == Wish.CAPTURE and row.state == HoldState.HELD:
        _capture(row)
    else:
        settle(hold_code)


def _capture(row: Row[Any]) -> None:
    asked = card_pages.gateway(row.provider)
    reading = asked.read_hold(row.payment_reference)  # an earlier try may have done it
    if reading.side is HoldSide.HELD:
        reading = _take(row)
    passing("holds.captured")
    with transaction():
        holds.record(row.code, reading, now=clock.now())
    passing("holds.recorded")


def _take(row: Row[Any]) -> HoldReading:
    asked = card_pages.gateway(row.provider)
    try:
        return asked.capture(
            key=f"capture:{row.code}:{row.tries}",
            payment_reference=row.payment_reference,
            amount=Money(row.wish_amount),
        )
    except GatewayDown as down:
        if down.code == "server_error":
            with transaction():
                holds.new_key(row.code, now=clock.now())
        raise
    except GatewayRefused as refusal:  # too late, or done meanwhile: the hold itself says which
        reading = asked.read_hold(row.payment_reference)
        if reading.side is HoldSide.HELD:
            _call_somebody(row, refusal.code)
        return reading


def _call_somebody(row: Row[Any], why: str) -> None:
    with transaction():
        alarms.sound(
            "hold_not_captured",
            f"hold:{row.code}",
            now=clock.now(),
            rupiah=row.wish_amount,
            why=why,
        )


def follow(provider: str, reference: str) -> bool:
    """A message named this page or payment; False when it is no hold of ours."""
    row = read_one(_BY_REFERENCE, {"provider": provider, "reference": reference})
    if row is not None:
        settle(row.code)
    return row is not None


def look_after(*, older_than: datetime) -> card_pages.Seen:
    """Holds whose end we should know, or whose wish was not carried out.

    A hold may lapse at the bank a little before the hour it named, so the hours around it count.
    """
    seen = card_pages.Seen()
    near = clock.now() + card_pages.AROUND
    rows = read(
        select(Hold.code, Hold.state).where(
            Hold.state.in_(UNDECIDED),
            Hold.touched_at <= older_than,
            or_(
                Hold.state != HoldState.HELD,
                Hold.wish != Wish.NONE,
                Hold.capture_before <= near,
            ),
        )
    )
    for row in rows:
        seen.look(partial(_changed, row))
    return seen


def _changed(row: Row[Any]) -> bool:
    carry_out(row.code)
    return bool(_find(row.code).state != row.state)


def _find(code: str) -> Row[Any]:
    row = read_one(_BY_CODE, {"code": code})
    if row is None:
        raise NotFound()
    return row
