"""What a maker wrote for the label of a product, kept for the next print."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc


class ProductLabel(Model):
    """One product's label; what stands elsewhere (name, shop, place) is read from there."""

    __tablename__ = "product_label"

    product_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("product.id"), primary_key=True, autoincrement=False
    )
    paper: Mapped[str] = mapped_column(String(12))
    look: Mapped[str] = mapped_column(String(12))
    ingredients: Mapped[str] = mapped_column(Text, default="")
    permit: Mapped[str] = mapped_column(String(20), default="")  # digits, "MD" before BPOM's
    halal: Mapped[str] = mapped_column(String(30), default="")
    care: Mapped[str] = mapped_column(String(200), default="")
    story: Mapped[str] = mapped_column(String(280), default="")
    batch: Mapped[str] = mapped_column(String(30), default="")  # of the last print
    best_before: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=1)
    updated_at: Mapped[datetime] = mapped_column(Utc)

    __mapper_args__ = {"version_id_col": version}


class LabelSize(Model):
    """What only one size or flavour says: how much is in it, and its number for tills."""

    __tablename__ = "label_size"

    variant_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("variant.id"), primary_key=True, autoincrement=False
    )
    net: Mapped[str] = mapped_column(String(30), default="")
    ean: Mapped[str] = mapped_column(String(13), default="")
