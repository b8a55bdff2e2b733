"""Disputes, across the network: a message or the sweep names one, it is read, and written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.failpoints import passing
from marketplace.core.work import transaction
from marketplace.flows import refunding
from marketplace.orders.disputes import disputes, queries
from marketplace.orders.ports import GatewayDown
from marketplace.orders.watch_ports import DisputeReading, DisputeSide, WatchGateway
from marketplace.outside import outside

MESSAGES = "charge.dispute."
STEPS = ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")


def watcher(provider: str) -> WatchGateway:
    """Who lets us look; a provider that is not set up any more cannot be asked."""
    found = outside().payments.get(provider)
    if found is None:
        raise GatewayDown("credentials")
    return found


def follow(provider: str, reference: str) -> bool:
    """Read one dispute and bring our row to it; safe at any time and any number of times."""
    reading = watcher(provider).read_dispute(reference)
    passing("disputes.read")
    return _take_down(provider, reading)


def look(provider: str, since: str) -> None:
    """Somebody was told that a card bank asks, before we heard of it ourselves."""
    sweep(provider, since=datetime.fromisoformat(since))


def sweep(provider: str, *, since: datetime) -> int:
    """Every dispute opened since then, whether its messages came or not; how many were news."""
    readings = list(watcher(provider).find_disputes(since=since))
    return sum(_take_down(provider, reading) for reading in readings)


def link_known() -> int:
    """Disputes that came before we knew of their payment, once we do; how many were linked."""
    return sum(_linked(row) for row in queries.could_be_linked())


def _linked(row: Row[Any]) -> bool:
    refunding.look_at_promises(row.provider, row.payment_reference)
    with transaction():
        return disputes.link(row.id, now=clock.now())


def _take_down(provider: str, reading: DisputeReading) -> bool:
    """A bank that keeps the money keeps our promises with it, but for what went out before."""
    if reading.side is DisputeSide.LOST and not queries.is_closed(provider, reading.reference):
        refunding.look_at_promises(provider, reading.payment_reference)
    return _record(provider, reading)


def _record(provider: str, reading: DisputeReading) -> bool:
    try:
        with transaction():
            news = disputes.record(provider, reading, now=clock.now())
    except IntegrityError:  # somebody else wrote it down first, in the same moment
        with transaction():
            news = disputes.record(provider, reading, now=clock.now())
    passing("disputes.recorded")
    return news
