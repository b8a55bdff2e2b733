"""Tables of makers: shops (IKM), sentra, members, invitations and reviews."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.roles import ShopRole
from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.makers.states import ShopState


class Sentra(Model):
    """A cluster of like makers in one place, known by name and by what it makes."""

    __tablename__ = "sentra"

    id: Mapped[int] = primary_key()
    slug: Mapped[str] = mapped_column(String(70), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    sector: Mapped[str] = mapped_column(String(40))
    village_code: Mapped[str] = mapped_column(String(13))
    story: Mapped[str] = mapped_column(Text, default="")
    chair: Mapped[str] = mapped_column(String(80), default="")
    unit_count: Mapped[int] = mapped_column(
        Integer, default=0
    )  # units in the registry, shops or not
    photo_code: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(Utc)


class SentraMember(Model):
    """A maker of a sentra, whether or not there is a shop here."""

    __tablename__ = "sentra_member"

    id: Mapped[int] = primary_key()
    sentra_id: Mapped[int] = mapped_column(BigId, ForeignKey("sentra.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    makes: Mapped[str] = mapped_column(String(120), default="")


class Ikm(Model):
    """One small industry with its shop; `version` keeps two editors from overwriting."""

    __tablename__ = "ikm"
    __table_args__ = (
        CheckConstraint("closed_to IS NULL OR closed_from <= closed_to", name="holiday_order"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    slug: Mapped[str] = mapped_column(String(70), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    owner_name: Mapped[str] = mapped_column(String(80), default="")
    sector: Mapped[str] = mapped_column(String(40), default="")
    sentra_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("sentra.id"), index=True)
    village_code: Mapped[str | None] = mapped_column(String(13))
    place: Mapped[str] = mapped_column(String(120), default="")  # "Ngaglik, Sleman", for cards
    address: Mapped[str] = mapped_column(Text, default="")
    story: Mapped[str] = mapped_column(Text, default="")
    quote: Mapped[str] = mapped_column(String(240), default="")
    since: Mapped[int | None] = mapped_column(Integer)
    whatsapp: Mapped[str | None] = mapped_column(String(20))
    hours: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # {"mon": ["08:00", "16:00"], ...}
    pickup: Mapped[bool] = mapped_column(default=True)
    closed_from: Mapped[date | None] = mapped_column(Date)
    closed_to: Mapped[date | None] = mapped_column(Date)
    closed_note: Mapped[str] = mapped_column(String(160), default="")
    cover_code: Mapped[str | None] = mapped_column(String(10))  # photo
    nib: Mapped[str | None] = mapped_column(String(13))  # business number, if there is one already
    state: Mapped[ShopState] = mapped_column(String(10), default=ShopState.DRAFT, index=True)
    state_reason: Mapped[str] = mapped_column(Text, default="")
    visited_on: Mapped[date | None] = mapped_column(Date)
    trusted: Mapped[bool] = mapped_column(
        default=False
    )  # first products passed: later ones go live
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(Utc)
    submitted_at: Mapped[datetime | None] = mapped_column(Utc)
    opened_at: Mapped[datetime | None] = mapped_column(Utc)

    __mapper_args__ = {"version_id_col": version}


class Membership(Model):
    """A person's place in a shop."""

    __tablename__ = "membership"

    ikm_id: Mapped[int] = mapped_column(BigId, ForeignKey("ikm.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id"), primary_key=True, index=True
    )
    role: Mapped[ShopRole] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(Utc)


class Invitation(Model):
    """A door for one e-mail address into one shop: single use, at most seven days."""

    __tablename__ = "invitation"

    id: Mapped[int] = primary_key()
    ikm_id: Mapped[int] = mapped_column(BigId, ForeignKey("ikm.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[ShopRole] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    by: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    used_at: Mapped[datetime | None] = mapped_column(Utc)


class ShopReview(Model):
    """A decision of the dinas about an application, with its reason."""

    __tablename__ = "shop_review"

    id: Mapped[int] = primary_key()
    ikm_id: Mapped[int] = mapped_column(BigId, ForeignKey("ikm.id"), index=True)
    by: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Utc)
    verdict: Mapped[ShopState] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
