"""What the pages of orders show: plain values, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select

from marketplace.accounts.models import Person
from marketplace.accounts.roles import ShopRole
from marketplace.core.db import read, read_one
from marketplace.makers.models import Ikm, Membership
from marketplace.orders.models import (
    Alarm,
    Order,
    OrderEvent,
    OrderGroup,
    OrderLine,
    Payment,
    Refund,
)
from marketplace.orders.states import OrderState, ParcelState, PaymentState, RefundState

PAGE = 30


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


# --- The buyer's page -----------------------------------------------------------------------------

_MONEY = (
    select(
        OrderGroup.__table__,
        Payment.id.label("payment_id"),
        Payment.code.label("payment_code"),
        Payment.provider,
        Payment.state.label("payment_state"),
        Payment.amount,
        Payment.unique_code,
        Payment.attempt,
        Payment.url,
        Payment.counts,
        Payment.expires_at,
        Payment.paid_at,
        Refund.code.label("refund_code"),
        Refund.order_id.label("refund_order"),
        Refund.amount.label("refund_amount"),
        Refund.reason,
        Refund.state.label("refund_state"),
        Refund.created_at.label("refund_at"),
        Refund.done_at,
    )
    .join(Payment, Payment.group_id == OrderGroup.id)
    .outerjoin(Refund, Refund.payment_id == Payment.id)
    .order_by(Payment.id, Refund.id)
)
_BY_TOKEN = _MONEY.where(OrderGroup.token_hash == bindparam("key"))
_BY_CODE = _MONEY.where(OrderGroup.code == bindparam("key"))

_ORDERS = (
    select(
        Order.__table__,
        Ikm.slug.label("shop_slug"),
        Ikm.whatsapp.label("shop_whatsapp"),
        Ikm.address.label("shop_address"),
        Ikm.place.label("shop_place"),
        Ikm.village_code.label("shop_village"),
        OrderLine.product_code,
        OrderLine.product_name,
        OrderLine.variant_name,
        OrderLine.cover,
        OrderLine.price,
        OrderLine.quantity,
        OrderLine.weight_g.label("line_weight"),
    )
    .join(Ikm, Ikm.id == Order.ikm_id)
    .join(OrderLine, OrderLine.order_id == Order.id)
    .order_by(Order.id, OrderLine.id)
)
_OF_GROUP = _ORDERS.where(Order.group_id == bindparam("group_id"))
_OF_SHOP = _ORDERS.where(Order.ikm_id == bindparam("ikm_id"), Order.code == bindparam("code"))

_STEPS = select(OrderEvent.__table__).order_by(OrderEvent.id)
_STEPS_OF_GROUP = _STEPS.join(Order, Order.id == OrderEvent.order_id).where(
    Order.group_id == bindparam("group_id")
)
_STEPS_OF_ORDER = _STEPS.where(OrderEvent.order_id == bindparam("order_id"))


def group_by_token(token_hash: str) -> GroupView | None:
    """The order page behind a link, in three statements."""
    return _group(read(_BY_TOKEN, {"key": token_hash}))


def group_by_code(code: str) -> GroupView | None:
    """The same for letters, which know the code."""
    return _group(read(_BY_CODE, {"key": code}))


def _group(rows: Sequence[Row[Any]]) -> GroupView | None:
    if not rows:
        return None
    first = rows[0]
    payments = {row.payment_id: _payment(row) for row in rows}
    refunds = tuple(_refund(row) for row in rows if row.refund_code)
    key = {"group_id": first.id}
    orders = _orders(read(_OF_GROUP, key), read(_STEPS_OF_GROUP, key))
    return GroupView(
        id=first.id,
        code=first.code,
        token_hash=first.token_hash,
        person_id=first.person_id,
        recipient=first.recipient,
        phone=first.phone,
        email=first.email,
        address=first.address,
        place=first.place,
        village_code=first.village_code,
        goods=first.goods,
        postage=first.postage,
        total=first.total,
        placed_at=first.placed_at,
        payments=tuple(payments.values()),
        refunds=refunds,
        orders=orders,
    )


def _payment(row: Row[Any]) -> PaymentView:
    return PaymentView(
        code=row.payment_code,
        provider=row.provider,
        state=PaymentState(row.payment_state),
        amount=row.amount,
        unique_code=row.unique_code,
        attempt=row.attempt,
        url=row.url,
        counts=row.counts,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
    )


def _refund(row: Row[Any]) -> RefundView:
    return RefundView(
        code=row.refund_code,
        order_id=row.refund_order,
        payment_code=row.payment_code,
        provider=row.provider,
        amount=row.refund_amount,
        reason=row.reason,
        state=RefundState(row.refund_state),
        created_at=row.refund_at,
        done_at=row.done_at,
    )


def _orders(rows: Sequence[Row[Any]], steps: Sequence[Row[Any]]) -> tuple[OrderView, ...]:
    lines: dict[int, list[SoldLine]] = {}
    heads: dict[int, Row[Any]] = {}
    for row in rows:
        heads.setdefault(row.id, row)
        lines.setdefault(row.id, []).append(
            SoldLine(
                product_code=row.product_code,
                name=row.product_name,
                variant_name=row.variant_name,
                cover=row.cover,
                price=row.price,
                quantity=row.quantity,
                weight_g=row.line_weight,
            )
        )
    told: dict[int, list[Step]] = {}
    for step in steps:
        told.setdefault(step.order_id, []).append(
            Step(step.at, step.actor, step.what, dict(step.detail))
        )
    return tuple(
        _order(row, tuple(lines[id]), tuple(told.get(id, ()))) for id, row in heads.items()
    )


def _order(row: Row[Any], lines: tuple[SoldLine, ...], steps: tuple[Step, ...]) -> OrderView:
    return OrderView(
        id=row.id,
        code=row.code,
        ikm_id=row.ikm_id,
        shop_name=row.shop_name,
        shop_slug=row.shop_slug,
        shop_whatsapp=row.shop_whatsapp,
        shop_address=row.shop_address,
        shop_place=row.shop_place,
        shop_village=row.shop_village,
        state=OrderState(row.state),
        parcel=ParcelState(row.parcel),
        pickup=row.pickup,
        goods=row.goods,
        postage=row.postage,
        total=row.total,
        weight_g=row.weight_g,
        courier=row.courier,
        tracking=row.tracking,
        cancel_reason=row.cancel_reason,
        due_at=row.due_at,
        created_at=row.created_at,
        version=row.version,
        lines=lines,
        steps=steps,
    )


_MY_ORDERS = (
    select(
        OrderGroup.id,
        OrderGroup.code,
        OrderGroup.token_hash,
        OrderGroup.total,
        OrderGroup.placed_at,
        Order.shop_name,
        Order.state,
        Order.parcel,
        Order.pickup,
    )
    .join(Order, Order.group_id == OrderGroup.id)
    .where(OrderGroup.person_id == bindparam("person_id"), OrderGroup.id < bindparam("before"))
    .where(
        OrderGroup.id.in_(
            select(OrderGroup.id)
            .where(
                OrderGroup.person_id == bindparam("person_id"),
                OrderGroup.id < bindparam("before"),
            )
            .order_by(OrderGroup.id.desc())
            .limit(PAGE + 1)
            .correlate(None)
        )
    )
    .order_by(OrderGroup.id.desc(), Order.id)
)


def my_orders(person_id: int, before: int | None = None) -> tuple[list[dict[str, Any]], int | None]:
    """A person's orders, newest first, and where the next page begins."""
    rows = read(_MY_ORDERS, {"person_id": person_id, "before": before or 2**62})
    groups: dict[int, dict[str, Any]] = {}
    for row in rows:
        group = groups.setdefault(
            row.id,
            {
                "id": row.id,
                "code": row.code,
                "token_hash": row.token_hash,
                "total": row.total,
                "placed_at": row.placed_at,
                "orders": [],
            },
        )
        group["orders"].append(row)
    found = list(groups.values())
    more = found[PAGE - 1]["id"] if len(found) > PAGE else None
    return found[:PAGE], more


