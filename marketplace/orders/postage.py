"""What sending costs, from the tariff that the dinas keeps; every process holds it in memory."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from marketplace.core import history
from marketplace.core.db import db, insert_rows, read
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.orders import postage_rules
from marketplace.orders.models import PostageZone
from marketplace.orders.postage_rules import Zone

KEEP_SECONDS = 60.0
MOST_ZONES = 5_000


@dataclass(frozen=True, slots=True)
class Quote:
    """What one parcel costs and how long it takes."""

    price: int
    courier: str
    days_min: int
    days_max: int


Tariff = Mapping[str, Sequence[Zone]]  # by origin
_kept: tuple[float, Tariff] = (-KEEP_SECONDS, {})


def quote(origin: str | None, destination: str | None, weight_g: int) -> Quote | None:
    """The cheapest courier that carries this weight there; none if nobody does."""
    if not origin or not destination:
        return None
    _tariff()  # forgets the quotes when the tariff was read anew
    return _quotes(origin, destination, postage_rules.chargeable_kg(weight_g))


def from_price(origin: str | None, weight_g: int) -> int | None:
    """The least that sending this weight costs anywhere, for "ongkir mulai …"."""
    if not origin:
        return None
    prices = [
        postage_rules.price(zone.first_kg, zone.next_kg, weight_g)
        for zone in _zones_for(_tariff(), origin)
        if postage_rules.carries(zone, weight_g)
    ]
    return min(prices, default=None)


def forget() -> None:
    """Read the tariff anew at the next question."""
    global _kept
    _kept = (-KEEP_SECONDS, {})
    _quotes.cache_clear()


def load_starter() -> int:
    """Give a new market the example tariff; a tariff that exists stays. How many zones were new."""
    if db.session.scalar(select(func.count()).select_from(PostageZone)):
        return 0
    zones = postage_rules.starter_zones()
    insert_rows(PostageZone, [asdict(zone) for zone in zones])
    forget()
    return len(zones)


# --- The dinas edits ------------------------------------------------------------------------------


def all_zones() -> list[dict[str, Any]]:
    """Every zone of the tariff, by origin and destination."""
    table = PostageZone.__table__
    rows = read(select(table).order_by(table.c.origin, table.c.destination, table.c.courier))
    return [dict(row._mapping) for row in rows]


def save(zone_id: int | None, zone: Zone, *, by: int, now: datetime) -> int:
    """Write a zone of the tariff with its history; two zones never say the same thing."""
    _check(zone)
    same = db.session.scalar(
        select(PostageZone.id).where(
            PostageZone.origin == zone.origin,
            PostageZone.destination == zone.destination,
            PostageZone.courier == zone.courier,
        )
    )
    if same is not None and same != zone_id:
        raise Invalid("zone_exists", field="destination")
    row = PostageZone() if zone_id is None else _locked(zone_id)
    old = None if zone_id is None else _as_dict(row)
    for name, value in asdict(zone).items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.flush()
    history.record(
        "postage.saved", f"zone:{row.id}", by=by, at=now, old=old, new=asdict(zone)
    )  # fmt: skip
    forget()
    return row.id


def remove(zone_id: int, *, by: int, now: datetime) -> None:
    """Take a zone out of the tariff; the last one stays, or nothing could be sent at all."""
    row = _locked(zone_id)
    if db.session.scalar(select(func.count()).select_from(PostageZone)) == 1:
        raise Conflict("last_zone")
    history.record("postage.removed", f"zone:{zone_id}", by=by, at=now, old=_as_dict(row))
    db.session.delete(row)
    db.session.flush()
    forget()


def zone_of(zone_id: int) -> dict[str, Any]:
    """One zone as it stands."""
    table = PostageZone.__table__
    rows = read(select(table).where(table.c.id == zone_id))
    if not rows:
        raise NotFound()
    return dict(rows[0]._mapping)


def _locked(zone_id: int) -> PostageZone:
    row = db.session.get(PostageZone, zone_id, with_for_update={"key_share": True})
    if row is None:
        raise NotFound()
    return row


def _as_dict(row: PostageZone) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Zone.__slots__}


def _check(zone: Zone) -> None:
    if zone.days_max < zone.days_min:
        raise Invalid("zone_days", field="days_max")
    if not zone.origin and not zone.destination:
        raise Invalid("zone_nowhere", field="destination")


# --- Reading --------------------------------------------------------------------------------------


def _tariff() -> Tariff:
    global _kept
    if time.monotonic() - _kept[0] > KEEP_SECONDS or not _kept[1]:
        _kept = (time.monotonic(), _load())
        _quotes.cache_clear()
    return _kept[1]


def _load() -> Tariff:
    by_origin: dict[str, list[Zone]] = defaultdict(list)
    for row in all_zones():
        zone = Zone(**{name: row[name] for name in Zone.__slots__})
        by_origin[zone.origin].append(zone)
    return dict(by_origin)


def _zones_for(tariff: Tariff, origin: str) -> list[Zone]:
    """The zones that may apply to a parcel from there; the rest of the tariff is not looked at."""
    parts = origin.split(".")
    above = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return [zone for code in ("", origin[:1], *above) for zone in tariff.get(code, ())]


@lru_cache(maxsize=20_000)
def _quotes(origin: str, destination: str, kilograms: int) -> Quote | None:
    weight_g = kilograms * postage_rules.KILOGRAM_G
    by_courier: dict[str, list[Zone]] = defaultdict(list)
    for zone in _zones_for(_tariff(), origin):
        by_courier[zone.courier].append(zone)
    found = []
    for zones in by_courier.values():
        best = postage_rules.best_zone(zones, origin, destination)
        if best and postage_rules.carries(best, weight_g):
            cost = best.first_kg + (kilograms - 1) * best.next_kg
            found.append(Quote(cost, best.courier, best.days_min, best.days_max))
    return min(found, key=lambda quote: (quote.price, quote.days_max), default=None)
