"""The people of a shop: invited by an owner, gone at once when removed, never without an owner.

An invitation is bound to an e-mail address, works once, and dies after seven days or with the
rights of the owner who wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from marketplace.accounts.models import Person
from marketplace.accounts.roles import ShopRole
from marketplace.core import history
from marketplace.core.db import db, read, read_one
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.ids import new_token, token_hash
from marketplace.makers.models import Ikm, Invitation, Membership
from marketplace.makers.rules import MOST_MEMBERS, still_an_owner
from marketplace.makers.shops import subject
from marketplace.makers.states import ShopState

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the shop."""

    person_id: int
    code: str
    name: str
    email: str
    role: ShopRole
    since: datetime

    @property
    def owner(self) -> bool:
        return self.role is ShopRole.OWNER


@dataclass(frozen=True, slots=True)
class Open:
    """An invitation that still opens the door."""

    id: int
    ikm_id: int
    shop: str
    shop_code: str
    email: str
    role: ShopRole
    invited_by: str
    expires_at: datetime


_MEMBERS = (
    select(
        Person.id.label("person_id"),
        Person.code,
        Person.name,
        Person.email,
        Membership.role,
        Membership.since,
    )
    .join(Person, Person.id == Membership.person_id)
    .where(Membership.ikm_id == bindparam("ikm_id"))
    .order_by(Membership.role, Membership.since, Person.id)
)
# Whoever invited must still own the shop: the right to invite ends with the right itself.
_OPEN = (
    select(
        Invitation.id,
        Invitation.ikm_id,
        Ikm.name.label("shop"),
        Ikm.code.label("shop_code"),
        Invitation.email,
        Invitation.role,
        Person.name.label("invited_by"),
        Invitation.expires_at,
    )
    .join(Ikm, Ikm.id == Invitation.ikm_id)
    .join(Person, Person.id == Invitation.by)
    .join(
        Membership,
        (Membership.ikm_id == Invitation.ikm_id) & (Membership.person_id == Invitation.by),
    )
    .where(
        Invitation.used_at.is_(None),
        Invitation.expires_at > bindparam("now"),
        Membership.role == ShopRole.OWNER,
        Person.closed_at.is_(None),
        Ikm.state != ShopState.CLOSED,
    )
    .order_by(Invitation.id)
)
_OPEN_OF_SHOP = _OPEN.where(Invitation.ikm_id == bindparam("ikm_id"))
_OPEN_BY_TOKEN = _OPEN.where(Invitation.token_hash == bindparam("hash"))


def members(ikm_id: int) -> list[Member]:
    """The people of a shop, owners first."""
    return [
        Member(**{**row._mapping, "role": ShopRole(row.role)})
        for row in read(_MEMBERS, {"ikm_id": ikm_id})
    ]


def owner_addresses(ikm_id: int) -> list[str]:
    """Where letters about the shop go."""
    return [member.email for member in members(ikm_id) if member.owner]


def invitations(ikm_id: int, *, now: datetime) -> list[Open]:
    """Invitations of a shop that nobody has used yet."""
    return [_open(row) for row in read(_OPEN_OF_SHOP, {"ikm_id": ikm_id, "now": now})]


def invitation(token: str, *, now: datetime) -> Open | None:
    """What a link invites to, without using it up; none when it no longer opens anything."""
    row = read_one(_OPEN_BY_TOKEN, {"hash": token_hash(token), "now": now})
    return _open(row) if row else None


def invite(ikm_id: int, email: str, role: ShopRole, *, by: int, now: datetime) -> int:
    """Open the door for one address; an earlier invitation to it is void. Its id.

    The link itself is made when the letter is written (`new_link`), so that no row ever holds it.
    """
    shop = _shop(ikm_id)
    _owners(ikm_id, by)
    people = members(ikm_id)
    if any(member.email == email for member in people):
        raise Invalid("already_member", field="email")
    if len(people) + len(invitations(ikm_id, now=now)) >= MOST_MEMBERS:
        raise Invalid("too_many_members", most=MOST_MEMBERS)
    db.session.execute(
        delete(Invitation).where(
            Invitation.ikm_id == ikm_id, Invitation.email == email, Invitation.used_at.is_(None)
        )
    )
    made = Invitation(
        ikm_id=ikm_id,
        email=email,
        role=role,
        token_hash=token_hash(new_token()),
        by=by,
        created_at=now,
        expires_at=now + LASTS,
    )
    db.session.add(made)
    db.session.flush()
    history.record("member.invited", subject(shop.code), by=by, at=now, role=role.value)
    return made.id


def new_link(invitation_id: int, *, now: datetime) -> tuple[str, Open] | None:
    """A fresh link for a letter about to be sent; none when the invitation is over."""
    row = read_one(_OPEN.where(Invitation.id == invitation_id), {"now": now})
    if row is None:
        return None
    token = new_token()
    db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.used_at.is_(None))
        .values(token_hash=token_hash(token))
    )
    return token, _open(row)


