"""What the pages of buyer, shop and dinas show of complaints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, func, select

from marketplace.accounts.models import Person
from marketplace.core.db import read, read_one
from marketplace.orders.complaints.models import (
    Complaint,
    ComplaintEvent,
    ComplaintLine,
    ComplaintPhoto,
)
from marketplace.orders.complaints.states import (
    OPEN,
    WITH_THE_SHOP,
    ComplaintState,
    Kind,
    Side,
    Wish,
)
from marketplace.orders.models import Order, OrderGroup, OrderLine, Payment
from marketplace.orders.states import Fulfilment, OrderState
from marketplace.photos.models import Photo
from marketplace.photos.states import PhotoState

PAGE = 50


@dataclass(frozen=True, slots=True)
class Piece:
    """So many pieces of a thing that are complained about."""

    name: str
    variant_name: str
    cover: str | None
    quantity: int
    price: int
    back: int


@dataclass(frozen=True, slots=True)
class Said:
    """One step with its words."""

    at: datetime
    actor: Side
    what: str
    words: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that a side shows."""

    code: str
    side: Side
    version: int
    widths: tuple[int, ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """One complaint, as each side sees it."""

    order_code: str
    group_code: str
    group_id: int
    ikm_id: int
    shop_name: str
    recipient: str
    phone: str
    kind: Kind
    goods: int
    postage: int
    wish: Wish
    wished: int
    offered: int | None
    proposed: int | None
    proposer: str | None
    state: ComplaintState
    due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    back: int
    courier: str
    tracking: str
    paid_by: str
    pieces: tuple[Piece, ...]
    said: tuple[Said, ...]
    shots: tuple[Shot, ...]
    order_state: OrderState
    more_to_send: bool  # pieces or parcels of the order have not left the shop yet

    @property
    def most(self) -> int:
        """More than this cannot go back."""
        return self.goods + self.postage

    @property
    def open(self) -> bool:
        """Whether somebody is still to act."""
        return self.state in OPEN


_ONE = (
    select(
        Complaint.__table__,
        Order.code.label("order_code"),
        Order.ikm_id,
        Order.shop_name,
        Order.state.label("order_state"),
        Order.parcel.label("order_parcel"),
        OrderGroup.code.label("group_code"),
        OrderGroup.id.label("group_id"),
        OrderGroup.recipient,
        OrderGroup.phone,
        Payment.provider.label("paid_by"),
        Person.name.label("proposer"),
        OrderLine.product_name,
        OrderLine.variant_name,
        OrderLine.cover,
        OrderLine.price,
        ComplaintLine.quantity,
        ComplaintLine.back.label("line_back"),
    )
    .join(Order, Order.id == Complaint.order_id)
    .join(OrderGroup, OrderGroup.id == Order.group_id)
    .join(Payment, (Payment.group_id == OrderGroup.id) & Payment.counts)
    .outerjoin(Person, Person.id == Complaint.proposed_by)
    .join(ComplaintLine, ComplaintLine.complaint_id == Complaint.id)
    .join(OrderLine, OrderLine.id == ComplaintLine.line_id)
    .where(Order.code == bindparam("code"))
    .order_by(OrderLine.id)
)
_SAID = (
    select(ComplaintEvent.__table__)
    .where(ComplaintEvent.complaint_id == bindparam("id"))
    .order_by(ComplaintEvent.id)
)
_SHOTS = (
    select(Photo.code, ComplaintPhoto.side, Photo.version, Photo.widths, Photo.width, Photo.height)
    .join(Photo, Photo.id == ComplaintPhoto.photo_id)
    .where(ComplaintPhoto.complaint_id == bindparam("id"), Photo.state == PhotoState.READY)
    .order_by(Photo.id)
)


def of_order(
    code: str, *, group_id: int | None = None, ikm_id: int | None = None
) -> ComplaintView | None:
    """The complaint about an order; another's is not there. Neither of both named: the dinas."""
    rows = read(_ONE, {"code": code})
    if not rows or (group_id, ikm_id) not in (
        (rows[0].group_id, None),
        (None, rows[0].ikm_id),
        (None, None),
    ):
        return None
    key = {"id": rows[0].id}
    return _view(rows, read(_SAID, key), read(_SHOTS, key))


def _view(
    rows: Sequence[Row[Any]], said: Sequence[Row[Any]], shots: Sequence[Row[Any]]
) -> ComplaintView:
    row = rows[0]
    return ComplaintView(
        order_code=row.order_code,
        group_code=row.group_code,
        group_id=row.group_id,
        ikm_id=row.ikm_id,
        shop_name=row.shop_name,
        recipient=row.recipient,
        phone=row.phone,
        kind=Kind(row.kind),
        goods=row.goods,
        postage=row.postage,
        wish=Wish(row.wish),
        wished=row.wished,
        offered=row.offered,
        proposed=row.proposed,
        proposer=row.proposer,
        state=ComplaintState(row.state),
        due_at=row.due_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        back=row.back,
        courier=row.courier,
        tracking=row.tracking,
        paid_by=row.paid_by,
        pieces=tuple(
            Piece(
                name=line.product_name,
                variant_name=line.variant_name,
                cover=line.cover,
                quantity=line.quantity,
                price=line.price,
                back=line.line_back,
            )
            for line in rows
        ),
        said=tuple(
            Said(step.at, Side(step.actor), step.what, step.words, dict(step.detail))
            for step in said
        ),
        shots=tuple(
            Shot(
                shot.code, Side(shot.side), shot.version, tuple(shot.widths), shot.width,
                shot.height,
            )
            for shot in shots
        ),
        order_state=OrderState(row.order_state),
        more_to_send=row.order_parcel in (Fulfilment.PARTLY, Fulfilment.NEXT),
    )  # fmt: skip


_LIST = select(
    Complaint.state,
    Complaint.kind,
    Complaint.wished,
    Complaint.goods,
    Complaint.postage,
    Complaint.due_at,
    Complaint.closed_at,
    Complaint.back,
    Order.code.label("order_code"),
    Order.shop_name,
    OrderGroup.recipient,
)
_LIST = _LIST.join(Order, Order.id == Complaint.order_id).join(
    OrderGroup, OrderGroup.id == Order.group_id
)
_AT_DESK = case((Complaint.state == ComplaintState.DESK, 0), else_=1)
_OPEN = _LIST.where(Complaint.state.in_(OPEN)).order_by(_AT_DESK, Complaint.due_at, Complaint.id)
_OVER = (
    _LIST.where(Complaint.state.not_in(OPEN))
    .order_by(Complaint.closed_at.desc(), Complaint.id.desc())
    .limit(PAGE)
)


def all_open() -> Sequence[Row[Any]]:
    """What the dinas must decide first, the soonest due on top; then what others must answer."""
    return read(_OPEN.limit(500))


def lately_over() -> Sequence[Row[Any]]:
    """What has ended, newest first."""
    return read(_OVER)


_AT_SHOP = (
    select(func.count().label("number"), func.min(Complaint.due_at).label("due_at"))
    .join(Order, Order.id == Complaint.order_id)
    .where(Order.ikm_id == bindparam("ikm_id"), Complaint.state.in_(WITH_THE_SHOP))
)
_OF_SHOP = (
    _LIST.where(Order.ikm_id == bindparam("ikm_id"), Complaint.state.in_(OPEN))
    .order_by(Complaint.state.not_in(WITH_THE_SHOP), Complaint.due_at, Complaint.id)
    .limit(PAGE)
)


def at_shop(ikm_id: int) -> tuple[int, datetime | None]:
    """How many complaints a shop must answer, and by when the first."""
    row = read_one(_AT_SHOP, {"ikm_id": ikm_id})
    return (row.number, row.due_at) if row else (0, None)


def of_shop(ikm_id: int) -> Sequence[Row[Any]]:
    """A shop's open complaints, those it must answer first."""
    return read(_OF_SHOP, {"ikm_id": ikm_id})
