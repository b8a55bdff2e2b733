"""How often a page may be asked for or a form sent, and where a request comes from."""

from __future__ import annotations

import ipaddress

from flask import Flask, request
from flask_login import current_user

from marketplace.core import clock
from marketplace.core.errors import TooMany
from marketplace.flows.limiting import RULES, forgive, limit, refuse_when_full
from marketplace.web.access import is_provider

__all__ = ["RULES", "address", "forgive", "guard", "limit", "limit_searches", "refuse_when_full"]


def guard(app: Flask) -> None:
    """Let a signed-in person send at most 60 forms a minute; it costs each one statement.

    Visitors without an account are held back where they could do harm: by the rules of those acts.
    """

    @app.before_request
    def pace() -> None:
        if request.endpoint is None or request.method in ("GET", "HEAD", "OPTIONS"):
            return
        if not is_provider() and current_user.is_authenticated:
            limit("write", current_user.person_id)


def address() -> str:
    """Where the request comes from; of an IPv6 address the network, which one home shares."""
    try:
        found = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))


# --- Searching ------------------------------------------------------------------------------------

_searches: dict[str, tuple[int, int]] = {}  # address -> (second, how many in it)
MOST_REMEMBERED = 10_000


def limit_searches(most: int) -> None:
    """Refuse an address that searches more than `most` times in one second, in this process.

    Kept in memory: a write for every search would cost more than the search.
    """
    where, second = address(), int(clock.now().timestamp())
    last, count = _searches.get(where, (second, 0))
    count = count + 1 if last == second else 1
    if len(_searches) >= MOST_REMEMBERED:
        _searches.clear()
    _searches[where] = (second, count)
    if count > most:
        raise TooMany("too_many_searches", minutes=1)
