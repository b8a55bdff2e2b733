"""Opening an account, and getting back into one: everything that goes through the mailbox.

Whoever asks gets the same answer and costs the same work, whether or not the address is known.
"""

from __future__ import annotations

from datetime import datetime

from marketplace.accounts import mailed_links, passwords, people, sessions
from marketplace.accounts.mailed_links import Purpose
from marketplace.core import clock, history, jobs
from marketplace.core.errors import Invalid
from marketplace.core.work import transaction
from marketplace.flows import letters
from marketplace.orders import cart
from marketplace.outside import outside

PATHS = {
    Purpose.VERIFY: ("confirm_email", "/verifikasi/"),
    Purpose.NEW_EMAIL: ("confirm_new_email", "/verifikasi/"),
    Purpose.RESET: ("new_password", "/sandi-baru/"),
}


def sign_up(name: str, email: str, password: str, *, now: datetime) -> None:
    """Open an account that works once its address is confirmed; a known address is told by mail."""
    passwords.must_be_strong(password, about=(name, email.partition("@")[0]))
    password_hash = passwords.make_hash(password)
    with transaction():
        person = people.register(name=name, email=email, password_hash=password_hash, now=now)
        if person is None:
            jobs.enqueue("accounts.send_reminder", email=email)
        else:
            jobs.enqueue("accounts.send_link", person_id=person.id, purpose=Purpose.VERIFY)


def ask_for_link(email: str) -> None:
    """Ask for a link to set a new password; who the address belongs to is looked up later."""
    with transaction():
        jobs.enqueue("accounts.send_reset", email=email)


def confirm_email(
    token: str,
    password: str,
    *,
    device: str,
    address: str,
    cart_token: str | None,
    now: datetime,
) -> tuple[str, str]:
    """Confirm the address of a new account by link and password together; the device is let in.

    The password is asked because anybody can sign up with somebody else's address: a press on the
    link alone must not hand that somebody's address to a stranger's account.
    """
    link = mailed_links.look(token, Purpose.VERIFY, now=now)
    known = people.find(link.person_id) if link else None
    if link is None or known is None:
        raise Invalid("link_over")
    if not passwords.matches(known.password_hash, password):
        raise Invalid("password_wrong", field="password")
    with transaction():
        person = people.locked(link.person_id)
        mailed_links.spend(token, Purpose.VERIFY, now=now)
        person.email_verified_at = now
        history.record("person.verified", f"person:{person.code}", by=person.id, at=now)
        if cart_token:
            cart.adopt(cart_token, person.id, now)
        return sessions.begin(person, device=device, address=address, now=now), person.code


def reset_password(token: str, password: str, *, now: datetime) -> None:
    """Set a new password by a mailed link; every device is signed out."""
    link = mailed_links.look(token, Purpose.RESET, now=now)
    known = people.find(link.person_id) if link else None
    if link is None or known is None:
        raise Invalid("link_over")
    passwords.must_be_strong(password, about=(known.name, known.email.partition("@")[0]))
    password_hash = passwords.make_hash(password)
    with transaction():
        person = people.locked(link.person_id)
        mailed_links.spend(token, Purpose.RESET, now=now)
        if person.email_verified_at is None:
            person.email_verified_at = now  # the link came through this very mailbox
        people.change_password(person, password_hash, now=now)
        sessions.end_all(person.id)
        letters.post(
            "password_changed",
            to=person.email,
            key=f"password_changed:{person.code}:{now.timestamp()}",
            name=person.name,
            at=now.isoformat(),
        )


# --- Jobs: the link is made when its letter is written, so that no row ever holds it --------------


def send_link(person_id: int, purpose: str, email: str | None = None) -> None:
    """Write to a person's address, or to the one they want to move to, with a fresh link."""
    known = people.find(person_id)
    if known is None or known.closed_at is not None:
        return
    to = email or known.email
    if purpose == Purpose.VERIFY and known.verified:
        return
    with transaction():
        person = people.locked(person_id)
        token = mailed_links.make(person, Purpose(purpose), email=to, now=clock.now())
    letter, path = PATHS[Purpose(purpose)]
    link = f"{outside().config.base_url}{path}{token}"
    letters.send(letter, to, {"name": known.name, "link": link})


def send_reset(email: str) -> None:
    """Write to whoever asked for a new password: a link, or that there is no account here."""
    known = people.find_by_email(email)
    if known is None or known.closed_at is not None:
        letters.send("no_account", email, {})
    else:
        send_link(known.id, Purpose.RESET)


def send_reminder(email: str) -> None:
    """Tell the owner of an account that somebody tried to sign up with the same address."""
    known = people.find_by_email(email)
    if known is not None and known.closed_at is None:
        letters.send("account_exists", email, {"name": known.name})
