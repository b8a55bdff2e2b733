"""What must be true of shops and of who works in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, exists, select

from marketplace.accounts.roles import ShopRole
from marketplace.core.db import db
from marketplace.makers.models import Ikm, Membership
from marketplace.makers.states import ShopState


def t3_every_shop_has_an_owner() -> Sequence[Row[Any]]:
    """Somebody can always act for a shop that is not closed."""
    owned = exists().where(Membership.ikm_id == Ikm.id, Membership.role == ShopRole.OWNER)
    ownerless: Any = select(Ikm.code, Ikm.state).where(Ikm.state != ShopState.CLOSED, ~owned)
    return list(db.session.execute(ownerless).all())


CHECKS = {"T3": t3_every_shop_has_an_owner}
