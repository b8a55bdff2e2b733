"""Four lives that never mix: the order, its parcels, its payment, its refund."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.states import Moves


class OrderState(StrEnum):
    """waiting for money; new to the shop; accepted; completed; cancelled."""

    WAITING = "waiting"
    NEW = "new"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


ORDER_MOVES: Moves[OrderState] = {
    OrderState.WAITING: {OrderState.NEW, OrderState.CANCELLED},
    OrderState.NEW: {OrderState.ACCEPTED, OrderState.CANCELLED},
    OrderState.ACCEPTED: {OrderState.COMPLETED, OrderState.CANCELLED},
    OrderState.COMPLETED: set(),
    OrderState.CANCELLED: set(),
}


class Fulfilment(StrEnum):
    """How far an order has come; folded from its parcels and what is not packed yet.

    Nothing packed; something packed and nothing gone; part of it gone, the rest still to be packed;
    part of it gone and the next parcel packed; all on the road; all waiting at the shop; all there.
    """

    OPEN = "open"
    PACKED = "packed"
    PARTLY = "partly"
    NEXT = "next"
    SHIPPED = "shipped"
    READY = "ready"
    RECEIVED = "received"


class ParcelState(StrEnum):
    """packed; on the road; waiting at the shop; in the buyer's hands; taken apart again."""

    PACKED = "packed"
    SHIPPED = "shipped"
    READY = "ready"
    RECEIVED = "received"
    UNPACKED = "unpacked"


PARCEL_MOVES: Moves[ParcelState] = {
    ParcelState.PACKED: {ParcelState.SHIPPED, ParcelState.READY, ParcelState.UNPACKED},
    ParcelState.SHIPPED: {ParcelState.RECEIVED},
    ParcelState.READY: {ParcelState.RECEIVED, ParcelState.UNPACKED},
    ParcelState.RECEIVED: set(),
    ParcelState.UNPACKED: set(),
}


class PaymentState(StrEnum):
    """asked: the intent is ours alone; open: the provider waits for the buyer; then the end of it.

    Money that arrives after expiry or cancellation is still recorded as paid, and given back.
    """

    ASKED = "asked"
    OPEN = "open"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


PAYMENT_MOVES: Moves[PaymentState] = {
    PaymentState.ASKED: {
        PaymentState.OPEN,
        PaymentState.PAID,
        PaymentState.EXPIRED,
        PaymentState.CANCELLED,
    },
    PaymentState.OPEN: {PaymentState.PAID, PaymentState.EXPIRED, PaymentState.CANCELLED},
    PaymentState.EXPIRED: {PaymentState.PAID},
    PaymentState.CANCELLED: {PaymentState.PAID},
    PaymentState.PAID: set(),
}


class RefundState(StrEnum):
    """asked: committed before anybody is called; sent: with the provider or the treasurer.

    A provider may say days later that what was done has come back to us after all.
    """

    ASKED = "asked"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"


REFUND_MOVES: Moves[RefundState] = {
    RefundState.ASKED: {RefundState.SENT, RefundState.DONE, RefundState.FAILED},
    RefundState.SENT: {RefundState.DONE, RefundState.FAILED},
    RefundState.FAILED: {RefundState.ASKED},
    RefundState.DONE: {RefundState.FAILED},
}
