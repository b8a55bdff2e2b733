"""What the maker's page of an order says: what comes next, the label, and what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marketplace.orders import rules
from marketplace.orders.states import Fulfilment, OrderState, ParcelState
from marketplace.orders.views import OrderView, ParcelView, Step
from marketplace.web import formats
from marketplace.web.buying.road import pieces_of

WORDS = {
    "paid": "Dibayar pembeli",
    "accepted": "Pesanan diterima",
    "packed": "Dikemas",
    "unpacked": "Paket dibongkar lagi",
    "shipped": "Dikirim",
    "ready": "Siap diambil",
    "handed_over": "Diserahkan ke pembeli",
    "part_cancelled": "Sebagian dibatalkan",
    "postage_back": "Ongkir dikembalikan ke pembeli",
    "part_received": "Pembeli sudah menerima sebagian",
    "received": "Pembeli sudah menerima",
    "completed": "Selesai sendiri, tidak ada keluhan",
    "complained": "Pembeli mengeluh",
    "settled": "Keluhan selesai",
    "goes_on": "Keluhan selesai, sisanya berjalan terus",
    "cancelled": "Dibatalkan",
    "expired": "Tidak jadi dibayar",
}
STOPS = ("cancelled", "expired", "part_cancelled", "postage_back")


@dataclass(frozen=True, slots=True)
class Gets:
    """What an order brings the shop, what the market keeps of it, and what the buyer got back."""

    sum: int
    commission: int
    tax: int
    back: int


def gets(order: OrderView, to: Any) -> Gets:
    """As the book has it: pieces that will not come bring nothing and cost nothing."""
    commission, tax = order.commission - to.commission_away, order.commission_tax - to.tax_away
    done = order.state == OrderState.COMPLETED
    cut = commission + tax
    brings = int(to.brings)
    held = brings + cut if done else brings
    return Gets(held - cut, commission, tax, order.total - held)


def next_parcel(order: OrderView) -> ParcelView | None:
    """The parcel the maker's hands are needed for: what is packed goes first."""
    if order.state != OrderState.ACCEPTED:
        return None
    packed = [one for one in order.parcels if one.state is ParcelState.PACKED]
    ready = [one for one in order.parcels if one.state is ParcelState.READY]
    return next(iter(packed or (ready if not order.left else ())), None)


def to_ship(order: OrderView, number: int | None) -> ParcelView | None:
    """The parcel that is meant, when the order travels in several."""
    waiting = (one for one in order.parcels if one.state is ParcelState.PACKED)
    return next((one for one in waiting if number in (None, one.number)), None)


def label(order: OrderView, to: Any) -> str:
    """What is written on the parcel."""
    return "\n".join(
        (
            f"Kepada: {to.recipient}",
            formats.phone(to.phone),
            to.address,
            to.place,
            "",
            f"Dari: {order.shop_name}",
            order.shop_place,
            f"Pesanan {order.code.upper()}",
        )
    )


def send_by(order: OrderView) -> Any:
    """Until which day an accepted order should be on its way."""
    accepted = order.when("accepted")
    if accepted is None or order.parcel not in (Fulfilment.OPEN, Fulfilment.PACKED):
        return None
    ready = rules.made_by(line.made_in for line in order.lines)
    return rules.send_by(accepted, rules.zone_of(order.shop_village), ready=ready)


def steps(order: OrderView) -> list[dict[str, Any]]:
    return [
        {
            "title": WORDS[step.what],
            "state": "stop" if step.what in STOPS else "done",
            "when": formats.short_date(step.at),
            "text": _told(order, step),
        }
        for step in order.steps
        if step.what in WORDS
    ]


def _told(order: OrderView, step: Step) -> str | None:
    """Why, and which pieces or which parcel."""
    said = step.detail
    number = said.get("parcel") if order.in_parts or step.what == "unpacked" else None
    road = " ".join(filter(None, (said.get("courier"), said.get("tracking"))))
    parts = (f"Paket {number}" if number else "", road, pieces_of(step), said.get("reason"))
    return ". ".join(filter(None, parts)) or None
