"""How fast one visitor may search: a script that asks without pause waits, people never notice.

Each process counts for itself and forgets after the second: a shield for the machine, no lock.
"""

from __future__ import annotations

import time
from collections import Counter

from flask import current_app, request

from marketplace.core.errors import TooMany

_second = 0
_asked: Counter[str] = Counter()


def keep() -> None:
    """Count this search; refuse when the address has used up its second."""
    global _second
    now = int(time.monotonic())
    if now != _second:
        _second = now
        _asked.clear()
    visitor = request.remote_addr or ""
    _asked[visitor] += 1
    if _asked[visitor] > current_app.config["HOUSE"].search_per_second:
        raise TooMany(minutes=1)
