"""The dinas and the shops: who waits, who is let in, who is sent back, who is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select

from marketplace.accounts.models import Person
from marketplace.core import history
from marketplace.core.db import db, read
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.states import move
from marketplace.makers import shops
from marketplace.makers.models import Ikm, ShopReview
from marketplace.makers.own import refuse_own_shop
from marketplace.makers.states import SHOP_MOVES, ShopState

PAGE = 24
FIRST_VISIT = date(2000, 1, 1)
ACTS = {
    ShopState.OPEN: "shop.opened",
    ShopState.RETURNED: "shop.returned",
    ShopState.SUSPENDED: "shop.suspended",
    ShopState.CLOSED: "shop.closed_by_dinas",
}
NEEDS_REASON = (ShopState.RETURNED, ShopState.SUSPENDED, ShopState.CLOSED)
# What the dinas may do from where; the maker's own moves (send, pause, resume) are not here.
OFFICE_MOVES = {
    ShopState.DRAFT: (ShopState.CLOSED,),
    ShopState.REVIEW: (ShopState.OPEN, ShopState.RETURNED, ShopState.CLOSED),
    ShopState.RETURNED: (ShopState.CLOSED,),
    ShopState.OPEN: (ShopState.SUSPENDED, ShopState.CLOSED),
    ShopState.PAUSED: (ShopState.SUSPENDED, ShopState.CLOSED),
    ShopState.SUSPENDED: (ShopState.OPEN, ShopState.CLOSED),
    ShopState.CLOSED: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A shop in the list of the dinas; `at` is since when it waits."""

    id: int
    code: str
    name: str
    owner_name: str
    place: str
    sector: str
    state: ShopState
    visited_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about a shop."""

    at: datetime
    verdict: ShopState
    reason: str
    by: str


_SINCE = func.coalesce(Ikm.submitted_at, Ikm.created_at)
_LIST = select(
    Ikm.id,
    Ikm.code,
    Ikm.name,
    Ikm.owner_name,
    Ikm.place,
    Ikm.sector,
    Ikm.state,
    Ikm.visited_on,
    _SINCE.label("at"),
)
_COUNTS = select(Ikm.state, func.count().label("shops")).group_by(Ikm.state)
_DECISIONS = (
    select(ShopReview.at, ShopReview.verdict, ShopReview.reason, Person.name.label("by"))
    .join(Person, Person.id == ShopReview.by)
    .where(ShopReview.ikm_id == bindparam("ikm_id"))
    .order_by(ShopReview.id.desc())
    .limit(50)
)


def listed(
    state: ShopState | None, text: str, after: tuple[datetime, int] | None
) -> tuple[list[Row], Row | None]:
    """A page of shops, the longest waiting first; and the last of it when more follow."""
    statement: Any = _LIST.order_by(_SINCE, Ikm.id).limit(PAGE + 1)
    if state is not None:
        statement = statement.where(Ikm.state == state)
    if text:
        found = [
            func.lower(column).contains(text.lower(), autoescape=True)
            for column in (Ikm.name, Ikm.place, Ikm.owner_name)
        ]
        statement = statement.where(or_(*found))
    if after is not None:
        at, id = after
        later, same = _SINCE.__gt__(at), _SINCE.__eq__(at)
        statement = statement.where(or_(later, and_(same, Ikm.id > id)))
    rows = [Row(**{**row._mapping, "state": ShopState(row.state)}) for row in read(statement)]
    page = rows[:PAGE]
    return page, page[-1] if len(rows) > PAGE else None


def counts() -> dict[ShopState, int]:
    """How many shops are in which state."""
    found = {ShopState(row.state): int(row.shops) for row in read(_COUNTS)}
    return {state: found.get(state, 0) for state in ShopState}


def decisions(ikm_id: int) -> list[Decision]:
    """What was decided about a shop, the latest first."""
    return [
        Decision(row.at, ShopState(row.verdict), row.reason, row.by)
        for row in read(_DECISIONS, {"ikm_id": ikm_id})
    ]


def decide(
    code: str, there: ShopState, *, seen: int, reason: str, by: int, now: datetime
) -> tuple[int, ShopState]:
    """Decide about what was seen: somebody faster, or a change meanwhile, is a Conflict.

    Opening needs no reason; sending back, stopping and closing do. The shop and its state before.
    """
    ikm = _locked(code)
    refuse_own_shop(by, [ikm.id])
    before = ShopState(ikm.state)
    if ikm.version != seen:
        raise Conflict("shop_already_decided")
    if there not in OFFICE_MOVES[before]:
        raise Conflict("wrong_state", state=before.value, wanted=there.value)
    if there in NEEDS_REASON and not reason:
        raise Invalid("reason_missing", field="reason")
    ikm.state = move(before, there, SHOP_MOVES)
    ikm.state_reason = reason if there in NEEDS_REASON else ""
    if there == ShopState.OPEN:
        ikm.opened_at = ikm.opened_at or now
    act = "shop.reopened" if before == ShopState.SUSPENDED and ikm.state == "open" else ACTS[there]
    db.session.add(ShopReview(ikm_id=ikm.id, by=by, at=now, verdict=there, reason=reason))
    history.record(act, shops.subject(code), by=by, at=now, reason=reason)
    db.session.flush()
    return ikm.id, before


def note_visit(code: str, day: date | None, *, today: date, by: int, now: datetime) -> None:
    """Write down the day an officer stood in the workshop; buyers see it."""
    if day is not None and not FIRST_VISIT <= day <= today:
        raise Invalid("visit_out_of_range", field="visited_on")
    ikm = _locked(code)
    refuse_own_shop(by, [ikm.id])
    if ikm.visited_on == day:
        return
    ikm.visited_on = day
    on = day.isoformat() if day else ""
    history.record("shop.visited", shops.subject(code), by=by, at=now, on=on)
    db.session.flush()


def _locked(code: str) -> Ikm:
    ikm = db.session.scalar(select(Ikm).where(Ikm.code == code).with_for_update())
    if ikm is None:
        raise NotFound()
    return ikm
