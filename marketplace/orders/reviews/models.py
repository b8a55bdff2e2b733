"""The tables of reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.orders.reviews.states import ReviewState


class Review(Model):
    """What one buyer says of one sold line; its stars count in the product while it is shown."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="one_to_five"),
        Index("ix_review_product", "product_id", "state", "id"),
        Index("ix_review_shop", "ikm_id", "id"),
        Index("ix_review_reports", "reports", "id"),
        Index(
            "ix_review_changed",
            "changed_since",
            sqlite_where=text("changed_since IS NOT NULL"),
            postgresql_where=text("changed_since IS NOT NULL"),
        ),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("order_line.id"), unique=True)
    product_id: Mapped[int] = mapped_column(BigId, ForeignKey("product.id"))
    ikm_id: Mapped[int] = mapped_column(BigId, ForeignKey("ikm.id"))
    author: Mapped[str] = mapped_column(String(50))
    stars: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str] = mapped_column(Text, default="")
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None] = mapped_column(Utc)
    state: Mapped[ReviewState] = mapped_column(String(10), default=ReviewState.SHOWN)
    why_hidden: Mapped[str] = mapped_column(String(300), default="")
    reports: Mapped[int] = mapped_column(Integer, default=0)  # nobody has looked at yet
    # changed since an officer judged it, and not looked at again
    changed_since: Mapped[datetime | None] = mapped_column(Utc)
    written_at: Mapped[datetime] = mapped_column(Utc)
    edited_at: Mapped[datetime | None] = mapped_column(Utc)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class ReviewEvent(Model):
    """What was written, changed, answered, reported or hidden; only written at the end."""

    __tablename__ = "review_event"

    id: Mapped[int] = primary_key()
    review_id: Mapped[int] = mapped_column(BigId, ForeignKey("review.id"), index=True)
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[int | None] = mapped_column(BigId)
    actor: Mapped[str] = mapped_column(String(10))  # buyer shop staff visitor
    what: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(Integer)


class ReviewPhoto(Model):
    """A picture of the thing as it arrived."""

    __tablename__ = "review_photo"

    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photo.id"), primary_key=True)
    review_id: Mapped[int] = mapped_column(BigId, ForeignKey("review.id"), index=True)
