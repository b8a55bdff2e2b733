"""Kept cards and the charges on them: consent first, the intent next, then the bank's word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update

from marketplace.core import history, jobs
from marketplace.core.db import db, locked_row
from marketplace.core.errors import Conflict
from marketplace.core.events import announce
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.orders import card_ports as ports
from marketplace.orders.cards.events import CardCharged, CardKept, CardRefused
from marketplace.orders.cards.models import CardCharge, KeptCard
from marketplace.orders.cards.states import (
    CHARGE_MOVES,
    KEPT_CARD_MOVES,
    ChargeState,
    KeptCardState,
)
from marketplace.orders.ports import CheckoutPage

OVER = (ChargeState.DECLINED, ChargeState.STOPPED)
WAITING = (KeptCardState.ASKED, KeptCardState.OPEN)


def ask_card(
    *,
    purpose: str,
    person_id: int | None,
    provider: str,
    livemode: bool,
    consent: str,
    words: dict[str, Any],
    now: datetime,
) -> str:
    """Write down that a card is to be kept, and the very words the person agreed to; its code."""
    code = new_code()
    db.session.add(
        KeptCard(
            code=code,
            purpose=purpose,
            person_id=person_id,
            provider=provider,
            livemode=livemode,
            key=f"card:{code}:1",
            words=words,
            consent=consent,
            created_at=now,
            touched_at=now,
        )
    )
    history.record("card.consented", f"card:{code}", by=person_id, at=now, words=consent)
    return code


def attach(code: str, page: CheckoutPage, *, now: datetime) -> None:
    """Remember the provider's page."""
    opened = case(
        (KeptCard.state == KeptCardState.ASKED, KeptCardState.OPEN.value), else_=KeptCard.state
    )
    db.session.execute(
        update(KeptCard)
        .where(KeptCard.code == code, KeptCard.page.is_(None))
        .values(page=page.reference, url=page.url, touched_at=now, state=opened)
        .execution_options(synchronize_session=False)
    )


def record_card(code: str, reading: ports.SavedCardReading, *, now: datetime) -> bool:
    """What became of the page, once. True when something was new."""
    kept = locked_card(code)
    kept.page = kept.page or reading.page
    if kept.state not in WAITING:
        return False
    if reading.side is ports.SavedCardSide.OVER:
        return end_card(kept, now=now)
    if reading.side is not ports.SavedCardSide.SAVED or reading.card is None:
        return False
    kept.state = move(KeptCardState(kept.state), KeptCardState.KEPT, KEPT_CARD_MOVES)
    kept.card, kept.brand = reading.card.reference, reading.card.brand[:20]
    kept.last4, kept.expires, kept.touched_at = reading.card.last4, reading.card.expires, now
    history.record("card.kept", f"card:{code}", by=kept.person_id, at=now, last4=kept.last4)
    announce(CardKept(code=code, purpose=kept.purpose))
    return True


def end_card(kept: KeptCard, *, now: datetime) -> bool:
    """No card was left on the page."""
    kept.state = move(KeptCardState(kept.state), KeptCardState.OVER, KEPT_CARD_MOVES)
    kept.touched_at = now
    return True


def forgotten(code: str, *, by: int | None, now: datetime) -> None:
    """The provider has forgotten the card; so do we, but for what the person knows it by."""
    kept = locked_card(code)
    if kept.state != KeptCardState.KEPT:
        return
    kept.state = move(KeptCardState.KEPT, KeptCardState.FORGOTTEN, KEPT_CARD_MOVES)
    kept.card, kept.touched_at = None, now
    history.record("card.forgotten", f"card:{code}", by=by, at=now, last4=kept.last4)


def ask_charge(
    card_code: str, *, purpose: str, amount: int, description: str, now: datetime
) -> str:
    """Write down that a kept card is to be charged; never two tries for one purpose at once."""
    kept = locked_card(card_code)
    if kept.state != KeptCardState.KEPT:
        raise Conflict("card_gone")
    earlier = select(func.count(), func.count().filter(CardCharge.state.not_in(OVER))).where(
        CardCharge.purpose == purpose
    )
    tries, live = db.session.execute(earlier).one()
    if live:
        raise Conflict("charge_exists")
    code = new_code()
    db.session.add(
        CardCharge(
            code=code,
            kept_card_id=kept.id,
            purpose=purpose,
            provider=kept.provider,
            livemode=kept.livemode,
            amount=amount,
            description=description[:120],
            attempt=tries + 1,
            key=f"charge:{code}:1",
            created_at=now,
            touched_at=now,
        )
    )
    jobs.enqueue("card_charges.carry_out", key=f"charge:{code}", charge_code=code)
    history.record("charge.asked", f"charge:{code}", by=None, at=now, rupiah=amount)
    db.session.flush()
    return code


def new_key(code: str, *, now: datetime) -> None:
    """The provider keeps a failure for the old key: the next try reads first, then uses this."""
    charge = locked_charge(code)
    if charge.state == ChargeState.ASKED:
        charge.tries, charge.touched_at = charge.tries + 1, now
        charge.key = f"charge:{code}:{charge.tries}"


def wish_stop(code: str, *, by: int | None, now: datetime) -> None:
    """Nothing shall come of a charge that waits for the buyer; a job tells the provider."""
    charge = locked_charge(code)
    if charge.state in OVER:
        return
    if charge.state != ChargeState.NEEDS_ACTION:
        raise Conflict("charge_decided")
    charge.stop_wished, charge.touched_at = True, now
    jobs.enqueue("card_charges.carry_out", key=f"stop:{code}", charge_code=code)
    history.record("charge.stop_asked", f"charge:{code}", by=by, at=now, rupiah=charge.amount)


def record_charge(code: str, reading: ports.CardCharge, *, now: datetime) -> bool:
    """What the bank said, once. True when something was new."""
    charge = locked_charge(code)
    charge.reference, charge.why = reading.reference, (reading.why or "")[:80] or None
    there = ChargeState(reading.side.value)
    if there is ChargeState.DECLINED and charge.stop_wished:
        there = ChargeState.STOPPED
    if charge.state == there or charge.state in (*OVER, ChargeState.PAID):
        return False
    charge.state = move(ChargeState(charge.state), there, CHARGE_MOVES)
    charge.touched_at = now
    history.record(f"charge.{there.value}", f"charge:{code}", by=None, at=now, rupiah=charge.amount)
    _tell(charge)
    return True


def never_charged(code: str, why: str, *, now: datetime) -> None:
    """The provider would not even ask the bank."""
    charge = locked_charge(code)
    if charge.state == ChargeState.ASKED:
        charge.state = move(ChargeState.ASKED, ChargeState.DECLINED, CHARGE_MOVES)
        charge.why, charge.touched_at = why[:80], now
        history.record("charge.declined", f"charge:{code}", by=None, at=now, rupiah=charge.amount)
        _tell(charge)


def _tell(charge: CardCharge) -> None:
    about = {"code": charge.code, "purpose": charge.purpose}
    if charge.state == ChargeState.PAID:
        announce(
            CardCharged(
                **about,
                amount=charge.amount,
                provider=charge.provider,
                payment_reference=str(charge.reference),
            )
        )
    elif charge.state in (ChargeState.DECLINED, ChargeState.NEEDS_ACTION):
        announce(CardRefused(**about, wants_buyer=charge.state == ChargeState.NEEDS_ACTION))


def locked_card(code: str) -> KeptCard:
    """One kept card, locked, as it stands."""
    return locked_row(KeptCard, code)


def locked_charge(code: str) -> CardCharge:
    """One charge, locked, as it stands."""
    return locked_row(CardCharge, code)
