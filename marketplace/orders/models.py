"""Tables from the cart to the doorstep."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import BigId, Model, Utc, primary_key
from marketplace.orders.states import Fulfilment, OrderState, PaymentState, RefundState


class Cart(Model):
    """One cart for many shops: a person's, or a visitor's who holds its token."""

    __tablename__ = "cart"

    id: Mapped[int] = primary_key()
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), unique=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    village_code: Mapped[str | None] = mapped_column(String(13))
    touched_at: Mapped[datetime] = mapped_column(Utc, index=True)


class CartLine(Model):
    """So many of a variant, and the price that was seen when it went in."""

    __tablename__ = "cart_line"
    __table_args__ = (CheckConstraint("quantity BETWEEN 1 AND 10000", name="quantity_sane"),)

    cart_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("cart.id", ondelete="CASCADE"), primary_key=True
    )
    variant_id: Mapped[int] = mapped_column(BigId, ForeignKey("variant.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(Integer)
    price_seen: Mapped[int] = mapped_column(BigId)
    added_at: Mapped[datetime] = mapped_column(Utc)


class PostageZone(Model):
    """What a parcel costs between two areas (region codes or their start); staff edit it."""

    __tablename__ = "postage_zone"
    __table_args__ = (
        UniqueConstraint("origin", "destination", "courier"),
        CheckConstraint("first_kg >= 0 AND next_kg >= 0", name="not_negative"),
    )

    id: Mapped[int] = primary_key()
    origin: Mapped[str] = mapped_column(String(13))
    destination: Mapped[str] = mapped_column(String(13))
    courier: Mapped[str] = mapped_column(String(40))
    first_kg: Mapped[int] = mapped_column(BigId)
    next_kg: Mapped[int] = mapped_column(BigId)
    max_kg: Mapped[int] = mapped_column(Integer)
    days_min: Mapped[int] = mapped_column(SmallInteger)
    days_max: Mapped[int] = mapped_column(SmallInteger)


class OrderGroup(Model):
    """What one buyer pays at once, one order per shop; opens by an unguessable link."""

    __tablename__ = "order_group"
    __table_args__ = (
        # the desk asks by them; the index of names, search_recipient, is made in migration 0028
        Index("ix_order_group_email", "email"),
        Index("ix_order_group_phone", "phone"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(12), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    checkout_key: Mapped[str] = mapped_column(
        String(64), unique=True
    )  # one order per checkout page
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    cart_id: Mapped[int | None] = mapped_column(BigId)
    recipient: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    village_code: Mapped[str] = mapped_column(String(13))
    address: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(160))
    goods: Mapped[int] = mapped_column(BigId)
    postage: Mapped[int] = mapped_column(BigId)
    total: Mapped[int] = mapped_column(BigId)
    placed_at: Mapped[datetime] = mapped_column(Utc)

    __mapper_args__ = {"eager_defaults": False}


class Order(Model):
    """One shop's part of what was bought."""

    __tablename__ = "shop_order"
    __table_args__ = (
        CheckConstraint("total = goods + postage", name="adds_up"),
        Index("ix_shop_order_ikm", "ikm_id", "state", "id"),
        Index("ix_shop_order_due", "state", "due_at"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(12), unique=True)
    group_id: Mapped[int] = mapped_column(BigId, ForeignKey("order_group.id"), index=True)
    ikm_id: Mapped[int] = mapped_column(BigId, ForeignKey("ikm.id"))
    shop_name: Mapped[str] = mapped_column(String(120))
    state: Mapped[OrderState] = mapped_column(String(10), default=OrderState.WAITING)
    # folded from its parcels, see orders/parcels; and how many were packed so far
    parcel: Mapped[Fulfilment] = mapped_column(String(10), default=Fulfilment.OPEN)
    parcels: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    pickup: Mapped[bool] = mapped_column(default=False)
    # somebody complains about it: it does not complete, and its money is held
    contested: Mapped[bool] = mapped_column(default=False, server_default=false())
    goods: Mapped[int] = mapped_column(BigId)
    postage: Mapped[int] = mapped_column(BigId)
    total: Mapped[int] = mapped_column(BigId)
    # what the market keeps of it and the tax on that, as its lines say; see orders/commission
    commission: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    commission_tax: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    weight_g: Mapped[int] = mapped_column(Integer)
    courier: Mapped[str] = mapped_column(String(40), default="")
    tracking: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    due_at: Mapped[datetime | None] = mapped_column(Utc)  # when the next automatic step happens
    created_at: Mapped[datetime] = mapped_column(Utc)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class OrderLine(Model):
    """What was sold, as it was sold: name and price are copies that never change."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND price > 0", name="positive"),
        CheckConstraint(
            "packed >= 0 AND cancelled >= 0 AND packed + cancelled <= quantity", name="each_once"
        ),
    )

    id: Mapped[int] = primary_key()
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), index=True)
    variant_id: Mapped[int] = mapped_column(BigId, ForeignKey("variant.id"), index=True)
    product_code: Mapped[str] = mapped_column(String(10))
    product_name: Mapped[str] = mapped_column(String(120))
    variant_name: Mapped[str] = mapped_column(String(80), default="")
    cover: Mapped[str | None] = mapped_column(String(40))
    price: Mapped[int] = mapped_column(BigId)
    quantity: Mapped[int] = mapped_column(Integer)
    # pieces in parcels, and pieces that will not come; the rest is still to be packed
    packed: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    cancelled: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    weight_g: Mapped[int] = mapped_column(Integer)
    made_in: Mapped[date | None] = mapped_column(Date)  # the week it is promised for, its Monday
    # the rate of the day it was sold, and what it comes to in rupiah for the whole line
    commission_bp: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    commission: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    commission_tax: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))


class OrderEvent(Model):
    """One step in an order's life: when, who, what; the buyer's and the shop's timeline."""

    __tablename__ = "order_event"

    id: Mapped[int] = primary_key()
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), index=True)
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[int | None] = mapped_column(BigId)
    actor: Mapped[str] = mapped_column(String(10))  # buyer shop staff system
    what: Mapped[str] = mapped_column(String(30))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(Integer)


