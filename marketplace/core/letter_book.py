"""Which letters were sent about what: a book that is only written at the end.

It holds the subject and whom it was for, never an address nor the words of the letter.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, Utc, db, primary_key

LONGEST_SUBJECT = 200


class SentLetter(Model):
    """One letter that was handed over to the mail server; the database refuses to change it."""

    __tablename__ = "sent_letter"
    __table_args__ = (Index("ix_sent_letter_about", "about", "id"),)

    id: Mapped[int] = primary_key()
    at: Mapped[datetime] = mapped_column(Utc)
    about: Mapped[str] = mapped_column(String(80))  # "group:7f3k2qd9xw"
    reader: Mapped[str] = mapped_column(String(10))  # buyer shop
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))


def record(about: str, reader: str, subject: str, *, at: datetime) -> None:
    """Write down that it has gone."""
    db.session.add(
        SentLetter(at=at, about=about, reader=reader, subject=subject[:LONGEST_SUBJECT])
    )  # fmt: skip
