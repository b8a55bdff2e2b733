"""What people agreed to, in the words they read; nothing is agreed to by not objecting.

A text that changes gets the next version and the old one stays, for a consent names its version.
Who owns an address may withdraw what was agreed to for it, whoever ticked the box and where.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, bindparam, insert, or_, select, update

from marketplace.accounts.models import Consent
from marketplace.core import history
from marketplace.core.db import db, read

EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Text:
    """One wording of one box."""

    version: int
    words: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """What somebody may say yes or no to, with every wording it ever had, today's last."""

    channel: str
    name: str
    texts: tuple[Text, ...]

    @property
    def text(self) -> Text:
        return self.texts[-1]

    def words(self, version: int) -> str:
        return next(text.words for text in self.texts if text.version == version)


@dataclass(frozen=True, slots=True)
class Given:
    """One yes: the words of then, when, and until when."""

    words: str
    version: int
    email: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with one purpose: every yes so far, newest first."""

    purpose: Purpose
    given: tuple[Given, ...]

    @property
    def agreed(self) -> bool:
        return any(yes.withdrawn_at is None for yes in self.given)


PROMO_BY_EMAIL = Text(
    1,
    "Kirimi saya kabar promo lewat email. Paling banyak 2 kali sebulan. Bisa berhenti kapan saja.",
)
PURPOSES = {EMAIL: Purpose(EMAIL, "Kabar promo lewat email", (PROMO_BY_EMAIL,))}

# Kept with the row of the waiting list, and deleted with it.
WAITING = Text(
    1,
    "Alamat ini hanya kami pakai untuk mengabari soal barang ini. Sesudah itu kami hapus. "
    "Bisa berhenti kapan saja lewat satu tombol di setiap email.",
)

_LIVE = select(Consent.id).where(
    Consent.email == bindparam("email"),
    Consent.channel == bindparam("channel"),
    Consent.text_version == bindparam("text_version"),
    Consent.withdrawn_at.is_(None),
)
_MINE = or_(Consent.person_id == bindparam("person_id"), Consent.email == bindparam("email"))
_OF = select(Consent.__table__).where(_MINE).order_by(Consent.given_at.desc(), Consent.id.desc())


def give(channel: str, *, email: str, person_id: int | None, page: str, now: datetime) -> None:
    """Keep that somebody said yes: the words, the page and the time; once is enough."""
    version = PURPOSES[channel].text.version
    known = {"email": email, "channel": channel, "text_version": version}
    if db.session.execute(_LIVE, known).first() is None:
        db.session.execute(
            insert(Consent.__table__),
            {**known, "person_id": person_id, "page": page, "given_at": now},
        )


def withdraw(
    channel: str, *, email: str, person_id: int | None, by: int | None, now: datetime
) -> int:
    """Take back every yes of an address or a person; it counts from this moment on.

    The rows stay as they were, with their end beside them. How many were taken back.
    """
    mine = {"email": email, "person_id": person_id}
    standing = select(Consent.id).where(
        _MINE, Consent.channel == channel, Consent.withdrawn_at.is_(None)
    )
    ended = db.session.scalars(standing.with_for_update(), mine).all()
    db.session.execute(update(Consent).where(Consent.id.in_(ended)).values(withdrawn_at=now))
    for consent_id in ended:
        history.record("consent.withdrawn", f"consent:{consent_id}", by=by, at=now)
    return len(ended)


def standing_of(*, person_id: int, email: str) -> list[Standing]:
    """How things stand with each purpose, for the owner of an account and of its address."""
    rows = read(_OF, {"person_id": person_id, "email": email})
    return [
        Standing(purpose, tuple(_given(purpose, row) for row in rows if row.channel == channel))
        for channel, purpose in PURPOSES.items()
    ]


def _given(purpose: Purpose, row: Row[tuple[object, ...]]) -> Given:
    return Given(
        words=purpose.words(row.text_version),
        version=row.text_version,
        email=row.email,
        given_at=row.given_at,
        withdrawn_at=row.withdrawn_at,
    )