_OURS = "provider IN ('transfer', 'qris')"
_AWAITED = f"{_OURS} AND state IN ('asked', 'open')"


class Payment(Model):
    """The intent to take money for one group, committed before anybody outside is asked."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("refunded BETWEEN 0 AND amount", name="never_too_much_back"),
        CheckConstraint("currency = 'idr'", name="rupiah_only"),
        UniqueConstraint("provider", "livemode", "reference", name="uq_payment_reference"),
        Index("ix_payment_state", "state", "touched_at"),
        Index("ix_payment_charge", "charge_reference"),  # disputes and sweeps ask by it
        # whose an amount is that somebody names, or finds on the account
        Index("ix_payment_amount", "amount"),
        # at most one payment of a group has money in it
        Index(
            "uq_payment_group_paid",
            "group_id",
            unique=True,
            sqlite_where=text("counts"),
            postgresql_where=text("counts"),
        ),
        # an amount on our own account is never awaited twice; `given_amount` keeps it even longer
        Index(
            "uq_payment_awaited_amount",
            "amount",
            unique=True,
            sqlite_where=text(_AWAITED),
            postgresql_where=text(_AWAITED),
        ),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    group_id: Mapped[int] = mapped_column(BigId, ForeignKey("order_group.id"), index=True)
    provider: Mapped[str] = mapped_column(String(12))  # stripe transfer qris simulator
    livemode: Mapped[bool] = mapped_column(default=False)
    state: Mapped[PaymentState] = mapped_column(String(10), default=PaymentState.ASKED)
    amount: Mapped[int] = mapped_column(BigId)  # what the buyer pays, unique code included
    unique_code: Mapped[int] = mapped_column(
        Integer, default=0
    )  # the last three digits of a transfer
    refunded: Mapped[int] = mapped_column(BigId, default=0)  # asked for or given back
    currency: Mapped[str] = mapped_column(String(3), default="idr")
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    key: Mapped[str] = mapped_column(String(80), unique=True)  # idempotency key, made from the row
    reference: Mapped[str | None] = mapped_column(String(120))  # the provider's checkout
    charge_reference: Mapped[str | None] = mapped_column(String(120))  # the provider's payment
    url: Mapped[str | None] = mapped_column(Text)
    # what the buyer's network hashes to, so that declined cards are counted; forgotten at the end
    asked_from: Mapped[str | None] = mapped_column(String(32))
    counts: Mapped[bool] = mapped_column(default=False)  # the one that pays for the group
    expires_at: Mapped[datetime] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc)
    touched_at: Mapped[datetime] = mapped_column(Utc)
    paid_at: Mapped[datetime | None] = mapped_column(Utc)
    confirmed_by: Mapped[int | None] = mapped_column(BigId)


class Refund(Model):
    """Money going back: asked with its key in the transaction that needs it, executed by a job."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("by_bank BETWEEN 0 AND amount", name="by_bank_at_most_all"),
        Index("ix_refund_state", "state", "touched_at"),
        Index("ix_refund_reference", "reference"),  # the desk asks by it
        Index("ix_refund_amount", "amount"),
    )

    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    payment_id: Mapped[int] = mapped_column(BigId, ForeignKey("payment.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_order.id"), index=True)
    amount: Mapped[int] = mapped_column(BigId)
    # the part of the market's cut that falls away with it
    commission: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    commission_tax: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[RefundState] = mapped_column(String(10), default=RefundState.ASKED)
    # what the buyer had of it from the card bank instead
    by_bank: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    # it came through a provider and went back from the market's own account
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())
    key: Mapped[str] = mapped_column(String(80), unique=True)
    reference: Mapped[str | None] = mapped_column(String(120))
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    by: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(Utc)
    touched_at: Mapped[datetime] = mapped_column(Utc)
    done_at: Mapped[datetime | None] = mapped_column(Utc)

    @property
    def due(self) -> int:
        """What we send of it, or have sent."""
        return self.amount - self.by_bank


class ProviderMessage(Model):
    """A webhook as it came: a hint to look, kept once, never believed."""

    __tablename__ = "provider_message"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        Index("ix_provider_message_object", "object_reference"),
    )

    id: Mapped[int] = primary_key()
    provider: Mapped[str] = mapped_column(String(12))
    event_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(80))
    object_reference: Mapped[str | None] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Utc)
    handled_at: Mapped[datetime | None] = mapped_column(Utc)


class Alarm(Model):
    """Something a person must look at: money without an order, a parked job, a refused refund."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "ix_alarm_open",
            "raised_at",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = primary_key()
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120), unique=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    raised_at: Mapped[datetime] = mapped_column(Utc)
    settled_at: Mapped[datetime | None] = mapped_column(Utc)
    settled_by: Mapped[int | None] = mapped_column(BigId)
