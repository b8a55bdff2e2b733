"""Nobody decides about a shop of their own, whatever their office: another officer does."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from marketplace.core.db import db
from marketplace.core.errors import Conflict
from marketplace.makers.models import Membership


def refuse_own_shop(by: int | None, ikm_ids: Iterable[int]) -> None:
    """Whoever belongs to one of these shops leaves it to another; the clock belongs to none."""
    if by is None:
        return
    mine = db.session.scalars(select(Membership.ikm_id).where(Membership.person_id == by)).all()
    if not set(mine).isdisjoint(ikm_ids):
        raise Conflict("own_shop")
