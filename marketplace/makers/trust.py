"""Which shops put products on the market without being looked at first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from marketplace.core import history
from marketplace.core.db import db
from marketplace.makers.models import Ikm


def trust(ikm_id: int, *, by: int, now: datetime) -> bool:
    """From now on this shop's products go live by themselves; false when they did already."""
    code = db.session.scalar(select(Ikm.code).where(Ikm.id == ikm_id, Ikm.trusted.is_(False)))
    if code is None:
        return False
    db.session.execute(update(Ikm.__table__).where(Ikm.id == ikm_id).values(trusted=True))
    history.record("shop.trusted", f"shop:{code}", by=by, at=now)
    return True
