"""The administrator closes an account; no shop is left without an owner who can be reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.accounts import people
from marketplace.accounts.models import Person
from marketplace.accounts.roles import ShopRole
from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import letters
from marketplace.makers import members
from marketplace.makers.models import Membership
from marketplace.makers.states import ShopState


def close(person_id: int, *, by: int, reason: str, now: datetime) -> None:
    """Shut an account: signed out everywhere at once, told why by mail, orders stay."""
    with transaction():
        person = people.locked(person_id)
        must_leave_no_shop_alone(person_id)
        letters.post(
            "account_closed",
            to=person.email,
            key=f"account_closed:{person.code}",
            name=person.name,
            reason=reason,
        )
        people.close(person_id, by=by, now=now, reason=reason)


def must_leave_no_shop_alone(person_id: int) -> None:
    """Refuse to let go of the last owner of a shop that is not closed."""
    for shop in members.shops_of(person_id):
        if not shop.owner or shop.state is ShopState.CLOSED:
            continue
        others = db.session.scalars(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.ikm_id == shop.ikm_id,
                Membership.role == ShopRole.OWNER,
                Membership.person_id != person_id,
                Person.closed_at.is_(None),
            )
            .with_for_update()
        ).all()
        if not others:
            raise Conflict("owns_shop", shop=shop.name)
