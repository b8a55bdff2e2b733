"""What a person changes about their own account; whoever owned it before is told by mail."""

from __future__ import annotations

from datetime import datetime

from marketplace.accounts import mailed_links, passwords, people, second_factor, sessions
from marketplace.accounts.events import PersonClosed
from marketplace.accounts.mailed_links import Purpose
from marketplace.accounts.models import Person
from marketplace.accounts.sessions import Visitor
from marketplace.core import jobs
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.work import transaction
from marketplace.flows import letters, team
from marketplace.orders import cart


def change_password(visitor: Visitor, old: str, new: str, *, now: datetime) -> str:
    """Set a new password by the old one; every other device is signed out, this one renewed."""
    known = people.find(visitor.person_id)
    if known is None or not passwords.matches(known.password_hash, old):
        raise Invalid("password_wrong", field="old")
    if old == new:
        raise Invalid("password_same", field="new")
    passwords.must_be_strong(new, field="new", about=(known.name, known.email.partition("@")[0]))
    password_hash = passwords.make_hash(new)
    with transaction():
        person = people.locked(visitor.person_id)
        if person.password_hash != known.password_hash:
            raise Conflict("conflict")
        people.change_password(person, password_hash, now=now)
        sessions.end_all(person.id, but=visitor.session_id)
        _notice("password_changed", person, now)
        return sessions.renew(visitor.session_id, now=now, proved=True)


def ask_for_new_email(visitor: Visitor, email: str) -> None:
    """Write a link to the address a person wants to move to; a taken one is told, not the asker."""
    if email == visitor.email:
        raise Invalid("email_same", field="email")
    taken = people.find_by_email(email) is not None
    with transaction():
        if taken:
            jobs.enqueue("accounts.send_reminder", email=email)
        else:
            jobs.enqueue(
                "accounts.send_link",
                person_id=visitor.person_id,
                purpose=Purpose.NEW_EMAIL,
                email=email,
            )


def confirm_new_email(token: str, *, now: datetime) -> None:
    """Move the account to the address whose owner opened the link; the old address is told."""
    with transaction():
        link = mailed_links.spend(token, Purpose.NEW_EMAIL, now=now)
        person = people.locked(link.person_id)
        old = people.change_email(person, link.email, now=now)
        letters.post(
            "email_changed",
            to=old,
            key=f"email_changed:{person.code}:{now.timestamp()}",
            name=person.name,
            new=_masked(link.email),
            at=now.isoformat(),
        )


def set_up_second_factor(
    visitor: Visitor, secret: str, code: str, *, now: datetime
) -> tuple[str, list[str]]:
    """Switch the second factor on; this device passes with it, and gets ten spare codes to show."""
    with transaction():
        person = people.locked(visitor.person_id)
        codes = second_factor.set_up(person, secret, code, now=now)
        sessions.end_all(person.id, but=visitor.session_id)
        _notice("second_factor_on", person, now)
        return sessions.renew(visitor.session_id, now=now, code=True), codes


def renew_spare_codes(visitor: Visitor, *, now: datetime) -> list[str]:
    """Ten new spare codes; the old ones are void."""
    with transaction():
        person = people.locked(visitor.person_id)
        codes = second_factor.renew_spare_codes(person.id)
        _notice("second_factor_on", person, now)
        return codes


def switch_off_second_factor(visitor: Visitor, *, now: datetime) -> None:
    """Let a resident do without; who works for the dinas may not."""
    if visitor.is_staff:
        raise Conflict("second_factor_needed")
    with transaction():
        person = people.locked(visitor.person_id)
        second_factor.switch_off(person, by=person.id, now=now)
        _notice("second_factor_off", person, now)


def erase(visitor: Visitor, *, now: datetime) -> None:
    """Forget a person; a shop must not be left without an owner."""
    with transaction():
        people.locked(visitor.person_id)
        team.must_leave_no_shop_alone(visitor.person_id)
        letters.post(
            "account_erased",
            to=visitor.email,
            key=f"account_erased:{visitor.code}",
            name=visitor.name,
        )
        people.erase(visitor.person_id, now=now)


def drop_cart(event: PersonClosed) -> None:
    """What lay in the cart of somebody who was forgotten is forgotten too."""
    if event.erased:
        cart.forget_of(event.person_id)


def _notice(letter: str, person: Person, now: datetime) -> None:
    db.session.flush()
    letters.post(
        letter,
        to=person.email,
        key=f"{letter}:{person.code}:{now.timestamp()}",
        name=person.name,
        at=now.isoformat(),
    )


def _masked(email: str) -> str:
    """b…@contoh.test: enough for the owner to recognise, too little for a stranger to use."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"
