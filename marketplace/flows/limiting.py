"""How often something may be tried: counted in the database, so that all processes count together.

The table below is the whole rule book. When the database is away nothing can be counted, and the
request ends in the 503 page: sign-in and money stay shut rather than open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil
from typing import Any

import structlog
from limits import RateLimitItem, parse_many
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from marketplace.accounts.models import AttemptCount
from marketplace.core import clock
from marketplace.core.db import dialect, read, read_one, reading_engine
from marketplace.core.errors import TooMany
from marketplace.core.work import refuse_when_open, transaction
from marketplace.orders import alarms

log = structlog.get_logger()

RULES = {
    # signing in: per account, per account at one address, per address (a village shares one), all
    "sign_in_account": "10 per 5 minutes",
    "sign_in_pair": "5 per 5 minutes",
    "sign_in_address": "100 per 5 minutes",
    "sign_in_everywhere": "1000 per 5 minutes",
    "alarm": "1 per 5 minutes",  # one flood is one alarm
    "second_factor": "5 per 5 minutes; 20 per hour; 50 per day",
    "mail_account": "5 per day",
    "mail_address": "30 per hour",
    "waiting_email": "10 per day",  # letters to one address that its owner may not want
    "waiting_address": "30 per hour",
    "sign_up": "20 per hour",
    "email_change": "5 per 5 minutes; 20 per hour",
    "checkout": "10 per minute",
    "complaint": "20 per hour",  # forms with pictures, for one order
    "review": "30 per hour",  # forms with pictures, for one order
    "report": "10 per hour",  # of reviews, from one address
    "failed_card_person": "5 per day",
    "failed_card_address": "10 per hour",
    "export": "5 per hour",
    "statement": "10 per minute; 60 per hour",
    "label": "20 per minute; 200 per hour",
    "invite": "20 per day",
    "write": "60 per minute",  # whatever a signed-in person sends
}
ONLY_ALARMS = {"sign_in_everywhere"}  # a flood of guesses wakes people; it shuts nobody out

_UPSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_COUNT = select(AttemptCount.count).where(
    AttemptCount.key == bindparam("key"), AttemptCount.expires_at > bindparam("now")
)
_COUNTS = select(
    AttemptCount.key, AttemptCount.count.label("tries"), AttemptCount.expires_at
).where(
    AttemptCount.key.in_(bindparam("keys", expanding=True)),
    AttemptCount.expires_at > bindparam("now"),
)
_EXPIRY = select(AttemptCount.expires_at).where(AttemptCount.key == bindparam("key"))


class DatabaseStorage(Storage):
    """Counts in the table attempt_count, each step one statement that commits itself."""

    STORAGE_SCHEME = ["guyub"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count up at once and tell the sum; a window that is over begins anew."""
        refuse_when_open()
        now = clock.now()
        until = now + timedelta(seconds=expiry)
        values = {"key": key, "count": amount, "expires_at": until, "now": now}
        with reading_engine().connect() as connection:
            return int(connection.execute(_counting(dialect()), values).scalar_one())

    def get(self, key: str) -> int:
        row = read_one(_COUNT, {"key": key, "now": clock.now()})
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        row = read_one(_EXPIRY, {"key": key})
        return (row[0] if row else clock.now()).timestamp()

    def check(self) -> bool:
        read_one(_COUNT, {"key": "", "now": clock.now()})
        return True

    def reset(self) -> int | None:
        with reading_engine().connect() as connection:
            return connection.execute(delete(AttemptCount)).rowcount

    def clear(self, key: str) -> None:
        with reading_engine().connect() as connection:
            connection.execute(delete(AttemptCount).where(AttemptCount.key == key))


@cache
def _counting(database: str) -> Any:
    """Add to a count, or begin anew when its time is over; built once."""
    table = AttemptCount.__table__
    new = _UPSERT[database](table)
    over = table.c.expires_at <= bindparam("now", type_=table.c.expires_at.type)
    return new.on_conflict_do_update(
        index_elements=[table.c.key],
        set_={
            "count": case((over, new.excluded.count), else_=table.c.count + new.excluded.count),
            "expires_at": case((over, new.excluded.expires_at), else_=table.c.expires_at),
        },
    ).returning(table.c.count)


_counter = FixedWindowRateLimiter(DatabaseStorage())
_rules: dict[str, Sequence[RateLimitItem]] = {
    name: tuple(parse_many(words)) for name, words in RULES.items()
}


def limit(name: str, *keys: object) -> None:
    """Count one try of the rule for these keys, and refuse when there were too many.

    Call it before the transaction: a refused try counts, whatever happens after.
    """
    who = fingerprint(keys)
    for rule in _rules[name]:
        if _counter.hit(rule, name, who):
            continue
        log.warning("limit_reached", rule=name, alarm=name in ONLY_ALARMS)
        if name in ONLY_ALARMS:
            _wake_somebody(name)
            continue
        until = _counter.get_window_stats(rule, name, who).reset_time
        raise TooMany(minutes=_minutes(until), rule=name)


def _wake_somebody(name: str) -> None:
    """Put the flood before the people of the dinas, once for each while."""
    if _counter.hit(_rules["alarm"][0], "alarm", name):
        with transaction():
            alarms.sound("sign_in_flood", f"limit:{name}", now=clock.now(), limit=RULES[name])


def refuse_when_full(*tries: tuple[str, object]) -> None:
    """Refuse when one of these (rule, key) was reached before, without counting a try.

    For what is counted elsewhere: the bank's no reaches us after the page that asked it is gone.
    """
    asked = [(name, rule, fingerprint((key,))) for name, key in tries for rule in _rules[name]]
    keys = [rule.key_for(name, who) for name, rule, who in asked]
    counts = {row.key: row for row in read(_COUNTS, {"keys": keys, "now": clock.now()})}
    for (name, rule, _), key in zip(asked, keys, strict=True):
        found = counts.get(key)
        if found is not None and found.tries >= rule.amount:
            log.warning("limit_reached", rule=name, alarm=False)
            raise TooMany(minutes=_minutes(found.expires_at.timestamp()), rule=name)


def count(name: str, key: object) -> None:
    """Count something that has happened; nobody is refused for it now."""
    for rule in _rules[name]:
        _counter.hit(rule, name, fingerprint((key,)))


def forgive(name: str, *keys: object) -> None:
    """Forget the tries of these keys, because the last one was right."""
    for rule in _rules[name]:
        _counter.clear(rule, name, fingerprint(keys))


def fingerprint(keys: Sequence[Any]) -> str:
    """No address of a person stands in the table, only what it hashes to."""
    return hashlib.sha256("\n".join(str(key) for key in keys).encode()).hexdigest()[:32]


def _minutes(until: float) -> int:
    left = datetime.fromtimestamp(until, UTC) - clock.now()
    return max(1, ceil(left.total_seconds() / 60))
