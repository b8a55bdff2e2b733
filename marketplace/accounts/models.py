"""Tables of people, their sessions, mailed tokens and addresses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.roles import Role
from marketplace.core.db import BigId, Model, Utc, primary_key


class Person(Model):
    """Somebody with an account; the e-mail is kept folded so that one address is one person."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("role IN ('resident', 'staff', 'admin')", name="role_known"),
        CheckConstraint("email = lower(email)", name="email_folded"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    email_verified_at: Mapped[datetime | None] = mapped_column(Utc)
    phone: Mapped[str | None] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(String(10), default=Role.RESIDENT)
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed
    totp_used_step: Mapped[int | None] = mapped_column(BigId)  # a code opens only once
    big_type: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Utc)
    closed_at: Mapped[datetime | None] = mapped_column(Utc)


class RecoveryCode(Model):
    """One of ten spare keys for a lost authenticator, each used once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(Utc)


class SignInSession(Model):
    """One signed-in device; the cookie holds a 256-bit token, this row its hash."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    device: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(45))
    created_at: Mapped[datetime] = mapped_column(Utc)
    seen_at: Mapped[datetime] = mapped_column(Utc)
    proved_at: Mapped[datetime] = mapped_column(Utc)  # the password was last typed here
    second_factor_at: Mapped[datetime | None] = mapped_column(Utc)
    ends_at: Mapped[datetime] = mapped_column(Utc, index=True)


class MailedToken(Model):
    """A link sent by mail: single use, short-lived, bound to what it was asked for."""

    __tablename__ = "mailed_token"
    __table_args__ = (Index("ix_mailed_token_person", "person_id", "purpose"),)

    id: Mapped[int] = primary_key()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    email: Mapped[str] = mapped_column(String(254))
    bound_to: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    used_at: Mapped[datetime | None] = mapped_column(Utc)


class Address(Model):
    """Where a person's parcels go."""

    __tablename__ = "address"

    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20))
    village_code: Mapped[str] = mapped_column(String(13))
    line: Mapped[str] = mapped_column(Text)
    is_usual: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Utc)


class AttemptCount(Model):
    """How often something was tried in one window; one row a key, counted up atomically."""

    __tablename__ = "attempt_count"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int] = mapped_column(BigId)
    expires_at: Mapped[datetime] = mapped_column(Utc, index=True)


class Consent(Model):
    """What a person agreed to: the words as they stood, where and when."""

    __tablename__ = "consent"

    id: Mapped[int] = primary_key()
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    channel: Mapped[str] = mapped_column(String(20))
    text_version: Mapped[int] = mapped_column(SmallInteger)
    page: Mapped[str] = mapped_column(String(60))
    given_at: Mapped[datetime] = mapped_column(Utc)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Utc)
