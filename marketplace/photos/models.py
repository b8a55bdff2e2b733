"""The table of photos."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.photos.states import PhotoState


class Photo(Model):
    """One picture of a product, a shop or a sentra; its files live at p/<code>/<version>/."""

    __tablename__ = "photo"
    __table_args__ = (Index("ix_photo_product", "product_id", "position"),)

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    ikm_id: Mapped[int | None] = mapped_column(BigId, index=True)
    product_id: Mapped[int | None] = mapped_column(BigId)
    position: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[PhotoState] = mapped_column(String(10), default=PhotoState.STORING)
    version: Mapped[int] = mapped_column(Integer, default=1)  # of the files
    width: Mapped[int] = mapped_column(Integer, default=0)
    height: Mapped[int] = mapped_column(Integer, default=0)
    widths: Mapped[list[int]] = mapped_column(JSON, default=list)  # of the stored WebP files
    bytes_stored: Mapped[int] = mapped_column(BigId, default=0)
    alt: Mapped[str] = mapped_column(String(200), default="")
    # shown to the parties of one matter only; its files lie at closed/<code>/, not under p/
    private: Mapped[bool] = mapped_column(default=False, server_default=false())
    studio: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # recipe, grade
    by: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Utc)
