"""From "I make things" to an application at the dinas: begun with a name, sent when complete."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from marketplace.accounts import people
from marketplace.accounts.roles import ShopRole
from marketplace.core import history
from marketplace.core.db import db
from marketplace.core.errors import Invalid, NotAllowed
from marketplace.core.ids import new_code
from marketplace.core.states import move
from marketplace.makers import sheets, shops
from marketplace.makers.models import Ikm, Membership
from marketplace.makers.rules import MOST_APPLICATIONS
from marketplace.makers.states import SHOP_MOVES, ShopState

UNFINISHED = (ShopState.DRAFT, ShopState.REVIEW, ShopState.RETURNED)


def start(person_id: int, name: str, *, now: datetime) -> str:
    """Begin an application with a confirmed address; whoever begins owns the shop. Its code."""
    person = people.locked(person_id)
    if person.email_verified_at is None:
        raise NotAllowed("email_not_confirmed")
    begun = db.session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(Ikm, Ikm.id == Membership.ikm_id)
        .where(
            Membership.person_id == person_id,
            Membership.role == ShopRole.OWNER,
            Ikm.state.in_(UNFINISHED),
        )
    )
    if (begun or 0) >= MOST_APPLICATIONS:
        raise Invalid("too_many_applications", most=MOST_APPLICATIONS)
    ikm = Ikm(
        code=new_code(),
        slug=shops.free_slug(name),
        name=name,
        state=ShopState.DRAFT,
        hours={},
        created_at=now,
    )
    db.session.add(ikm)
    db.session.flush()
    db.session.add(Membership(ikm_id=ikm.id, person_id=person_id, role=ShopRole.OWNER, since=now))
    history.record("shop.started", shops.subject(ikm.code), by=person_id, at=now)
    return ikm.code


def submit(ikm_id: int, *, by: int, now: datetime) -> None:
    """Send a complete application to the dinas; sent twice, it is there once."""
    ikm = shops.locked(ikm_id)
    if ikm.state == ShopState.REVIEW:
        return
    there = move(ShopState(ikm.state), ShopState.REVIEW, SHOP_MOVES)
    if sheets.of_shop(ikm_id).missing:
        raise Invalid("application_incomplete")
    ikm.state, ikm.submitted_at = there, now
    history.record("shop.submitted", shops.subject(ikm.code), by=by, at=now)
    db.session.flush()
