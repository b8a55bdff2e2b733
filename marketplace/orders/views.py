"""Orders as pages show them: plain values that nobody can change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketplace.orders.parcels.rules import MAY_HAVE_COME, may_cancel
from marketplace.orders.rules import of_pieces
from marketplace.orders.states import (
    Fulfilment,
    OrderState,
    ParcelState,
    PaymentState,
    RefundState,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a timeline."""

    at: datetime
    actor: str
    what: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A thing as it was sold, and how many pieces of it are packed or will not come."""

    id: int
    product_code: str
    name: str
    variant_name: str
    cover: str | None
    price: int
    quantity: int
    packed: int
    cancelled: int
    weight_g: int
    made_in: date | None

    @property
    def left(self) -> int:
        """Pieces that are still to be packed."""
        return self.quantity - self.packed - self.cancelled

    def paid_for(self, count: int) -> int:
        """What goes back when so many more pieces will not come."""
        whole = self.price * self.quantity
        return of_pieces(whole, self.quantity, before=self.cancelled, now=count)

    @property
    def full_name(self) -> str:
        return f"{self.name}, {self.variant_name}" if self.variant_name else self.name


@dataclass(frozen=True, slots=True)
class ParcelView:
    """One parcel of an order with what lies in it."""

    number: int
    state: ParcelState
    courier: str
    tracking: str
    packed_at: datetime
    left_at: datetime | None
    received_at: datetime | None
    confirmed_at: datetime | None
    content: tuple[tuple[SoldLine, int], ...]

    @property
    def may_be_received(self) -> bool:
        """Whether the buyer may still say that it has come."""
        return self.state in MAY_HAVE_COME and self.confirmed_at is None


@dataclass(frozen=True, slots=True)
class OrderView:
    """One shop's order, for the buyer and for the shop."""

    id: int
    code: str
    ikm_id: int
    shop_name: str
    shop_slug: str
    shop_whatsapp: str | None
    shop_address: str
    shop_place: str
    shop_village: str | None
    state: OrderState
    parcel: Fulfilment
    pickup: bool
    contested: bool
    goods: int
    postage: int
    total: int
    commission: int
    commission_tax: int
    weight_g: int
    courier: str
    tracking: str
    cancel_reason: str
    due_at: datetime | None
    created_at: datetime
    version: int
    lines: tuple[SoldLine, ...]
    steps: tuple[Step, ...]
    parcels: tuple[ParcelView, ...]

    @property
    def cut(self) -> int:
        """What the market keeps, as frozen at the sale."""
        return self.commission + self.commission_tax

    @property
    def pieces(self) -> int:
        """How many come, or have come."""
        return sum(line.quantity - line.cancelled for line in self.lines)

    @property
    def left(self) -> int:
        """Pieces that are still to be packed."""
        return sum(line.left for line in self.lines)

    @property
    def in_parts(self) -> bool:
        """Whether it does not travel as one: several parcels, or one with only a part in it."""
        return len(self.parcels) > 1 or bool(self.parcels and self.left)

    def may_be_cancelled_by(self, role: str) -> bool:
        """Whether this side may end the whole order, as far as its parcels go."""
        return may_cancel(role, [parcel.state for parcel in self.parcels])

    def last(self, *whats: str) -> datetime | None:
        """When the last of these steps happened."""
        return next((step.at for step in reversed(self.steps) if step.what in whats), None)

    def when(self, *whats: str) -> datetime | None:
        """When the first of these steps happened."""
        return next((step.at for step in self.steps if step.what in whats), None)


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One intent to pay, as the order page shows it."""

    code: str
    provider: str
    state: PaymentState
    amount: int
    unique_code: int
    attempt: int
    url: str | None
    counts: bool
    expires_at: datetime
    paid_at: datetime | None

    @property
    def live(self) -> bool:
        return self.state in (PaymentState.ASKED, PaymentState.OPEN)


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money on its way back."""

    code: str
    order_id: int | None
    payment_code: str
    provider: str
    amount: int
    by_bank: int  # what the buyer had of it from the card bank
    reason: str
    state: RefundState
    created_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class GroupView:
    """Everything one buyer paid for at once."""

    id: int
    code: str
    token_hash: str
    person_id: int | None
    recipient: str
    phone: str
    email: str | None
    address: str
    place: str
    village_code: str
    goods: int
    postage: int
    total: int
    placed_at: datetime
    payments: tuple[PaymentView, ...]
    refunds: tuple[RefundView, ...]
    orders: tuple[OrderView, ...]

    @property
    def paid(self) -> PaymentView | None:
        """The payment that counts."""
        return next((payment for payment in self.payments if payment.counts), None)

    @property
    def waiting(self) -> bool:
        return any(order.state == OrderState.WAITING for order in self.orders)

    @property
    def last_payment(self) -> PaymentView:
        return self.payments[-1]
