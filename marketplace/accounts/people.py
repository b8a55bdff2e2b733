"""People and their accounts: who they are, what they may do, and how they leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import sessions
from marketplace.accounts.events import PersonClosed
from marketplace.accounts.models import (
    Address,
    Consent,
    MailedToken,
    Person,
    RecoveryCode,
)
from marketplace.accounts.roles import Role
from marketplace.core import history
from marketplace.core.db import db, read, read_one
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.events import announce
from marketplace.core.ids import new_code

NO_PASSWORD = "!"  # noqa: S105  # matches nothing


@dataclass(frozen=True, slots=True)
class Known:
    """A person as sign-in and the administrator see one."""

    id: int
    code: str
    name: str
    email: str
    verified: bool
    role: Role
    password_hash: str
    has_second_factor: bool
    created_at: datetime
    closed_at: datetime | None


_FIND = select(
    Person.id,
    Person.code,
    Person.name,
    Person.email,
    Person.email_verified_at,
    Person.role,
    Person.password_hash,
    Person.totp_secret,
    Person.created_at,
    Person.closed_at,
)
_BY_EMAIL = _FIND.where(Person.email == bindparam("email"))
_BY_ID = _FIND.where(Person.id == bindparam("id"))
_BY_CODE = _FIND.where(Person.code == bindparam("code"))


def find_by_email(email: str) -> Known | None:
    """The person of an address, in whatever case it was written."""
    return _known(read_one(_BY_EMAIL, {"email": email.strip().lower()}))


def find(person_id: int) -> Known | None:
    """A person by id."""
    return _known(read_one(_BY_ID, {"id": person_id}))


def find_by_code(code: str) -> Known | None:
    """A person by the code in an address."""
    return _known(read_one(_BY_CODE, {"code": code}))


def team() -> list[Known]:
    """Who works here, administrators first."""
    rows = read(
        _FIND.where(Person.role != Role.RESIDENT, Person.closed_at.is_(None)).order_by(
            Person.role, Person.name
        )
    )
    return [known for row in rows if (known := _known(row))]


def _known(row: object) -> Known | None:
    if row is None:
        return None
    values = dict(row._mapping)  # type: ignore[attr-defined]
    verified_at, secret = values.pop("email_verified_at"), values.pop("totp_secret")
    values["role"] = Role(values["role"])
    return Known(**values, verified=verified_at is not None, has_second_factor=secret is not None)


def locked(person_id: int) -> Person:
    """The person, held until this transaction ends; a closed account is no longer found."""
    person = db.session.scalar(
        select(Person).where(Person.id == person_id, Person.closed_at.is_(None)).with_for_update()
    )
    if person is None:
        raise NotFound()
    return person


def register(
    *,
    name: str,
    email: str,
    password_hash: str,
    now: datetime,
    role: Role = Role.RESIDENT,
    verified: bool = False,
) -> Person | None:
    """Open an account, or none when the address has one that was confirmed.

    An address that nobody confirmed yet belongs to nobody: the last one to sign up with it sets the
    name and the password, and links mailed before no longer fit.
    """
    email = email.strip().lower()
    person = db.session.scalar(select(Person).where(Person.email == email).with_for_update())
    if person is not None:
        if person.email_verified_at is not None or person.closed_at is not None:
            return None
        person.name, person.password_hash = name, password_hash
        return person
    person = Person(
        code=new_code(),
        name=name,
        email=email,
        email_verified_at=now if verified else None,
        password_hash=password_hash,
        role=role,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        return None  # the same address signed up at this very moment
    return person


def rename(person_id: int, name: str) -> None:
    """Change how a person is addressed."""
    db.session.execute(update(Person).where(Person.id == person_id).values(name=name))


def set_big_type(person_id: int, big: bool) -> None:
    """Remember that a person reads large print."""
    db.session.execute(update(Person).where(Person.id == person_id).values(big_type=big))


def change_email(person: Person, email: str, *, now: datetime) -> str:
    """Move the account to a confirmed new address; give the old one for the notice."""
    taken = db.session.scalar(select(Person.id).where(Person.email == email))
    if taken is not None and taken != person.id:
        raise Conflict("email_taken")
    old = person.email
    person.email, person.email_verified_at = email, now
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as fault:
        raise Conflict("email_taken") from fault
    forget_links(person.id)
    history.record("person.email_changed", f"person:{person.code}", by=person.id, at=now)
    return old


def change_password(person: Person, password_hash: str, *, now: datetime) -> None:
    """Set a new password; every mailed link that stood on the old one is void."""
    person.password_hash = password_hash
    forget_links(person.id)
    history.record("person.password_changed", f"person:{person.code}", by=person.id, at=now)


def refresh_hash(person_id: int, *, old: str, new: str) -> None:
    """Store the same password under today's settings, unless it changed meanwhile."""
    db.session.execute(
        update(Person)
        .where(Person.id == person_id, Person.password_hash == old)
        .values(password_hash=new)
    )