def withdraw(ikm_id: int, invitation_id: int, *, by: int, now: datetime) -> None:
    """Close a door again before anybody came through it."""
    shop = _shop(ikm_id)
    _owners(ikm_id, by)
    gone = db.session.scalar(
        delete(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.ikm_id == ikm_id,
            Invitation.used_at.is_(None),
        )
        .returning(Invitation.id)
    )
    if gone is None:
        raise NotFound()
    history.record("member.invitation_withdrawn", subject(shop.code), by=by, at=now)


def accept(token: str, person_id: int, *, now: datetime) -> Open:
    """Come in through an invitation to one's own address; of two presses one does it."""
    found = invitation(token, now=now)
    if found is None:
        raise Conflict("invitation_over")
    _owners(found.ikm_id)
    person = db.session.get_one(Person, person_id)
    if person.email_verified_at is None or person.email.lower() != found.email.lower():
        raise NotAllowed("invitation_for_another")
    used = db.session.scalar(
        update(Invitation)
        .where(Invitation.id == found.id, Invitation.used_at.is_(None))
        .values(used_at=now)
        .returning(Invitation.id)
    )
    if used is None or _inviter_left(found.id):
        raise Conflict("invitation_over")
    if db.session.get(Membership, (found.ikm_id, person_id)) is None:
        db.session.add(
            Membership(ikm_id=found.ikm_id, person_id=person_id, role=found.role, since=now)
        )
        history.record(
            "member.joined",
            subject(found.shop_code),
            by=person_id,
            at=now,
            person=person.code,
            role=found.role.value,
        )
    db.session.flush()
    return found


def _inviter_left(invitation_id: int) -> bool:
    """Whether the owner who wrote an invitation lost that right at this very moment."""
    still = db.session.scalar(
        select(func.count())
        .select_from(Invitation)
        .join(
            Membership,
            (Membership.ikm_id == Invitation.ikm_id) & (Membership.person_id == Invitation.by),
        )
        .where(Invitation.id == invitation_id, Membership.role == ShopRole.OWNER)
    )
    return not still


def remove(ikm_id: int, person_code: str, *, by: int, now: datetime) -> None:
    """Take somebody out of the shop, from the next request on; an owner always stays."""
    shop = _shop(ikm_id)
    owners = _owners(ikm_id, by)
    member = _member(ikm_id, person_code)
    _take_out(shop, member, owners, "member.removed", by=by, now=now)


def leave(ikm_id: int, *, by: int, now: datetime) -> None:
    """Go oneself; the last owner closes the shop or finds another first."""
    shop = _shop(ikm_id)
    owners = _owners(ikm_id)
    member = db.session.get(Membership, (ikm_id, by))
    if member is None:
        raise NotFound()
    _take_out(shop, member, owners, "member.left", by=by, now=now)


def set_role(ikm_id: int, person_code: str, role: ShopRole, *, by: int, now: datetime) -> None:
    """Make somebody owner or helper; it counts from the next request on."""
    shop = _shop(ikm_id)
    owners = _owners(ikm_id, by)
    member = _member(ikm_id, person_code)
    if member.role == role:
        return
    if role is not ShopRole.OWNER and not still_an_owner(owners, member.person_id):
        raise Conflict("last_owner")
    member.role = role
    history.record(
        "member.role_changed",
        subject(shop.code),
        by=by,
        at=now,
        person=person_code,
        role=role.value,
    )
    db.session.flush()


def _take_out(
    shop: Ikm, member: Membership, owners: set[int], act: str, *, by: int, now: datetime
) -> None:
    if member.role == ShopRole.OWNER and not still_an_owner(owners, member.person_id):
        raise Conflict("last_owner")
    person = db.session.get_one(Person, member.person_id)
    db.session.delete(member)
    history.record(act, subject(shop.code), by=by, at=now, person=person.code)
    db.session.flush()


def _shop(ikm_id: int) -> Ikm:
    shop = db.session.get(Ikm, ikm_id)
    if shop is None or shop.state == ShopState.CLOSED:
        raise Conflict("shop_is_closed")
    return shop


def _owners(ikm_id: int, by: int | None = None) -> set[int]:
    """The owners, held in one order so that two cannot remove each other.

    Who acts must still be one of them: the door let them in a moment earlier.
    """
    statement = (
        select(Membership)
        .where(Membership.ikm_id == ikm_id, Membership.role == ShopRole.OWNER)
        .order_by(Membership.person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    owners = {owner.person_id for owner in db.session.scalars(statement)}
    if by is not None and by not in owners:
        raise NotFound()
    return owners


def _member(ikm_id: int, person_code: str) -> Membership:
    member = db.session.scalar(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.ikm_id == ikm_id, Person.code == person_code)
        .with_for_update(of=Membership)
    )
    if member is None:
        raise NotFound()
    return member


def _open(row: Any) -> Open:
    return Open(**{**row._mapping, "role": ShopRole(row.role)})
