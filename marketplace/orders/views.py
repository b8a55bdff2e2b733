"""Orders as pages show them: plain values that nobody can change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketplace.orders.states import OrderState, ParcelState, PaymentState, RefundState


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a timeline."""

    at: datetime
    actor: str
    what: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A thing as it was sold."""

    product_code: str
    name: str
    variant_name: str
    cover: str | None
    price: int
    quantity: int
    weight_g: int
    made_in: date | None


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
    parcel: ParcelState
    pickup: bool
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

    @property
    def cut(self) -> int:
        """What the market keeps, as frozen at the sale."""
        return self.commission + self.commission_tax

    @property
    def shop_gets(self) -> int:
        """What the order brings the shop, its postage included."""
        return self.total - self.cut

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

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
