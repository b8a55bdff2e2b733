"""What a maker changes about the shop, part by part, and never over somebody else's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.core import history, regions
from marketplace.core.db import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.ids import slugify
from marketplace.core.states import move
from marketplace.makers import sheets
from marketplace.makers.models import Ikm, Sentra
from marketplace.makers.rules import EARLIEST_YEAR, PARTS, hours_fit
from marketplace.makers.sectors import SECTORS
from marketplace.makers.states import SHOP_MOVES, ShopState


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits at which shop, and the sign of what that page showed.

    `beside` is the owner an officer of the dinas fills the page in for; both stand in the history.
    """

    ikm_id: int
    seen: str
    by: int
    now: datetime
    beside: int | None = None


def save(desk: Desk, part: str, values: Mapping[str, Any]) -> None:
    """Keep one part; what somebody else saved there meanwhile is never written over unseen."""
    ikm = locked(desk.ikm_id)
    if ikm.state == ShopState.CLOSED:
        raise Conflict("shop_is_closed")
    sheet = sheets.of_shop(ikm.id)
    new = {name: values[name] for name in PARTS[part]}
    old = sheet.values(part)
    if new == old:
        return
    if sheet.sign(part) != desk.seen:
        raise Conflict("stale_form")
    _CHECKS.get(part, _nothing)(ikm, new, desk.now)
    for name, value in new.items():
        setattr(ikm, name, value)
    more: dict[str, Any] = {"beside": desk.beside} if desk.beside else {}
    if part == "name" and old["name"] != new["name"]:
        more |= {"old": old["name"], "new": new["name"]}
    history.record("shop.changed", subject(ikm.code), by=desk.by, at=desk.now, part=part, **more)
    db.session.flush()


def pause(ikm_id: int, *, by: int, now: datetime) -> None:
    """Take the shop off the market for a while; orders that stand go on."""
    _go(ikm_id, ShopState.OPEN, ShopState.PAUSED, "shop.paused", by=by, now=now)


def resume(ikm_id: int, *, by: int, now: datetime) -> None:
    """Put a paused shop back; one that the dinas suspended is not the maker's to open."""
    _go(ikm_id, ShopState.PAUSED, ShopState.OPEN, "shop.resumed", by=by, now=now)


def close(ikm_id: int, *, typed: str, by: int, now: datetime) -> None:
    """Close for good; the owner types the shop's name, and open orders stay reachable."""
    ikm = locked(ikm_id)
    if " ".join(typed.split()).casefold() != " ".join(ikm.name.split()).casefold():
        raise Invalid("name_does_not_match", field="typed", name=ikm.name)
    ikm.state = move(ShopState(ikm.state), ShopState.CLOSED, SHOP_MOVES)
    ikm.state_reason = ""
    history.record("shop.closed", subject(ikm.code), by=by, at=now)
    db.session.flush()


def locked(ikm_id: int) -> Ikm:
    """The shop, held until this transaction ends."""
    ikm = db.session.scalar(select(Ikm).where(Ikm.id == ikm_id).with_for_update())
    if ikm is None:
        raise NotFound()
    return ikm


def subject(code: str) -> str:
    """How the history names a shop."""
    return f"shop:{code}"


def free_slug(name: str, taken_by: int | None = None) -> str:
    """The shop's name as an address; a second one of that name gets a number."""
    slug, number = slugify(name), 1
    while True:
        wanted = slug if number == 1 else f"{slug}-{number}"
        owner = db.session.scalar(select(Ikm.id).where(Ikm.slug == wanted))
        if owner is None or owner == taken_by:
            return wanted
        number += 1


def _go(
    ikm_id: int, here: ShopState, there: ShopState, act: str, *, by: int, now: datetime
) -> None:
    ikm = locked(ikm_id)
    if ikm.state != here:
        raise Conflict("wrong_state", state=str(ikm.state), wanted=there.value)
    ikm.state = move(here, there, SHOP_MOVES)
    ikm.state_reason = ""
    history.record(act, subject(ikm.code), by=by, at=now)
    db.session.flush()


# --- What each part may say -----------------------------------------------------------------------


def _nothing(ikm: Ikm, new: dict[str, Any], now: datetime) -> None:
    return None


def _check_name(ikm: Ikm, new: dict[str, Any], now: datetime) -> None:
    """The address follows the name until buyers know it."""
    since = new["since"]
    if since is not None and not EARLIEST_YEAR <= since <= now.year:
        raise Invalid("since_out_of_range", field="since", least=EARLIEST_YEAR, most=now.year)
    if ikm.opened_at is None and new["name"] != ikm.name:
        ikm.slug = free_slug(new["name"], taken_by=ikm.id)


def _check_place(ikm: Ikm, new: dict[str, Any], now: datetime) -> None:
    """Cards show district and regency: "Ngaglik, Sleman"."""
    ikm.place = short_place(new["village_code"])


def _check_craft(ikm: Ikm, new: dict[str, Any], now: datetime) -> None:
    if new["sector"] not in SECTORS:
        raise Invalid("unknown_sector", field="sector")
    if new["sentra_id"] is not None and db.session.get(Sentra, new["sentra_id"]) is None:
        raise Invalid("unknown_sentra", field="sentra_id")


def _check_hours(ikm: Ikm, new: dict[str, Any], now: datetime) -> None:
    if not new["hours"] or not hours_fit(new["hours"]):
        raise Invalid("hours_do_not_fit")


def _check_nib(ikm: Ikm, new: dict[str, Any], now: datetime) -> None:
    nib = new["nib"]
    if nib is not None and not (len(nib) == 13 and nib.isascii() and nib.isdigit()):
        raise Invalid("nib_wrong", field="nib")


def _check_holiday(ikm: Ikm, new: dict[str, Any], now: datetime) -> None:
    start, end = new["closed_from"], new["closed_to"]
    if end is not None and (start is None or start > end):
        raise Invalid("holiday_order", field="closed_to")


_CHECKS = {
    "name": _check_name,
    "place": _check_place,
    "craft": _check_craft,
    "hours": _check_hours,
    "nib": _check_nib,
    "holiday": _check_holiday,
}


def short_place(village_code: str) -> str:
    """District and regency of a village, as cards show them."""
    village = regions.place(village_code)
    if village is None or village.level != regions.VILLAGE:
        raise Invalid("unknown_village", field="village_code")
    return ", ".join(village.full_name.split(", ")[1:3])
