"""Holds: asked for, agreed to, then captured or let go; one wish decides, before anybody is called.

Whoever wishes first wins: a hold whose capture is wished cannot be let go any more, and the other
way round, so the provider is never told both. What the provider says is recorded under the lock.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update

from marketplace.core import history, jobs
from marketplace.core.db import db, locked_row
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.events import announce
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.orders import alarms
from marketplace.orders.card_ports import HoldReading, HoldSide
from marketplace.orders.cards.events import HoldCaptured, HoldEnded, HoldTaken
from marketplace.orders.cards.models import Hold
from marketplace.orders.cards.states import HOLD_MOVES, HoldState, Wish
from marketplace.orders.ports import CheckoutPage

WAITING = (HoldState.ASKED, HoldState.OPEN)
ENDED = (HoldState.CAPTURED, HoldState.RELEASED, HoldState.EXPIRED)


def ask(
    *,
    purpose: str,
    provider: str,
    livemode: bool,
    amount: int,
    words: dict[str, Any],
    now: datetime,
) -> str:
    """Write down that an amount is to be held; a purpose has one hold at a time. Its code."""
    live = select(Hold.id).where(
        Hold.purpose == purpose, Hold.state.not_in([HoldState.RELEASED, HoldState.EXPIRED])
    )
    if db.session.scalar(live) is not None:
        raise Conflict("hold_exists")
    code = new_code()
    hold = Hold(
        code=code,
        purpose=purpose,
        provider=provider,
        livemode=livemode,
        amount=amount,
        key=f"hold:{code}:1",
        words=words,
        created_at=now,
        touched_at=now,
    )
    db.session.add(hold)
    db.session.flush()
    return code


def attach(code: str, page: CheckoutPage, *, now: datetime) -> None:
    """Remember the provider's page; a hold that was given up meanwhile stays so."""
    db.session.execute(
        update(Hold)
        .where(Hold.code == code, Hold.page.is_(None))
        .values(
            page=page.reference,
            url=page.url,
            touched_at=now,
            state=case((Hold.state == HoldState.ASKED, HoldState.OPEN.value), else_=Hold.state),
        )
        .execution_options(synchronize_session=False)
    )


def locked(code: str) -> Hold:
    """One hold, locked, as it stands."""
    return locked_row(Hold, code)


def wish_capture(code: str, *, amount: int, by: int | None, now: datetime) -> None:
    """Decide to take so much; the rest goes back to the card. A job carries it out."""
    hold = locked(code)
    if not 0 < amount <= hold.amount:
        raise Invalid("capture_too_large", most=hold.amount)
    if hold.state != HoldState.HELD or hold.wish != Wish.NONE:
        raise Conflict("hold_decided")
    if hold.capture_before is not None and hold.capture_before <= now:
        raise Conflict("hold_over")
    hold.wish, hold.wish_amount, hold.touched_at = Wish.CAPTURE, amount, now
    _promise(hold)
    history.record("hold.capture_asked", f"hold:{code}", by=by, at=now, rupiah=amount)


def wish_release(code: str, *, by: int | None, now: datetime) -> None:
    """Decide to take nothing; wishing it twice is the same. A job carries it out."""
    hold = locked(code)
    if hold.wish == Wish.RELEASE or hold.state in (HoldState.RELEASED, HoldState.EXPIRED):
        return
    if hold.wish != Wish.NONE or hold.state not in (*WAITING, HoldState.HELD):
        raise Conflict("hold_decided")
    hold.wish, hold.touched_at = Wish.RELEASE, now
    _promise(hold)
    history.record("hold.release_asked", f"hold:{code}", by=by, at=now, rupiah=hold.amount)


def _promise(hold: Hold) -> None:
    jobs.enqueue("holds.carry_out", key=f"hold:{hold.code}:{hold.wish}", hold_code=hold.code)


def new_key(code: str, *, now: datetime) -> None:
    """The provider keeps a failure for the old key: the next try reads first, then uses this."""
    hold = locked(code)
    if hold.state == HoldState.HELD:
        hold.tries, hold.touched_at = hold.tries + 1, now


def record(code: str, reading: HoldReading, *, now: datetime) -> bool:
    """Write down what the provider says, once. True when something was new."""
    hold = locked(code)
    hold.page = hold.page or reading.page
    hold.payment_reference = hold.payment_reference or reading.payment_reference
    if reading.capture_before is not None:
        hold.capture_before = reading.capture_before
    if reading.amount.rupiah != hold.amount:
        return _differs(hold, now, came=reading.amount.rupiah)
    match reading.side:
        case HoldSide.HELD if hold.state in WAITING:
            _held(hold, now)
        case HoldSide.CAPTURED if hold.state != HoldState.CAPTURED:
            return _captured(hold, reading, now)
        case HoldSide.RELEASED if hold.state not in ENDED:
            _ended(hold, now)
        case HoldSide.RELEASED if hold.state == HoldState.CAPTURED:
            return _differs(hold, now, said=reading.side.value)
        case _:
            return False
    hold.touched_at = now
    return True


def never_opened(code: str, *, now: datetime) -> None:
    """The page was never made and will not be: nothing was held."""
    hold = locked(code)
    if hold.state in WAITING:
        _ended(hold, now)


def _held(hold: Hold, now: datetime) -> None:
    hold.state = move(HoldState(hold.state), HoldState.HELD, HOLD_MOVES)
    history.record("hold.taken", f"hold:{hold.code}", by=None, at=now, rupiah=hold.amount)
    announce(
        HoldTaken(
            code=hold.code,
            purpose=hold.purpose,
            amount=hold.amount,
            capture_before=hold.capture_before,
        )
    )


def _captured(hold: Hold, reading: HoldReading, now: datetime) -> bool:
    """Money has moved: it is recorded, even if nobody here wished it, and then a person looks."""
    if hold.state in (HoldState.RELEASED, HoldState.EXPIRED):
        return _differs(hold, now, said=reading.side.value)
    if hold.state in WAITING:
        _held(hold, now)
    hold.state = move(HoldState(hold.state), HoldState.CAPTURED, HOLD_MOVES)
    hold.captured, hold.touched_at = reading.captured.rupiah, now
    history.record("hold.captured", f"hold:{hold.code}", by=None, at=now, rupiah=hold.captured)
    if hold.wish != Wish.CAPTURE or hold.wish_amount != hold.captured:
        _differs(hold, now, came=hold.captured)
    announce(
        HoldCaptured(
            code=hold.code,
            purpose=hold.purpose,
            captured=hold.captured,
            provider=hold.provider,
            payment_reference=str(hold.payment_reference),
        )
    )
    return True


def _ended(hold: Hold, now: datetime) -> None:
    lapsed = hold.state == HoldState.HELD and hold.wish != Wish.RELEASE
    end = HoldState.RELEASED if hold.wish == Wish.RELEASE else HoldState.EXPIRED
    hold.state, hold.touched_at = move(HoldState(hold.state), end, HOLD_MOVES), now
    history.record(f"hold.{end.value}", f"hold:{hold.code}", by=None, at=now, rupiah=hold.amount)
    announce(HoldEnded(code=hold.code, purpose=hold.purpose, lapsed=lapsed))


def _differs(hold: Hold, now: datetime, **detail: str | int) -> bool:
    alarms.sound("hold_differs", f"hold:{hold.code}", now=now, rupiah=hold.amount, **detail)
    return False
