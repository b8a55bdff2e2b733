"""Links sent by mail: 256 bits, stored hashed, thirty minutes, once, and only while they still fit.

A link is bound to the address and the password of the moment it was made: when either changes, the
link is void.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, delete, select, update

from marketplace.accounts.models import MailedToken, Person
from marketplace.core.db import changed, db, read_one
from marketplace.core.errors import Invalid
from marketplace.core.ids import new_token, token_hash

LASTS = timedelta(minutes=30)


class Purpose(StrEnum):
    VERIFY = "verify"  # the address of a new account
    NEW_EMAIL = "new_email"  # another address for an account
    RESET = "reset"  # a forgotten password


@dataclass(frozen=True, slots=True)
class Link:
    """A live link: whose, what for, and the address it was sent to."""

    person_id: int
    purpose: Purpose
    email: str


_FIND = (
    select(
        MailedToken.person_id,
        MailedToken.purpose,
        MailedToken.email,
        MailedToken.bound_to,
        MailedToken.expires_at,
        Person.email.label("person_email"),
        Person.password_hash,
    )
    .join(Person, Person.id == MailedToken.person_id)
    .where(
        MailedToken.token_hash == bindparam("hash"),
        MailedToken.used_at.is_(None),
        Person.closed_at.is_(None),
    )
)


def make(person: Person, purpose: Purpose, *, email: str, now: datetime) -> str:
    """A new link for the address; an older one for the same purpose dies."""
    db.session.execute(
        delete(MailedToken).where(
            MailedToken.person_id == person.id, MailedToken.purpose == purpose
        )
    )
    token = new_token()
    db.session.add(
        MailedToken(
            token_hash=token_hash(token),
            purpose=purpose,
            person_id=person.id,
            email=email,
            bound_to=_bond(person.email, person.password_hash),
            created_at=now,
            expires_at=now + LASTS,
        )
    )
    return token


def look(token: str, *purposes: Purpose, now: datetime) -> Link | None:
    """What a link is for, without using it up: mail scanners open links too."""
    row = read_one(_FIND, {"hash": token_hash(token)})
    if row is None or now >= row.expires_at or row.purpose not in purposes:
        return None
    if row.bound_to != _bond(row.person_email, row.password_hash):
        return None
    return Link(row.person_id, Purpose(row.purpose), row.email)


def spend(token: str, purpose: Purpose, *, now: datetime) -> Link:
    """Use a link up; of two that come at once, one is told that it is too late."""
    link = look(token, purpose, now=now)
    used = changed(
        update(MailedToken)
        .where(MailedToken.token_hash == token_hash(token), MailedToken.used_at.is_(None))
        .values(used_at=now)
    )
    if link is None or used != 1:
        raise Invalid("link_over")
    return link


def _bond(email: str, password_hash: str) -> str:
    return token_hash(f"{email}\n{password_hash}")
