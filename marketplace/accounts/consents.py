"""What people agreed to, in the words they read; nothing is agreed to by not objecting.

A text that changes gets the next version and the old one stays, for a consent names its version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from marketplace.accounts.models import Consent
from marketplace.core.db import db

EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Text:
    """One wording of one box."""

    version: int
    words: str


PROMO_BY_EMAIL = Text(
    1,
    "Kirimi saya kabar promo lewat email. Paling banyak 2 kali sebulan. Bisa berhenti kapan saja.",
)

_LIVE = select(Consent.id).where(
    Consent.email == bindparam("email"),
    Consent.channel == bindparam("channel"),
    Consent.text_version == bindparam("text_version"),
    Consent.withdrawn_at.is_(None),
)


def give_promo_by_email(email: str, *, person_id: int | None, page: str, now: datetime) -> None:
    """Keep that somebody ticked the box: the words, the page and the time; once is enough."""
    known = {"email": email, "channel": EMAIL, "text_version": PROMO_BY_EMAIL.version}
    if db.session.execute(_LIVE, known).first() is None:
        db.session.execute(
            insert(Consent.__table__),
            {**known, "person_id": person_id, "page": page, "given_at": now},
        )
