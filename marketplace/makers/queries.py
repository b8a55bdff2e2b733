"""What the public pages of shops and sentra show, as plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from marketplace.core.db import read, read_one
from marketplace.core.regions import Region
from marketplace.makers.models import Ikm, Sentra, SentraMember
from marketplace.makers.states import ShopState
from marketplace.photos.models import Photo
from marketplace.photos.states import PhotoState

MOST_SHOPS = 60


@dataclass(frozen=True, slots=True)
class SentraShown:
    """A sentra with its shops on the market and all its members, shop or not."""

    sentra: Row[Any]
    shops: Sequence[Row[Any]]
    members: Sequence[Row[Any]]


_COVER = (
    Photo.code.label("photo"),
    Photo.version.label("photo_version"),
    Photo.widths.label("photo_widths"),
    Photo.alt.label("photo_alt"),
)
_SHOP = (
    select(
        Ikm.id,
        Ikm.code,
        Ikm.slug,
        Ikm.name,
        Ikm.owner_name,
        Ikm.place,
        Ikm.address,
        Ikm.story,
        Ikm.quote,
        Ikm.since,
        Ikm.whatsapp,
        Ikm.hours,
        Ikm.pickup,
        Ikm.closed_from,
        Ikm.closed_to,
        Ikm.closed_note,
        Ikm.state,
        Ikm.visited_on,
        Sentra.name.label("sentra"),
        Sentra.slug.label("sentra_slug"),
        *_COVER,
    )
    .outerjoin(Sentra, Sentra.id == Ikm.sentra_id)
    .outerjoin(Photo, (Photo.code == Ikm.cover_code) & (Photo.state == PhotoState.READY))
    .where(Ikm.slug == bindparam("slug"))
)
_shops_here = (
    select(func.count())
    .where(Ikm.sentra_id == Sentra.id, Ikm.state == ShopState.OPEN)
    .correlate(Sentra)
    .scalar_subquery()
)
_SENTRAS = (
    select(
        Sentra.id,
        Sentra.slug,
        Sentra.name,
        Sentra.sector,
        Sentra.story,
        Sentra.chair,
        Sentra.unit_count,
        Region.full_name.label("place"),
        _shops_here.label("shops"),
        *_COVER,
    )
    .outerjoin(Region, Region.code == Sentra.village_code)
    .outerjoin(Photo, (Photo.code == Sentra.photo_code) & (Photo.state == PhotoState.READY))
    .order_by(Sentra.unit_count.desc(), Sentra.id)
)
_SENTRA = _SENTRAS.where(Sentra.slug == bindparam("slug"))
_SHOPS_OF = (
    select(Ikm.slug, Ikm.name, Ikm.place, Ikm.owner_name, Ikm.since, *_COVER)
    .outerjoin(Photo, (Photo.code == Ikm.cover_code) & (Photo.state == PhotoState.READY))
    .where(Ikm.sentra_id == bindparam("sentra_id"), Ikm.state == ShopState.OPEN)
    .order_by(Ikm.opened_at.desc(), Ikm.id.desc())
    .limit(MOST_SHOPS)
)
_MEMBERS = (
    select(SentraMember.name, SentraMember.makes)
    .where(SentraMember.sentra_id == bindparam("sentra_id"))
    .order_by(SentraMember.name, SentraMember.id)
)
_OPEN = select(func.count()).select_from(Ikm).where(Ikm.state == ShopState.OPEN)


def shop(slug: str) -> Row[Any] | None:
    """A shop of any state by its address; the page decides what may be shown."""
    return read_one(_SHOP, {"slug": slug})


def sentras() -> Sequence[Row[Any]]:
    """Every sentra, the largest first."""
    return read(_SENTRAS)


def sentra(slug: str) -> SentraShown | None:
    """One sentra with shops and members."""
    found = read_one(_SENTRA, {"slug": slug})
    if found is None:
        return None
    mine = {"sentra_id": found.id}
    return SentraShown(found, read(_SHOPS_OF, mine), read(_MEMBERS, mine))


def open_shops() -> int:
    """How many shops are open."""
    row = read_one(_OPEN)
    return int(row[0]) if row else 0