# --- The shop's pages -----------------------------------------------------------------------------

TABS = {
    "terima": ((OrderState.NEW,), None),
    "kemas": ((OrderState.ACCEPTED,), (ParcelState.OPEN,)),
    "kirim": ((OrderState.ACCEPTED,), (ParcelState.PACKED, ParcelState.READY)),
    "jalan": ((OrderState.ACCEPTED,), (ParcelState.SHIPPED, ParcelState.RECEIVED)),
    "selesai": ((OrderState.COMPLETED, OrderState.CANCELLED), None),
}

_COUNTS = (
    select(Order.state, Order.parcel, func.count().label("number"))
    .where(
        Order.ikm_id == bindparam("ikm_id"),
        Order.state.in_([OrderState.NEW, OrderState.ACCEPTED]),
    )
    .group_by(Order.state, Order.parcel)
)


def shop_counts(ikm_id: int) -> dict[str, int]:
    """How many orders wait for what in a shop."""
    counts = dict.fromkeys(TABS, 0)
    for row in read(_COUNTS, {"ikm_id": ikm_id}):
        for tab, (states, parcels) in TABS.items():
            if row.state in states and (parcels is None or row.parcel in parcels):
                counts[tab] += row.number
    return counts


def shop_orders(
    ikm_id: int, tab: str, before: int | None = None
) -> tuple[Sequence[Row[Any]], int | None]:
    """A shop's orders of one task: the most urgent first, finished ones newest first."""
    states, parcels = TABS[tab]
    first_line = (
        select(OrderLine.product_name)
        .where(OrderLine.order_id == Order.id)
        .order_by(OrderLine.id)
        .limit(1)
        .scalar_subquery()
    )
    pieces = (
        select(func.sum(OrderLine.quantity)).where(OrderLine.order_id == Order.id).scalar_subquery()
    )
    statement = (
        select(
            Order.id,
            Order.code,
            Order.state,
            Order.parcel,
            Order.pickup,
            Order.total,
            Order.due_at,
            Order.created_at,
            OrderGroup.recipient,
            OrderGroup.place,
            first_line.label("first"),
            pieces.label("pieces"),
        )
        .join(OrderGroup, OrderGroup.id == Order.group_id)
        .where(Order.ikm_id == ikm_id, Order.state.in_(states))
        .limit(PAGE + 1)
    )
    if parcels:
        statement = statement.where(Order.parcel.in_(parcels))
    if tab == "selesai":
        statement = statement.where(Order.id < (before or 2**62)).order_by(Order.id.desc())
    else:
        statement = statement.where(Order.id > (before or 0)).order_by(Order.id)
    rows = read(statement)
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


