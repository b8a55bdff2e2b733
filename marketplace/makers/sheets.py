"""A shop as its maker and the dinas see it: everything that was filled in, part by part."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, select

from marketplace.core.db import read_one
from marketplace.core.errors import NotFound
from marketplace.makers.models import Ikm, Sentra
from marketplace.makers.rules import PARTS, REQUIRED
from marketplace.makers.states import ShopState
from marketplace.photos.models import Photo
from marketplace.photos.pictures import Picture, cover_of, picture
from marketplace.photos.states import PhotoState

WIDE = (180, 360, 540, 720, 1080)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSheet:
    """Everything about one shop; `sign` tells whether a part was changed meanwhile."""

    id: int
    code: str
    slug: str
    name: str
    owner_name: str
    since: int | None
    sector: str
    sentra_id: int | None
    sentra: str
    sentra_slug: str
    village_code: str | None
    place: str
    address: str
    story: str
    quote: str
    whatsapp: str | None
    hours: dict[str, list[str]]
    pickup: bool
    closed_from: date | None
    closed_to: date | None
    closed_note: str
    cover_code: str | None
    cover: Picture | None
    nib: str | None
    state: ShopState
    state_reason: str
    visited_on: date | None
    trusted: bool
    version: int
    created_at: datetime
    submitted_at: datetime | None
    opened_at: datetime | None

    def values(self, part: str) -> dict[str, Any]:
        """What stands in one part."""
        return {name: getattr(self, name) for name in PARTS[part]}

    def sign(self, part: str) -> str:
        """The short sign that the page of a part carries."""
        return fingerprint(self.values(part))

    def filled(self, part: str) -> bool:
        """Whether a part says what it has to say."""
        return all(getattr(self, name) for name in REQUIRED.get(part, PARTS[part][:1]))

    @property
    def missing(self) -> list[str]:
        """The parts without which an application cannot be sent."""
        return [part for part in REQUIRED if not self.filled(part)]

    @property
    def applying(self) -> bool:
        """Whether the shop has not been opened yet."""
        return self.state in (ShopState.DRAFT, ShopState.REVIEW, ShopState.RETURNED)


def fingerprint(values: Mapping[str, Any]) -> str:
    """The same for the same values, however they were read."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_SHEET = (
    select(
        Ikm.__table__,
        Sentra.name.label("sentra"),
        Sentra.slug.label("sentra_slug"),
        Photo.version.label("photo_version"),
        Photo.widths,
        Photo.width,
        Photo.height,
    )
    .outerjoin(Sentra, Sentra.id == Ikm.sentra_id)
    .outerjoin(Photo, and_(Photo.code == Ikm.cover_code, Photo.state == PhotoState.READY))
)
_BY_ID = _SHEET.where(Ikm.id == bindparam("ikm_id"))
_BY_CODE = _SHEET.where(Ikm.code == bindparam("shop_code"))


def of_shop(ikm_id: int) -> ShopSheet:
    """The sheet of a shop."""
    return _sheet(read_one(_BY_ID, {"ikm_id": ikm_id}))


def of_code(code: str) -> ShopSheet:
    """The sheet of a shop by the code in its address; for the dinas, who may see every shop."""
    return _sheet(read_one(_BY_CODE, {"shop_code": code}))


def _sheet(row: Any) -> ShopSheet:
    if row is None:
        raise NotFound()
    values = dict(row._mapping)
    version, widths = values.pop("photo_version"), values.pop("widths")
    size = (values.pop("width"), values.pop("height"))
    cover = cover_of(values["cover_code"], version, widths) if widths else None
    return ShopSheet(
        **{
            **values,
            "state": ShopState(values["state"]),
            "sentra": values["sentra"] or "",
            "sentra_slug": values["sentra_slug"] or "",
            "hours": values["hours"] or {},
            "cover": picture(cover, size, WIDE) if cover else None,
        }
    )
