"""Kept cards, across the network: the page, the charge with the buyer away, and forgetting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, select

from marketplace.core import clock
from marketplace.core.db import read, read_one
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.failpoints import passing
from marketplace.core.money import Money
from marketplace.core.work import transaction
from marketplace.flows import card_pages
from marketplace.orders import card_ports as ports
from marketplace.orders.cards import kept
from marketplace.orders.cards.models import CardCharge, KeptCard
from marketplace.orders.cards.states import ChargeState, KeptCardState
from marketplace.orders.ports import GatewayDown, GatewayRefused

log = structlog.get_logger()
_CARD = select(KeptCard.__table__).where(KeptCard.code == bindparam("code"))
_CARD_PAGE = select(KeptCard.code).where(
    KeptCard.provider == bindparam("provider"), KeptCard.page == bindparam("reference")
)
_CHARGE = (
    select(CardCharge.__table__, KeptCard.card, KeptCard.code.label("card_code"))
    .join(KeptCard, KeptCard.id == CardCharge.kept_card_id)
    .where(CardCharge.code == bindparam("code"))
)
_UNDECIDED = (ChargeState.ASKED, ChargeState.PROCESSING)


# --- The page -------------------------------------------------------------------------------------


def open_page(code: str) -> str | None:
    """The address where the buyer leaves a card; asking twice is one page, None is none."""
    row = _find(_CARD, code)
    if row.url or row.state != KeptCardState.ASKED:
        return row.url if row.state in kept.WAITING else None
    try:
        page = card_pages.gateway(row.provider).open_card_page(
            key=row.key, card_code=code, **card_pages.arguments(row.words)
        )
    except GatewayRefused as refusal:
        log.warning("card_page_refused", card=code, why=refusal.code)
        _no_card(code)
        return None
    passing("cards.opened")
    with transaction():
        kept.attach(code, page, now=clock.now())
    passing("cards.attached")
    return page.url


def settle_card(code: str) -> KeptCardState:
    """Read what became of the page and record it; safe at any time."""
    row = _find(_CARD, code)
    if row.state not in kept.WAITING:
        return KeptCardState(row.state)
    asked = card_pages.gateway(row.provider)
    found = asked.find_card_pages(since=card_pages.begun(row))
    page = row.page or card_pages.lost_page(found, row, "card_code")
    if page is not None:
        reading = asked.read_card_page(page)
        passing("cards.read")
        with transaction():
            kept.record_card(code, reading, now=clock.now())
    elif card_pages.is_over(row, clock.now()):
        _no_card(code)
    return KeptCardState(_find(_CARD, code).state)


def _no_card(code: str) -> None:
    with transaction():
        row = kept.locked_card(code)
        if row.state in kept.WAITING:
            kept.end_card(row, now=clock.now())


def forget(code: str, *, by: int | None) -> None:
    """The person takes the card back: the provider forgets it first, then we do."""
    row = _find(_CARD, code)
    if row.state != KeptCardState.KEPT:
        return
    busy = select(CardCharge.id).where(
        CardCharge.kept_card_id == row.id,
        CardCharge.state.in_([*_UNDECIDED, ChargeState.NEEDS_ACTION]),
    )
    if read_one(busy) is not None:
        raise Conflict("card_busy")
    card_pages.gateway(row.provider).forget_card(key=f"forget:{code}:1", card=row.card)
    passing("cards.forgotten")
    with transaction():
        kept.forgotten(code, by=by, now=clock.now())


# --- The charge -----------------------------------------------------------------------------------


def carry_out(charge_code: str) -> ChargeState:
    """The job behind a charge or its stop: with the stored key, then what the bank said."""
    row = _find(_CHARGE, charge_code)
    if row.state in _UNDECIDED or (row.state == ChargeState.NEEDS_ACTION and row.stop_wished):
        try:
            reading = _ask(row)
        except GatewayRefused as refusal:
            with transaction():
                kept.never_charged(charge_code, refusal.code, now=clock.now())
        else:
            passing("charges.made")
            with transaction():
                kept.record_charge(charge_code, reading, now=clock.now())
            passing("charges.recorded")
    return ChargeState(_find(_CHARGE, charge_code).state)


def _ask(row: Row[Any]) -> ports.CardCharge:
    asked = card_pages.gateway(row.provider)
    if row.stop_wished:
        return asked.stop_card_charge(key=f"stop:{row.code}:1", reference=row.reference)
    if row.reference is not None:
        return asked.read_card_charge(row.reference)
    if row.card is None:
        raise GatewayRefused("card_gone")
    # an earlier try may have done it, and its answer been lost: look before asking a bank twice
    found = asked.find_card_charge(card=row.card, charge_code=row.code, since=card_pages.begun(row))
    return found or _charge(row)


def _charge(row: Row[Any]) -> ports.CardCharge:
    try:
        return card_pages.gateway(row.provider).charge_card(
            key=row.key,
            charge_code=row.code,
            card=row.card,
            amount=Money(row.amount),
            description=row.description,
        )
    except GatewayDown as down:
        if down.code == "server_error":
            with transaction():
                kept.new_key(row.code, now=clock.now())
        raise


# --- Messages and the sweep -----------------------------------------------------------------------


def follow(provider: str, reference: str) -> bool:
    """A message named this page; False when it is no page of ours for a card."""
    row = read_one(_CARD_PAGE, {"provider": provider, "reference": reference})
    if row is not None:
        settle_card(row.code)
    return row is not None


def look_after(*, older_than: datetime) -> card_pages.Seen:
    """Pages and charges whose end we should know by now."""
    seen = card_pages.Seen()
    pages = select(KeptCard.code, KeptCard.state).where(
        KeptCard.state.in_(kept.WAITING), KeptCard.touched_at <= older_than
    )
    charges = select(CardCharge.code, CardCharge.state).where(
        CardCharge.touched_at <= older_than,
        CardCharge.state.in_(_UNDECIDED)
        | (CardCharge.stop_wished & (CardCharge.state == ChargeState.NEEDS_ACTION)),
    )
    for statement, look in ((pages, settle_card), (charges, carry_out)):
        for row in read(statement):
            seen.look(partial(_changed, look, row))
    return seen


def _changed(look: Callable[[str], str], row: Row[Any]) -> bool:
    return bool(look(row.code) != row.state)


def _find(statement: Any, code: str) -> Row[Any]:
    row = read_one(statement, {"code": code})
    if row is None:
        raise NotFound()
    return row