_RECIPIENT = select(
    OrderGroup.recipient,
    OrderGroup.phone,
    OrderGroup.email,
    OrderGroup.address,
    OrderGroup.place,
    OrderGroup.code.label("group_code"),
    OrderGroup.id.label("group_id"),
    OrderGroup.village_code,
)
_RECIPIENT = _RECIPIENT.join(Order, Order.group_id == OrderGroup.id).where(
    Order.code == bindparam("code")
)


def shop_order(ikm_id: int, code: str) -> tuple[OrderView, Row[Any]] | None:
    """One order of this shop with where it goes; another shop's is not there."""
    rows = read(_OF_SHOP, {"ikm_id": ikm_id, "code": code})
    if not rows or rows[0].state == OrderState.WAITING:
        return None
    steps = read(_STEPS_OF_ORDER, {"order_id": rows[0].id})
    recipient = read_one(_RECIPIENT, {"code": code})
    return (_orders(rows, steps)[0], recipient) if recipient else None


_OWNERS = (
    select(Membership.ikm_id, Person.email, Person.name, Ikm.code, Ikm.slug)
    .join(Person, Person.id == Membership.person_id)
    .join(Ikm, Ikm.id == Membership.ikm_id)
    .where(
        Membership.ikm_id.in_(bindparam("shops", expanding=True)),
        Membership.role == ShopRole.OWNER,
        Person.closed_at.is_(None),
    )
)


def owners_of(shops: Iterable[int]) -> Sequence[Row[Any]]:
    """Who is told about new orders: the owners of these shops."""
    return read(_OWNERS, {"shops": sorted(shops)})


# --- The desk of the dinas ------------------------------------------------------------------------


def transfers(search: int | None = None) -> Sequence[Row[Any]]:
    """Transfers that are awaited; with an amount, every transfer of that amount in any state."""
    statement = (
        select(
            Payment.code,
            Payment.amount,
            Payment.state,
            Payment.counts,
            Payment.created_at,
            Payment.expires_at,
            Payment.paid_at,
            OrderGroup.code.label("group_code"),
            OrderGroup.recipient,
            OrderGroup.total,
        )
        .join(OrderGroup, OrderGroup.id == Payment.group_id)
        .where(Payment.provider == "transfer")
        .limit(200)
    )
    if search is None:
        statement = statement.where(
            Payment.state.in_([PaymentState.ASKED, PaymentState.OPEN])
        ).order_by(Payment.expires_at)
    else:
        statement = statement.where(Payment.amount == search).order_by(Payment.id.desc())
    return read(statement)


def transfer(code: str) -> Row[Any] | None:
    """One awaited or finished transfer."""
    return read_one(
        select(
            Payment.__table__,
            OrderGroup.code.label("group_code"),
            OrderGroup.recipient,
            OrderGroup.phone,
            OrderGroup.total,
        )
        .join(OrderGroup, OrderGroup.id == Payment.group_id)
        .where(Payment.code == code, Payment.provider == "transfer")
    )


def refunds_by_hand() -> Sequence[Row[Any]]:
    """Money that an officer must send back: transfers, and what a provider would not do."""
    return read(
        select(
            Refund.code,
            Refund.amount,
            Refund.reason,
            Refund.state,
            Refund.created_at,
            Payment.provider,
            OrderGroup.code.label("group_code"),
            OrderGroup.recipient,
            OrderGroup.phone,
        )
        .join(Payment, Payment.id == Refund.payment_id)
        .join(OrderGroup, OrderGroup.id == Payment.group_id)
        .where(
            or_(
                (Payment.provider == "transfer")
                & Refund.state.in_([RefundState.ASKED, RefundState.SENT]),
                Refund.state == RefundState.FAILED,
            )
        )
        .order_by(Refund.id)
        .limit(200)
    )


def refund_by_hand(code: str) -> Row[Any] | None:
    """One of them."""
    return next((row for row in refunds_by_hand() if row.code == code), None)


def open_alarms() -> Sequence[Row[Any]]:
    """What somebody must look at, newest first."""
    table = Alarm.__table__
    return read(
        select(table).where(table.c.settled_at.is_(None)).order_by(table.c.id.desc()).limit(200)
    )
