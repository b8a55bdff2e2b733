"""Coming in and going out: the password first, then the code, and the cart comes along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from marketplace.accounts import passwords, people, second_factor, sessions
from marketplace.accounts.models import Person
from marketplace.core.db import db
from marketplace.core.errors import Invalid
from marketplace.core.work import transaction
from marketplace.flows import letters
from marketplace.orders import cart

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Entered:
    """A device that was let in; `token` goes into its cookie and nowhere else."""

    token: str
    person_code: str
    needs_code: bool
    big_type: bool


def sign_in(
    email: str,
    password: str,
    *,
    device: str,
    address: str,
    cart_token: str | None,
    known_device: bool,
    now: datetime,
) -> Entered:
    """Let somebody in by e-mail and password; whoever is refused learns nothing about the account.

    Every refusal costs one look-up and one Argon2 verification, whether or not the account exists.
    """
    known = people.find_by_email(email)
    is_open = known is not None and known.closed_at is None
    right = passwords.matches(known.password_hash if known and is_open else None, password)
    # an address that nobody confirmed is refused alike, or signing up would tell which are known
    if known is None or not right or not known.verified:
        log.info("sign_in_refused", person=known.code if known else None, address=address)
        raise Invalid("sign_in_wrong")
    fresh = passwords.make_hash(password) if passwords.is_outdated(known.password_hash) else None
    with transaction():
        person = _still_the_same(known)
        if fresh:
            people.refresh_hash(person.id, old=known.password_hash, new=fresh)
        token = sessions.begin(person, device=device, address=address, now=now)
        if not known_device:
            _tell_of_new_device(person, device=device, address=address, now=now)
        if cart_token and not known.has_second_factor:
            cart.adopt(cart_token, person.id, now)
    log.info("sign_in", person=known.code, address=address)
    return Entered(token, known.code, known.has_second_factor, person.big_type)


def open_with_code(
    visitor: sessions.Visitor, typed: str, *, cart_token: str | None, now: datetime
) -> str:
    """Let a device in the rest of the way by its second factor; it gets a new secret."""
    with transaction():
        person = people.locked(visitor.person_id)
        spare = second_factor.open_with(person, typed, now=now)
        token = sessions.renew(visitor.session_id, now=now, code=True)
        if cart_token:
            cart.adopt(cart_token, person.id, now)
        if spare:
            left = second_factor.spare_codes_left(person.id)
            letters.post(
                "spare_code_used",
                to=person.email,
                key=f"spare:{visitor.session_code}:{left}",
                name=person.name,
                left=left,
            )
    return token


def prove(visitor: sessions.Visitor, password: str, *, now: datetime) -> str:
    """The password is typed again before something that matters; it counts for ten minutes."""
    known = people.find(visitor.person_id)
    if not passwords.matches(known.password_hash if known else None, password):
        log.info("proof_refused", person=visitor.code)
        raise Invalid("password_wrong", field="password")
    with transaction():
        return sessions.renew(visitor.session_id, now=now, proved=True)


def sign_out(token: str) -> None:
    """End this device's session; a copy of its cookie opens nothing any more."""
    with transaction():
        sessions.end(token)


def remember_visit(session_id: int, *, now: datetime) -> None:
    """Write down that the device is in use."""
    with transaction():
        sessions.touch(session_id, now=now)


def _still_the_same(known: people.Known) -> Person:
    """The person, unless the password or the address changed while it was checked."""
    person = db.session.get_one(Person, known.id, with_for_update=True)
    if (person.password_hash, person.email, person.closed_at) != (
        known.password_hash,
        known.email,
        None,
    ):
        raise Invalid("sign_in_wrong")
    return person


def _tell_of_new_device(person: Person, *, device: str, address: str, now: datetime) -> None:
    letters.post(
        "new_device",
        to=person.email,
        key=f"new_device:{person.code}:{now.timestamp()}",
        name=person.name,
        device=device,
        address=address,
        at=now.isoformat(),
    )
