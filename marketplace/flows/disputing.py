"""Disputes, across the network: a message or the sweep names one, it is read, and written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.failpoints import passing
from marketplace.core.work import transaction
from marketplace.orders.disputes import disputes, queries
from marketplace.orders.ports import GatewayDown
from marketplace.orders.watch_ports import DisputeReading, WatchGateway
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
    return _record(provider, reading)


def sweep(provider: str, *, since: datetime) -> int:
    """Every dispute opened since then, whether its messages came or not; how many were news."""
    readings = list(watcher(provider).find_disputes(since=since))
    return sum(_record(provider, reading) for reading in readings)


def link_known() -> int:
    """Disputes that came before we knew of their payment, once we do; how many were linked."""
    return sum(_linked(dispute_id) for dispute_id in queries.could_be_linked())


def _linked(dispute_id: int) -> bool:
    with transaction():
        return disputes.link(dispute_id, now=clock.now())


def _record(provider: str, reading: DisputeReading) -> bool:
    try:
        with transaction():
            news = disputes.record(provider, reading, now=clock.now())
    except IntegrityError:  # somebody else wrote it down first, in the same moment
        with transaction():
            news = disputes.record(provider, reading, now=clock.now())
    passing("disputes.recorded")
    return news
