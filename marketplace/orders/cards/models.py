"""Tables of promised money: each row is committed before a provider is called."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.orders.cards.states import ChargeState, HoldState, KeptCardState, Wish

_LIVE_HOLD = text("state IN ('asked', 'open', 'held', 'captured')")
_LIVE_CHARGE = text("state IN ('asked', 'processing', 'needs_action', 'paid')")


class Hold(Model):
    """An amount reserved on a card for one purpose, and what we wish to become of it."""

    __tablename__ = "card_hold"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("captured BETWEEN 0 AND amount", name="never_more_than_held"),
        CheckConstraint("wish_amount BETWEEN 0 AND amount", name="wish_within"),
        CheckConstraint("(state = 'captured') = (captured > 0)", name="captured_is_money"),
        UniqueConstraint("provider", "livemode", "page", name="uq_card_hold_page"),
        UniqueConstraint("provider", "livemode", "payment_reference", name="uq_card_hold_payment"),
        Index("ix_card_hold_state", "state", "touched_at"),
        # one purpose has at most one hold that lives or was captured
        Index(
            "uq_card_hold_purpose",
            "purpose",
            unique=True,
            sqlite_where=_LIVE_HOLD,
            postgresql_where=_LIVE_HOLD,
        ),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    purpose: Mapped[str] = mapped_column(String(80))
    provider: Mapped[str] = mapped_column(String(12))
    livemode: Mapped[bool] = mapped_column(default=False)
    state: Mapped[HoldState] = mapped_column(String(10), default=HoldState.ASKED)
    amount: Mapped[int] = mapped_column(BigId)
    captured: Mapped[int] = mapped_column(BigId, default=0)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)  # all that belongs to the key
    page: Mapped[str | None] = mapped_column(String(120))
    url: Mapped[str | None] = mapped_column(Text)
    payment_reference: Mapped[str | None] = mapped_column(String(120))
    capture_before: Mapped[datetime | None] = mapped_column(Utc)  # the bank's word, never computed
    wish: Mapped[Wish] = mapped_column(String(10), default=Wish.NONE)
    wish_amount: Mapped[int] = mapped_column(BigId, default=0)
    tries: Mapped[int] = mapped_column(Integer, default=1)  # part of the key of a capture
    created_at: Mapped[datetime] = mapped_column(Utc)
    touched_at: Mapped[datetime] = mapped_column(Utc)


class KeptCard(Model):
    """A card a person left for later, with the words they agreed to."""

    __tablename__ = "kept_card"
    __table_args__ = (
        UniqueConstraint("provider", "livemode", "page", name="uq_kept_card_page"),
        Index("ix_kept_card_state", "state", "touched_at"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    purpose: Mapped[str] = mapped_column(String(80), index=True)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    provider: Mapped[str] = mapped_column(String(12))
    livemode: Mapped[bool] = mapped_column(default=False)
    state: Mapped[KeptCardState] = mapped_column(String(10), default=KeptCardState.ASKED)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    page: Mapped[str | None] = mapped_column(String(120))
    url: Mapped[str | None] = mapped_column(Text)
    card: Mapped[str | None] = mapped_column(String(255))  # the provider's name, forgotten with it
    brand: Mapped[str] = mapped_column(String(20), default="")
    last4: Mapped[str] = mapped_column(String(4), default="")
    expires: Mapped[str] = mapped_column(String(7), default="")
    consent: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Utc)
    touched_at: Mapped[datetime] = mapped_column(Utc)


class CardCharge(Model):
    """One try to take money from a kept card for one purpose, with the buyer away."""

    __tablename__ = "card_charge"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        UniqueConstraint("purpose", "attempt", name="uq_card_charge_attempt"),
        UniqueConstraint("provider", "livemode", "reference", name="uq_card_charge_reference"),
        Index("ix_card_charge_state", "state", "touched_at"),
        # a purpose is paid once, and never while another try may still be
        Index(
            "uq_card_charge_purpose",
            "purpose",
            unique=True,
            sqlite_where=_LIVE_CHARGE,
            postgresql_where=_LIVE_CHARGE,
        ),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    kept_card_id: Mapped[int] = mapped_column(BigId, ForeignKey("kept_card.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(80))
    provider: Mapped[str] = mapped_column(String(12))
    livemode: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ChargeState] = mapped_column(String(14), default=ChargeState.ASKED)
    amount: Mapped[int] = mapped_column(BigId)
    description: Mapped[str] = mapped_column(String(120))
    attempt: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    tries: Mapped[int] = mapped_column(Integer, default=1)  # part of the key
    stop_wished: Mapped[bool] = mapped_column(default=False)
    reference: Mapped[str | None] = mapped_column(String(120))
    why: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(Utc)
    touched_at: Mapped[datetime] = mapped_column(Utc)
