"""What the provider says of a dispute is written down, each step once, in whatever order it comes.

Who tells it does not matter: a message or the sweep, the dispute was read again before this. What a
reading says against what is final here is never written over it; a person looks at it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select

from marketplace.core import history
from marketplace.core.db import db
from marketplace.core.events import announce
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.orders import alarms
from marketplace.orders.disputes.events import (
    DisputeClosed,
    DisputeEvent,
    DisputeMoneyReturned,
    DisputeMoneyTaken,
    DisputeOpened,
)
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.disputes.states import (
    DISPUTE_MOVES,
    OPEN,
    WANTS_AN_ANSWER,
    DisputeState,
)
from marketplace.orders.models import Payment
from marketplace.orders.watch_ports import DisputeReading


def record(provider: str, reading: DisputeReading, *, now: datetime) -> bool:
    """Bring our row to what was read. True when something was new."""
    dispute = _locked(provider, reading)
    if dispute is None:
        _open(provider, reading, now)
        return True
    linked = _link(dispute, now)
    moved = _move_on(dispute, reading, now)
    paid = _follow_money(dispute, reading, now)
    if moved or paid:
        dispute.touched_at = now
    if moved and dispute.state not in OPEN:
        _close(dispute, now)
    return linked or moved or paid


def link(dispute_id: int, *, now: datetime) -> bool:
    """Its payment may be known by now: then all that happened so far is told again, for the book.

    True when it was linked just now.
    """
    found = _found(Dispute.id == dispute_id)
    return found is not None and _link(found, now)


def _locked(provider: str, reading: DisputeReading) -> Dispute | None:
    return _found(
        Dispute.provider == provider,
        Dispute.livemode == reading.livemode,
        Dispute.reference == reading.reference,
    )


def _found(*which: ColumnElement[bool]) -> Dispute | None:
    return db.session.scalar(
        select(Dispute)
        .where(*which)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _open(provider: str, reading: DisputeReading, now: datetime) -> None:
    """A dispute we did not know, perhaps over already when its first message was lost."""
    dispute = Dispute(
        code=new_code(),
        payment_id=_payment_id(provider, reading.payment_reference),
        provider=provider,
        livemode=reading.livemode,
        reference=reading.reference,
        payment_reference=reading.payment_reference,
        state=DisputeState(reading.side.value),
        amount=reading.amount.rupiah,
        reason=reading.reason[:60],
        evidence_due_by=reading.evidence_due_by,
        opened_at=reading.opened_at,
        touched_at=now,
    )
    db.session.add(dispute)
    db.session.flush()
    inquiry = dispute.state in (DisputeState.INQUIRY, DisputeState.INQUIRY_ANSWERED)
    _tell(DisputeOpened, dispute, inquiry=inquiry)
    _write(dispute, "dispute.opened", now)
    _follow_money(dispute, reading, now)
    if dispute.payment_id is None:  # the book cannot know of it yet, so a person does
        _call_somebody(dispute, now, kind="dispute_unlinked")
    if dispute.state in OPEN:
        _call_somebody(dispute, now)
    else:
        _close(dispute, now)


def _link(dispute: Dispute, now: datetime) -> bool:
    """It came before its payment was known as paid: nobody could hear whose money it is about."""
    if dispute.payment_id is not None:
        return False
    dispute.payment_id = _payment_id(dispute.provider, dispute.payment_reference)
    if dispute.payment_id is None:
        return False
    dispute.touched_at = now
    _write(dispute, "dispute.linked", now)
    alarms.over(f"dispute_unlinked:{dispute.code}", reason="Pembayarannya sudah dikenal", now=now)
    if dispute.taken_at is not None:
        _tell(DisputeMoneyTaken, dispute)
    if dispute.returned_at is not None:
        _tell(DisputeMoneyReturned, dispute)
    if dispute.closed_at is not None:
        _tell(DisputeClosed, dispute, lost=dispute.state == DisputeState.LOST)
    return True


def _payment_id(provider: str, reference: str | None) -> int | None:
    if reference is None:
        return None
    return db.session.scalar(
        select(Payment.id).where(
            Payment.provider == provider, Payment.charge_reference == reference
        )
    )


def _move_on(dispute: Dispute, reading: DisputeReading, now: datetime) -> bool:
    there, here = DisputeState(reading.side.value), DisputeState(dispute.state)
    renewed = _renew(dispute, reading, now)
    if there is here:
        return renewed
    if there not in DISPUTE_MOVES[here]:
        _call_somebody(dispute, now, kind="dispute_differs", said=there.value)
        return renewed
    dispute.state = move(here, there, DISPUTE_MOVES)
    _write(dispute, f"dispute.{there.value}", now)
    if there in WANTS_AN_ANSWER:
        _call_somebody(dispute, now)
    return True


def _renew(dispute: Dispute, reading: DisputeReading, now: datetime) -> bool:
    """The day for the answer may move, and the sum, until it was taken."""
    new = (reading.evidence_due_by, reading.amount.rupiah)
    if (dispute.evidence_due_by, dispute.amount) == new or dispute.state not in OPEN:
        return False
    if dispute.taken_at is not None and dispute.amount != reading.amount.rupiah:
        _call_somebody(dispute, now, kind="dispute_differs", came=reading.amount.rupiah)
        new = (reading.evidence_due_by, dispute.amount)
    changed = (dispute.evidence_due_by, dispute.amount) != new
    dispute.evidence_due_by, dispute.amount = new
    return changed


def _follow_money(dispute: Dispute, reading: DisputeReading, now: datetime) -> bool:
    """The amount leaves our account once, before the end, and comes back once unless it is lost."""
    if reading.money_away and dispute.taken_at is None and dispute.closed_at is None:
        dispute.taken_at = now
        _tell(DisputeMoneyTaken, dispute)
        _write(dispute, "dispute.money_taken", now)
        return True
    came_back = not reading.money_away and dispute.taken_at and dispute.returned_at is None
    if came_back and dispute.state != DisputeState.LOST:
        dispute.returned_at = now
        _tell(DisputeMoneyReturned, dispute)
        _write(dispute, "dispute.money_returned", now)
        return True
    away = dispute.taken_at is not None and dispute.returned_at is None
    if reading.money_away is not away:
        _call_somebody(dispute, now, kind="dispute_differs", said="money")
    return False


def _close(dispute: Dispute, now: datetime) -> None:
    dispute.closed_at = now
    _tell(DisputeClosed, dispute, lost=dispute.state == DisputeState.LOST)


def _tell(kind: type[DisputeEvent], dispute: Dispute, **more: bool) -> None:
    announce(
        kind(
            dispute_id=dispute.id,
            provider=dispute.provider,
            reference=dispute.reference,
            payment_id=dispute.payment_id,
            amount=dispute.amount,
            **more,
        )
    )


def _write(dispute: Dispute, act: str, now: datetime) -> None:
    history.record(act, f"dispute:{dispute.code}", by=None, at=now, rupiah=dispute.amount)


def _call_somebody(
    dispute: Dispute, now: datetime, *, kind: str = "dispute_open", **more: str | int
) -> None:
    subject = f"dispute:{dispute.code}" if kind == "dispute_open" else f"{kind}:{dispute.code}"
    alarms.sound(kind, subject, now=now, rupiah=dispute.amount, **more)
