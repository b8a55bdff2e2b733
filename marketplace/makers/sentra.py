"""Sentra: like makers in one place, kept by the dinas, with the members who have no shop here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from marketplace.core import history
from marketplace.core.db import db, read, read_one
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.ids import slugify
from marketplace.makers.models import Ikm, Sentra, SentraMember
from marketplace.makers.sectors import SECTORS
from marketplace.makers.sheets import fingerprint
from marketplace.makers.shops import short_place
from marketplace.makers.states import ShopState

FIELDS = ("name", "sector", "village_code", "story", "chair", "unit_count")
MOST_MEMBERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SentraSheet:
    """A sentra as the dinas edits it."""

    id: int
    slug: str
    name: str
    sector: str
    village_code: str
    story: str
    chair: str
    unit_count: int
    photo_code: str | None

    @property
    def sign(self) -> str:
        """The short sign that the form carries."""
        return fingerprint({name: getattr(self, name) for name in FIELDS})


_COLUMNS = [getattr(Sentra, name) for name in ("id", "slug", *FIELDS, "photo_code")]
_ALL = (
    select(
        *_COLUMNS,
        select(func.count())
        .where(SentraMember.sentra_id == Sentra.id)
        .scalar_subquery()
        .label("members"),
        select(func.count()).where(Ikm.sentra_id == Sentra.id).scalar_subquery().label("shops"),
    )
    .order_by(Sentra.name, Sentra.id)
    .limit(500)
)
_ONE = select(*_COLUMNS).where(Sentra.slug == bindparam("slug"))
_NAMES = select(Sentra.id, Sentra.name).order_by(Sentra.name)
_MEMBERS = (
    select(SentraMember.id, SentraMember.name, SentraMember.makes)
    .where(SentraMember.sentra_id == bindparam("id"))
    .order_by(SentraMember.name, SentraMember.id)
)
_SHOPS = (
    select(Ikm.code, Ikm.name, Ikm.place, Ikm.state)
    .where(Ikm.sentra_id == bindparam("id"))
    .order_by(Ikm.name)
)


def all_of_them() -> list[Any]:
    """Every sentra with its numbers of members and shops."""
    return list(read(_ALL))


def names() -> list[tuple[int, str]]:
    """What a maker may choose from."""
    return [(row.id, row.name) for row in read(_NAMES)]


def of_slug(slug: str) -> SentraSheet:
    """One sentra by its address."""
    row = read_one(_ONE, {"slug": slug})
    if row is None:
        raise NotFound()
    return SentraSheet(**row._mapping)


def members_of(sentra_id: int) -> list[Any]:
    """The makers of a sentra by name, shops or not."""
    return list(read(_MEMBERS, {"id": sentra_id}))


def shops_of(sentra_id: int) -> list[Any]:
    """The shops of a sentra."""
    return list(read(_SHOPS, {"id": sentra_id}))


def create(values: Mapping[str, Any], *, by: int, now: datetime) -> str:
    """Write a sentra down; its address, which stays."""
    _check(values)
    slug, number = slugify(values["name"]), 1
    base = slug
    while db.session.scalar(select(Sentra.id).where(Sentra.slug == slug)):
        number += 1
        slug = f"{base}-{number}"
    db.session.add(Sentra(slug=slug, created_at=now, **{name: values[name] for name in FIELDS}))
    history.record("sentra.created", f"sentra:{slug}", by=by, at=now, name=values["name"])
    db.session.flush()
    return slug


def change(slug: str, values: Mapping[str, Any], *, seen: str, by: int, now: datetime) -> None:
    """Correct a sentra; what another officer saved meanwhile is not written over unseen."""
    _check(values)
    sentra = _locked(slug)
    stored = {name: getattr(sentra, name) for name in FIELDS}
    new = {name: values[name] for name in FIELDS}
    if stored == new:
        return
    if fingerprint(stored) != seen:
        raise Conflict("stale_form")
    for name, value in new.items():
        setattr(sentra, name, value)
    changed = [name for name in FIELDS if stored[name] != new[name]]
    history.record("sentra.changed", f"sentra:{slug}", by=by, at=now, fields=changed)
    db.session.flush()


def show_picture(slug: str, photo_code: str, *, by: int, now: datetime) -> str | None:
    """Let this picture stand for the sentra; the code of the one that stood there before."""
    sentra = _locked(slug)
    old, sentra.photo_code = sentra.photo_code, photo_code
    history.record("sentra.photo_changed", f"sentra:{slug}", by=by, at=now, photo=photo_code)
    return old


def add_member(slug: str, name: str, makes: str, *, by: int, now: datetime) -> None:
    """Write a maker down as member; the same name twice is one member."""
    sentra = _locked(slug)
    known = db.session.scalars(
        select(SentraMember.name).where(SentraMember.sentra_id == sentra.id)
    ).all()
    if len(known) >= MOST_MEMBERS:
        raise Invalid("sentra_full", most=MOST_MEMBERS)
    if name.casefold() in {other.casefold() for other in known}:
        raise Invalid("sentra_member_known", field="name")
    db.session.add(SentraMember(sentra_id=sentra.id, name=name, makes=makes))
    history.record("sentra.member_added", f"sentra:{slug}", by=by, at=now)


def remove_member(slug: str, member_id: int, *, by: int, now: datetime) -> None:
    """Strike a maker off the list."""
    sentra = _locked(slug)
    gone = db.session.scalar(
        delete(SentraMember)
        .where(SentraMember.id == member_id, SentraMember.sentra_id == sentra.id)
        .returning(SentraMember.id)
    )
    if gone is None:
        raise NotFound()
    history.record("sentra.member_removed", f"sentra:{slug}", by=by, at=now)


def attach(slug: str, shop_code: str, *, by: int, now: datetime) -> None:
    """Say that a shop belongs to this sentra; it belongs to one at most."""
    sentra = _locked(slug)
    shop = db.session.scalar(
        select(Ikm.id).where(Ikm.code == shop_code, Ikm.state != ShopState.CLOSED)
    )
    if shop is None:
        raise Invalid("unknown_shop", field="shop_code")
    _point(shop_code, sentra.id)
    history.record("sentra.shop_attached", f"sentra:{slug}", by=by, at=now, shop=shop_code)


def detach(slug: str, shop_code: str, *, by: int, now: datetime) -> None:
    """Take a shop out of this sentra."""
    sentra = _locked(slug)
    mine = db.session.scalar(
        select(Ikm.id).where(Ikm.code == shop_code, Ikm.sentra_id == sentra.id)
    )
    if mine is None:
        raise NotFound()
    _point(shop_code, None)
    history.record("sentra.shop_detached", f"sentra:{slug}", by=by, at=now, shop=shop_code)


def _point(shop_code: str, sentra_id: int | None) -> None:
    """Counts as a change of the shop, so that an open form of it notices."""
    db.session.execute(
        update(Ikm.__table__)
        .where(Ikm.code == shop_code)
        .values(sentra_id=sentra_id, version=Ikm.version + 1)
    )


def _locked(slug: str) -> Sentra:
    sentra = db.session.scalar(select(Sentra).where(Sentra.slug == slug).with_for_update())
    if sentra is None:
        raise NotFound()
    return sentra


def _check(values: Mapping[str, Any]) -> None:
    if values["sector"] not in SECTORS:
        raise Invalid("unknown_sector", field="sector")
    short_place(values["village_code"])
