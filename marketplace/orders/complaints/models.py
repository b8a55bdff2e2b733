"""The tables of complaints."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.orders.complaints.states import ComplaintState, Kind, Side, Wish


class Complaint(Model):
    """What a buyer says is wrong with an order: one for each order, its money held meanwhile."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("goods > 0 AND postage >= 0", name="about_something"),
        CheckConstraint("wished BETWEEN 0 AND goods + postage", name="wish_sane"),
        CheckConstraint("offered BETWEEN 1 AND goods + postage", name="offer_sane"),
        CheckConstraint("proposed BETWEEN 1 AND goods + postage", name="proposal_sane"),
        CheckConstraint("back BETWEEN 0 AND goods + postage", name="never_too_much_back"),
        CheckConstraint("(back > 0) = (refund_id IS NOT NULL)", name="back_by_one_refund"),
        CheckConstraint("(closed_at IS NULL) = (due_at IS NOT NULL)", name="due_while_open"),
        Index("ix_complaint_due", "state", "due_at"),
    )

    id: Mapped[int] = primary_key()
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), unique=True)
    kind: Mapped[Kind] = mapped_column(String(12))
    goods: Mapped[int] = mapped_column(BigId)  # what was paid for the pieces complained about
    postage: Mapped[int] = mapped_column(BigId)  # what may go back of the postage
    wish: Mapped[Wish] = mapped_column(String(10))
    wished: Mapped[int] = mapped_column(BigId)  # rupiah; none when goods are wished again
    offered: Mapped[int | None] = mapped_column(BigId)
    # much money that one officer would give back; it goes when another decides the same
    proposed: Mapped[int | None] = mapped_column(BigId)
    proposed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    state: Mapped[ComplaintState] = mapped_column(String(10))
    due_at: Mapped[datetime | None] = mapped_column(Utc)  # until when somebody is to act
    late_at: Mapped[datetime | None] = mapped_column(Utc)  # since when the dinas is overdue
    opened_at: Mapped[datetime] = mapped_column(Utc)
    closed_at: Mapped[datetime | None] = mapped_column(Utc)
    back: Mapped[int] = mapped_column(BigId, default=0)  # what went back in the end
    refund_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("refund.id"), unique=True)
    courier: Mapped[str] = mapped_column(String(40), default="")  # of what was sent again
    tracking: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def most(self) -> int:
        """More than this cannot go back."""
        return self.goods + self.postage


class ComplaintLine(Model):
    """So many pieces of one line, and what went back for them."""

    __tablename__ = "complaint_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND amount > 0", name="positive"),
        CheckConstraint("back BETWEEN 0 AND amount", name="never_too_much_back"),
    )

    complaint_id: Mapped[int] = mapped_column(BigId, ForeignKey("complaint.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("order_line.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(BigId)
    back: Mapped[int] = mapped_column(BigId, default=0)


class ComplaintEvent(Model):
    """One step of a complaint with the words said at it; only written at the end."""

    __tablename__ = "complaint_event"

    id: Mapped[int] = primary_key()
    complaint_id: Mapped[int] = mapped_column(BigId, ForeignKey("complaint.id"), index=True)
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[int | None] = mapped_column(BigId)
    actor: Mapped[Side] = mapped_column(String(10))
    what: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(Integer)


class ComplaintPhoto(Model):
    """A picture that one side shows; nobody but the parties and the dinas sees it."""

    __tablename__ = "complaint_photo"

    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photo.id"), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(BigId, ForeignKey("complaint.id"), index=True)
    side: Mapped[Side] = mapped_column(String(10))
