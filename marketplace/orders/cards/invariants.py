"""What must be true of money that is promised on cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, or_, select

from marketplace.core.db import db
from marketplace.orders.cards.models import CardCharge, Hold, KeptCard
from marketplace.orders.cards.states import ChargeState, HoldState, KeptCardState


def h1_promised_money_has_its_name_at_the_provider() -> Sequence[Row[Any]]:
    """What is held or was taken can be found at the provider; a card is known only while kept."""
    kept = KeptCard.state == KeptCardState.KEPT
    return [
        *_rows(
            select(Hold.code, Hold.state).where(
                Hold.state.in_([HoldState.HELD, HoldState.CAPTURED]),
                Hold.payment_reference.is_(None),
            )
        ),
        *_rows(
            select(CardCharge.code, CardCharge.state).where(
                CardCharge.state == ChargeState.PAID, CardCharge.reference.is_(None)
            )
        ),
        *_rows(
            select(KeptCard.code, KeptCard.state).where(
                or_(kept & KeptCard.card.is_(None), ~kept & KeptCard.card.is_not(None))
            )
        ),
    ]


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement).all())


CHECKS = {"H1": h1_promised_money_has_its_name_at_the_provider}
