"""Names of the districts that lists are narrowed by, kept in memory: they hardly ever change."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from marketplace.core.db import read
from marketplace.core.regions import Region

_NAMES = select(Region.code, Region.name).where(Region.code.in_(bindparam("codes", expanding=True)))
_known: dict[str, str] = {}


def names(codes: Iterable[str]) -> dict[str, str]:
    """The name of each district; a code that nobody knows is its own name."""
    wanted = list(codes)
    missing = [code for code in wanted if code not in _known]
    if missing:
        _known.update({code: code for code in missing})
        _known.update({row.code: row.name for row in read(_NAMES, {"codes": missing})})
    return {code: _known[code] for code in wanted}