def forget_links(person_id: int) -> None:
    """Void every link that was mailed and not yet used."""
    db.session.execute(
        delete(MailedToken).where(MailedToken.person_id == person_id, MailedToken.used_at.is_(None))
    )


def set_role(person_id: int, role: Role, *, by: int | None, now: datetime) -> None:
    """Give a person another role; it counts at once, so every device signs in again.

    `by` is empty when the console appoints, as it must for the first officer.
    """
    admins = _locked_admins()
    person = locked(person_id)
    old = Role(person.role)
    if old is role:
        return
    if old is Role.ADMIN:
        _must_leave_an_admin(admins, person_id)
    person.role = role
    sessions.end_all(person_id)
    history.record(
        "person.role_changed", f"person:{person.code}", by=by, at=now, old=old, new=role.value
    )


def close(person_id: int, *, by: int, now: datetime, reason: str = "") -> None:
    """Shut an account: its devices are signed out at once, its orders stay."""
    admins = _locked_admins()
    person = locked(person_id)
    if person.role == Role.ADMIN:
        _must_leave_an_admin(admins, person_id)
    person.closed_at = now
    _end_everything(person_id)
    history.record("person.closed", f"person:{person.code}", by=by, at=now, reason=reason)
    announce(PersonClosed(person_id=person_id, erased=False))


def erase(person_id: int, *, now: datetime) -> None:
    """Forget a person who asks for it: nothing that names them stays on the account.

    The row itself stays, so that orders still belong to somebody; what an order needs for its
    papers stands on the order.
    """
    admins = _locked_admins()
    person = locked(person_id)
    if person.role == Role.ADMIN:
        _must_leave_an_admin(admins, person_id)
    gone = f"dihapus-{person.code}@dihapus.invalid"
    _end_everything(person_id)
    db.session.execute(delete(Address).where(Address.person_id == person_id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    db.session.execute(delete(MailedToken).where(MailedToken.person_id == person_id))
    db.session.execute(
        update(Consent)
        .where(or_(Consent.person_id == person_id, Consent.email == person.email))
        .values(email=gone, withdrawn_at=func.coalesce(Consent.withdrawn_at, now))
    )
    person.name, person.email, person.phone = "Akun dihapus", gone, None
    person.password_hash, person.totp_secret, person.totp_used_step = NO_PASSWORD, None, None
    person.role, person.closed_at = Role.RESIDENT, now
    history.record("person.erased", f"person:{person.code}", by=person_id, at=now)
    announce(PersonClosed(person_id=person_id, erased=True))


def _end_everything(person_id: int) -> None:
    sessions.end_all(person_id)
    forget_links(person_id)


def _locked_admins() -> set[int]:
    """Every administrator, held in one order, so that two cannot remove each other."""
    statement = (
        select(Person.id)
        .where(Person.role == Role.ADMIN, Person.closed_at.is_(None))
        .order_by(Person.id)
        .with_for_update()
    )
    return set(db.session.scalars(statement))


def _must_leave_an_admin(admins: set[int], leaving: int) -> None:
    if not admins - {leaving}:
        raise Conflict("last_admin")
