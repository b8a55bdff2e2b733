"""What the tests of this room share: people with real passwords, and letters that arrive."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.accounts import passwords
from marketplace.accounts.models import Person
from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.flows import worker
from tests import builders

ASIH = builders.EMAILS["Asih"]


def with_password(name: str = "Asih", **more: Any) -> int:
    """Somebody who can sign in through the form."""
    return builders.person(name, password_hash=passwords.make_hash(builders.PASSWORD), **more)


def give_password(person_id: int) -> None:
    """The usual password for somebody who was made without one."""
    with transaction():
        db.session.execute(
            update(Person)
            .where(Person.id == person_id)
            .values(password_hash=passwords.make_hash(builders.PASSWORD))
        )


def enter(
    client: FlaskClient, email: str = ASIH, password: str = builders.PASSWORD, **more: Any
) -> Any:
    """Sign in through the page."""
    return builders.post(client, "/masuk", {"email": email, "password": password, **more})


def letters(home: Path) -> list[EmailMessage]:
    """Every letter so far, oldest first, after the worker has done its rounds."""
    worker.run_due(until_empty=True)
    found = sorted((home / "mail").glob("*.eml"))
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]  # type: ignore[misc]


def text_of(letter: EmailMessage) -> str:
    """The plain words of a letter."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(letter: EmailMessage) -> str:
    """The path of the one-time link."""
    found = re.search(r"http://localhost(/(?:verifikasi|sandi-baru)/\S+)", text_of(letter))
    assert found, text_of(letter)
    return found.group(1)
