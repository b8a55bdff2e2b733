"""One payout from the bank's hands to the maker's, or back: each step is booked with its move."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.core import history
from marketplace.core.db import db, locked_row
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.states import move
from marketplace.makers.own import refuse_own_shop
from marketplace.orders import alarms
from marketplace.orders.ledger import posting
from marketplace.orders.ledger.models import LedgerEntry
from marketplace.orders.ledger.rules import HOLDERS, Account, Fact
from marketplace.orders.payout_ports import PayoutReading, PayoutSide
from marketplace.orders.payouts.models import Payout, PayoutRun
from marketplace.orders.payouts.rules import BANK
from marketplace.orders.payouts.states import BACK, PAYOUT_MOVES, PayoutState


def subject(code: str) -> str:
    """How book and history name a payout."""
    return f"payout:{code}"


def confirm(code: str, *, reference: str, by: int | None, now: datetime) -> bool:
    """The bank has paid it, says an officer or its statement. True when this was news."""
    payout = locked_row(Payout, code)
    if payout.state == PayoutState.PAID:
        return False
    _must_be(payout, BANK)
    if payout.state != PayoutState.SENT:
        raise Conflict("payout_not_sent")
    payout.reference = reference[:120]
    _forget_asked(payout)
    _paid(payout, BANK, by=by, now=now)
    return True


def confirm_run(run_code: str, *, reference: str, by: int, now: datetime) -> list[str]:
    """The bank has paid everything of this run that was on its way; which payouts that are.

    What an officer said came back is left for another to look at.
    """
    run = locked_row(PayoutRun, run_code)
    codes = db.session.scalars(
        select(Payout.code)
        .where(
            Payout.run_id == run.id,
            Payout.state == PayoutState.SENT,
            Payout.back_asked_by.is_(None),
        )
        .order_by(Payout.id)
    ).all()
    return [code for code in codes if confirm(code, reference=reference, by=by, now=now)]


def came_back(
    code: str, *, reason: str, by: int | None, now: datetime, receipt_id: int | None = None
) -> bool:
    """The bank sent it back, at once or days later: the shop may be paid it again.

    Whoever is paid again has the money twice if that is not so: a line of the bank's statement
    proves it, or another officer agrees. True then; until then one officer's word is kept.
    """
    payout = locked_row(Payout, code)
    _must_be(payout, BANK)
    refuse_own_shop(by, [payout.ikm_id])
    if payout.state not in (PayoutState.SENT, PayoutState.PAID):
        raise Conflict("payout_not_sent")
    if receipt_id is None and payout.back_asked_by is None:
        payout.back_asked_by, payout.back_asked_at = by, now
        payout.back_why = reason[:200]
        _write("payout.back_asked", payout, by=by, now=now, reason=reason)
        return False
    if receipt_id is None and payout.back_asked_by == by:
        raise Conflict("second_person_back")
    payout.back_by, payout.back_receipt_id = by, receipt_id
    back(payout, PayoutState.RETURNED, reason, by=by, now=now)
    return True


def not_back(code: str, *, by: int, now: datetime) -> None:
    """It did not come back after all: what one officer said is taken back."""
    payout = locked_row(Payout, code)
    if not _asked(payout):
        raise Conflict("payout_not_asked")
    _forget_asked(payout)
    _write("payout.back_dropped", payout, by=by, now=now)


def _asked(payout: Payout) -> bool:
    return payout.back_asked_by is not None and payout.state not in BACK


def _forget_asked(payout: Payout) -> None:
    payout.back_asked_by, payout.back_asked_at, payout.back_why = None, None, ""


def record(code: str, reading: PayoutReading, *, way: str, now: datetime) -> PayoutState | None:
    """Write down what the provider says of it; its new state when that was news."""
    payout = locked_row(Payout, code)
    before = PayoutState(payout.state)
    if before not in (PayoutState.SENT, PayoutState.PAID):
        return None
    payout.transfer, payout.touched_at = reading.reference, now
    if reading.amount.rupiah != payout.amount:
        _differs(payout, reading.amount.rupiah, now)
        return None
    if reading.side is PayoutSide.RETURNED:
        back(payout, PayoutState.RETURNED, "provider", by=None, now=now)
    elif reading.side is PayoutSide.DONE and before is PayoutState.SENT:
        _paid(payout, way, by=None, now=now)
    if reading.side is not PayoutSide.RETURNED and reading.returned:
        _differs(payout, reading.returned.rupiah, now)
    return PayoutState(payout.state) if payout.state != before else None


def arrived_after_all(code: str, reading: PayoutReading, *, now: datetime) -> bool:
    """It came back or failed, we wrote, and the provider has paid it: a person stops a second one.

    Nothing is booked: the shop may have been paid it again by now. True when this was news.
    """
    payout = locked_row(Payout, code)
    if payout.state not in BACK or reading.side is not PayoutSide.DONE:
        return False
    return _differs(payout, reading.amount.rupiah - reading.returned.rupiah, now)


def _differs(payout: Payout, came: int, now: datetime) -> bool:
    return alarms.sound_once(
        "payout_differs", subject(payout.code), now=now, rupiah=payout.amount, came=came
    )


def refuse(code: str, why: str, *, now: datetime) -> bool:
    """The provider will not do it: the shop may be paid it again, and somebody looks why."""
    payout = locked_row(Payout, code)
    if payout.state != PayoutState.SENT:
        return False
    back(payout, PayoutState.FAILED, why, by=None, now=now)
    alarms.sound("payout_failed", subject(code), now=now, rupiah=payout.amount, why=why)
    return True


def go(payout: Payout, there: PayoutState, now: datetime) -> None:
    """Move a payout that is locked."""
    payout.state = move(PayoutState(payout.state), there, PAYOUT_MOVES)
    payout.touched_at = now


def back(payout: Payout, there: PayoutState, reason: str, *, by: int | None, now: datetime) -> None:
    """It came back or never left: what was booked is booked back, and is payable again."""
    arrived = payout.state == PayoutState.PAID
    go(payout, there, now)
    payout.reason = reason[:200]
    if arrived:
        posting.reverse(_arrival(payout.code), reason=reason, by=by, now=now)
    posting.payout_returned(payout.code, payout.ikm_id, payout.amount, now=now)
    _write(f"payout.{there.value}", payout, by=by, now=now, reason=reason)


def _paid(payout: Payout, way: str, *, by: int | None, now: datetime) -> None:
    go(payout, PayoutState.PAID, now)
    payout.paid_at = now
    holder = HOLDERS.get(way, Account.BANK)
    posting.payout_arrived(payout.code, payout.ikm_id, payout.amount, holder=holder, now=now)
    _write("payout.paid", payout, by=by, now=now, reference=payout.reference)


def _arrival(code: str) -> int:
    """The booking that it arrived."""
    found = db.session.scalars(
        select(LedgerEntry.id).where(
            LedgerEntry.fact == Fact.PAYOUT_ARRIVED, LedgerEntry.subject == subject(code)
        )
    )
    return found.one()


def _must_be(payout: Payout, way: str) -> None:
    """What a provider carries is the provider's to tell."""
    if db.session.get_one(PayoutRun, payout.run_id).way != way:
        raise NotFound()


def _write(act: str, payout: Payout, *, by: int | None, now: datetime, **detail: str) -> None:
    history.record(act, subject(payout.code), by=by, at=now, rupiah=payout.amount, **detail)
