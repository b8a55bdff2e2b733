"""Tables of parcels: what is in each, and how far it has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.orders.states import ParcelState


class Parcel(Model):
    """Some pieces of an order that travel together, numbered 1, 2, 3 … within it."""

    __tablename__ = "parcel"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        CheckConstraint("number > 0", name="counted_from_one"),
    )

    id: Mapped[int] = primary_key()
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[ParcelState] = mapped_column(String(10), default=ParcelState.PACKED)
    courier: Mapped[str] = mapped_column(String(40), default="")
    tracking: Mapped[str] = mapped_column(String(40), default="")
    packed_at: Mapped[datetime] = mapped_column(Utc)
    left_at: Mapped[datetime | None] = mapped_column(Utc)  # given to the courier, or put ready
    received_at: Mapped[datetime | None] = mapped_column(Utc)
    confirmed_at: Mapped[datetime | None] = mapped_column(Utc)  # the buyer's own word


class ParcelLine(Model):
    """So many pieces of a sold line lie in this parcel."""

    __tablename__ = "parcel_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="some"),)

    parcel_id: Mapped[int] = mapped_column(BigId, ForeignKey("parcel.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("order_line.id"), primary_key=True, index=True
    )
    quantity: Mapped[int] = mapped_column(Integer)
