"""Where a person's parcels go: at most one is the usual one, and one's own only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from marketplace.accounts.models import Address
from marketplace.core import regions
from marketplace.core.db import changed, db, read
from marketplace.core.errors import Conflict, NotFound

MOST = 20


@dataclass(frozen=True, slots=True)
class Home:
    """One address as pages show it; `place` is "Condongcatur, Depok, Sleman, DI Yogyakarta"."""

    id: int
    recipient: str
    phone: str
    village_code: str
    place: str
    line: str
    is_usual: bool


_MINE = (
    select(
        Address.id,
        Address.recipient,
        Address.phone,
        Address.village_code,
        func.coalesce(regions.Region.full_name, "").label("place"),
        Address.line,
        Address.is_usual,
    )
    .outerjoin(regions.Region, regions.Region.code == Address.village_code)
    .where(Address.person_id == bindparam("person_id"))
    .order_by(Address.is_usual.desc(), Address.id)
)


def list_of(person_id: int) -> list[Home]:
    """Every address of a person, the usual one first."""
    return [Home(**row._mapping) for row in read(_MINE, {"person_id": person_id})]


def usual(person_id: int) -> Home | None:
    """Where parcels usually go: the chosen address, else the oldest."""
    return next(iter(list_of(person_id)), None)


def mine(person_id: int, address_id: int) -> Home:
    """One of the person's own addresses; another's is not found."""
    for home in list_of(person_id):
        if home.id == address_id:
            return home
    raise NotFound()


def remember(
    person_id: int,
    *,
    recipient: str,
    phone: str,
    village_code: str,
    line: str,
    now: datetime,
    usual: bool = False,
) -> int:
    """Keep an address; the same one is kept once, the first becomes the usual one."""
    known = list_of(person_id)
    for home in known:
        if (home.recipient, home.phone, home.village_code, home.line) == (
            recipient,
            phone,
            village_code,
            line,
        ):
            if usual:
                make_usual(person_id, home.id)
            return home.id
    if len(known) >= MOST:
        raise Conflict("too_many_addresses", most=MOST)
    address = Address(
        person_id=person_id,
        recipient=recipient,
        phone=phone,
        village_code=village_code,
        line=line,
        is_usual=False,
        created_at=now,
    )
    db.session.add(address)
    db.session.flush()
    if usual or not known:
        make_usual(person_id, address.id)
    return address.id


def change(
    person_id: int, address_id: int, *, recipient: str, phone: str, village_code: str, line: str
) -> None:
    """Correct one of one's own addresses; orders keep the one they were sent to."""
    count = changed(
        update(Address)
        .where(Address.id == address_id, Address.person_id == person_id)
        .values(recipient=recipient, phone=phone, village_code=village_code, line=line)
    )
    if count != 1:
        raise NotFound()


def make_usual(person_id: int, address_id: int) -> None:
    """Let parcels go here unless said otherwise."""
    mine(person_id, address_id)
    db.session.execute(
        update(Address)
        .where(Address.person_id == person_id)
        .values(is_usual=Address.id == address_id)
    )


def forget(person_id: int, address_id: int) -> None:
    """Drop one of one's own addresses."""
    gone = changed(delete(Address).where(Address.id == address_id, Address.person_id == person_id))
    if gone != 1:
        raise NotFound()
