"""Signed-in devices: a row each, ended at once by sign-out, and by itself after a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update

from marketplace.accounts.models import Person, SignInSession
from marketplace.accounts.roles import Role
from marketplace.core.db import changed, db, read, read_one
from marketplace.core.errors import NotFound
from marketplace.core.ids import new_code, new_token, token_hash

IDLE = {
    Role.RESIDENT: timedelta(days=7),
    Role.STAFF: timedelta(minutes=30),
    Role.ADMIN: timedelta(minutes=30),
}
LONGEST = {
    Role.RESIDENT: timedelta(days=30),
    Role.STAFF: timedelta(hours=12),
    Role.ADMIN: timedelta(hours=12),
}
TOUCH, TOUCH_STAFF = timedelta(minutes=5), timedelta(minutes=1)  # writing each time is too dear


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is behind a request, as every page needs it."""

    session_id: int
    session_code: str
    person_id: int
    code: str
    name: str
    email: str
    verified: bool
    role: Role
    big_type: bool
    proved_at: datetime
    seen_at: datetime
    second_factor: bool
    has_second_factor: bool

    @property
    def is_staff(self) -> bool:
        return self.role in (Role.STAFF, Role.ADMIN)

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


FIND = (
    select(
        SignInSession.id,
        SignInSession.code.label("session_code"),
        SignInSession.proved_at,
        SignInSession.seen_at,
        SignInSession.ends_at,
        SignInSession.second_factor_at,
        Person.id.label("person_id"),
        Person.code,
        Person.name,
        Person.email,
        Person.email_verified_at,
        Person.role,
        Person.big_type,
        Person.totp_secret,
    )
    .join(Person, Person.id == SignInSession.person_id)
    .where(SignInSession.token_hash == bindparam("hash"), Person.closed_at.is_(None))
)


def find(token: str, *, now: datetime) -> Visitor | None:
    """The person of a live session, or none when it was ended, idle too long, or too old."""
    row = read_one(FIND, {"hash": token_hash(token)})
    if row is None:
        return None
    role = Role(row.role)
    if now >= row.ends_at or now - row.seen_at > IDLE[role]:
        return None
    return Visitor(
        session_id=row.id,
        session_code=row.session_code,
        person_id=row.person_id,
        code=row.code,
        name=row.name,
        email=row.email,
        verified=row.email_verified_at is not None,
        role=role,
        big_type=row.big_type,
        proved_at=row.proved_at,
        seen_at=row.seen_at,
        second_factor=row.second_factor_at is not None,
        has_second_factor=row.totp_secret is not None,
    )


def begin(person: Person, *, device: str, address: str, now: datetime) -> str:
    """Open a session and give its secret, once."""
    token = new_token()
    role = Role(person.role)
    db.session.add(
        SignInSession(
            code=new_code(),
            token_hash=token_hash(token),
            person_id=person.id,
            device=device[:200],
            address=address[:45],
            created_at=now,
            seen_at=now,
            proved_at=now,
            ends_at=now + LONGEST[role],
        )
    )
    return token


@dataclass(frozen=True, slots=True)
class Device:
    """One signed-in device, as its owner sees it in a list."""

    id: int
    code: str
    device: str
    address: str
    created_at: datetime
    seen_at: datetime


_DEVICES = (
    select(
        SignInSession.id,
        SignInSession.code,
        SignInSession.device,
        SignInSession.address,
        SignInSession.created_at,
        SignInSession.seen_at,
    )
    .where(
        SignInSession.person_id == bindparam("person_id"),
        SignInSession.ends_at > bindparam("now"),
    )
    .order_by(SignInSession.seen_at.desc())
)


def devices_of(person_id: int, role: Role, *, now: datetime) -> list[Device]:
    """Where a person is signed in, the latest first; what slept too long is already over."""
    rows = read(_DEVICES, {"person_id": person_id, "now": now})
    return [Device(**row._mapping) for row in rows if now - row.seen_at <= IDLE[role]]


def renew(session_id: int, *, now: datetime, proved: bool = False, code: bool = False) -> str:
    """Give the device a new secret when it proved more about its person; the old one is void.

    `proved`: the password was typed; `code`: the second factor was shown.
    """
    token = new_token()
    values = {"token_hash": token_hash(token), "seen_at": now}
    if proved:
        values["proved_at"] = now
    if code:
        values["second_factor_at"] = now
    renewed = changed(update(SignInSession).where(SignInSession.id == session_id).values(**values))
    if renewed != 1:
        raise NotFound()
    return token


def is_stale(visitor: Visitor, *, now: datetime) -> bool:
    """Whether it is time to write down again that the device is in use."""
    return now - visitor.seen_at > (TOUCH_STAFF if visitor.is_staff else TOUCH)


def touch(session_id: int, *, now: datetime) -> None:
    """Remember that the device is in use."""
    db.session.execute(
        update(SignInSession).where(SignInSession.id == session_id).values(seen_at=now)
    )


def end(token: str) -> None:
    """Sign this device out; ending twice is fine."""
    db.session.execute(delete(SignInSession).where(SignInSession.token_hash == token_hash(token)))


def end_one(person_id: int, code: str) -> None:
    """Sign out another device of one's own; somebody else's is not found."""
    ended = changed(
        delete(SignInSession).where(
            SignInSession.person_id == person_id, SignInSession.code == code
        )
    )
    if ended != 1:
        raise NotFound()


def end_all(person_id: int, *, but: int | None = None) -> int:
    """Sign every device of a person out, perhaps but one; say how many."""
    statement = delete(SignInSession).where(SignInSession.person_id == person_id)
    if but is not None:
        statement = statement.where(SignInSession.id != but)
    return changed(statement)
