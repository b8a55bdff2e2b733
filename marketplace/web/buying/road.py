"""The road of an order, step by step, with what comes next and what will not come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marketplace.orders.states import Fulfilment, OrderState
from marketplace.orders.views import OrderView, Step
from marketplace.web.buying import words
from marketplace.web.formats import short_date


def timeline(order: OrderView) -> list[dict[str, Any]]:
    """The road of one parcel, step by step, with what comes next."""
    if order.state == OrderState.CANCELLED:
        begun = [_step("Dibayar", order.when("paid"), order)] if order.when("paid") else []
        ended = order.when("cancelled", "expired")
        return [
            *begun,
            {
                "title": "Dibatalkan",
                "state": "stop",
                "when": short_date(ended) if ended else None,
                "text": order.cancel_reason,
            },
        ]
    road = [
        ("Dibayar", order.when("paid"), None),
        ("Diterima toko", order.when("accepted"), _answer_by(order)),
        _packed(order),
        _sent(order),
        _arrived(order),
    ]
    if order.when("complained") and not order.when("goes_on"):
        over = order.when("settled")
        if over and road[-1][1] is None:  # it never arrived
            road.pop()
        road.append(("Keluhan selesai", over, None))
    steps: list[tuple[datetime | None, dict[str, Any]]] = []
    current = True
    for title, when, text in road:
        step = _step(title, when, order)
        if when is None or title.startswith("Sebagian"):
            step["state"] = "now" if current else "next"
            current = False
        step["text"] = text if when is not None or step["state"] == "now" else None
        steps.append((when if step["state"] == "done" else None, step))
    for at, step in _told_apart(order):
        place = sum(when is not None and when <= at for when, _ in steps)
        steps.insert(place, (at, step))
    return [step for _, step in steps]


def _step(title: str, when: Any, order: OrderView) -> dict[str, Any]:
    return {"title": title, "state": "done", "when": short_date(when) if when else None}


def _told_apart(order: OrderView) -> list[tuple[datetime, dict[str, Any]]]:
    """Pieces that will not come, postage given back, a complaint on the way; each at its time."""
    titles = {
        "part_cancelled": "Sebagian dibatalkan",
        "postage_back": "Ongkir dikembalikan",
        "goes_on": "Keluhan selesai",
    }
    return [
        (
            step.at,
            {
                "title": titles[step.what],
                "state": "done" if step.what == "goes_on" else "stop",
                "when": short_date(step.at),
                "text": ". ".join(filter(None, (pieces_of(step), step.detail.get("reason")))),
            },
        )
        for step in order.steps
        if step.what in titles
    ]


def pieces_of(step: Step) -> str:
    """The pieces a step tells of, in one line."""
    return ", ".join(
        f"{count} {name}{', ' if variant else ''}{variant}"
        for name, variant, count in step.detail.get("pieces", ())
    )


def _answer_by(order: OrderView) -> str | None:
    if order.state == OrderState.NEW and order.due_at:
        return (
            f"Toko menjawab paling lambat {short_date(order.due_at)}. "
            "Kalau tidak, uang kembali otomatis."
        )
    return None


Moment = tuple[str, datetime | None, str | None]


def _packed(order: OrderView) -> Moment:
    packed = order.when("packed") if order.parcels or order.state == OrderState.COMPLETED else None
    part = order.parcel == Fulfilment.PACKED and order.left
    return "Sebagian dikemas" if part else "Dikemas", packed, None


def _sent(order: OrderView) -> Moment:
    """The last parcel's way, or that only a part has gone."""
    gone = [parcel.left_at for parcel in order.parcels if parcel.left_at]
    done = "siap diambil" if order.pickup else "dikirim"
    if order.parcel in words.PARTLY:
        return f"Sebagian {done}", max(gone), "Sisanya menyusul."
    last = order.parcels[-1] if gone and order.parcel != Fulfilment.PACKED else None
    if last is None:
        return done.capitalize(), None, None
    if order.pickup:
        where = order.shop_address or order.shop_place
        return done.capitalize(), max(gone), f"Ambil di {order.shop_name}, {where}."
    number = f", nomor resi {last.tracking}" if last.tracking else ""
    road = f"{len(order.parcels)} paket." if order.in_parts else f"{last.courier}{number}."
    return done.capitalize(), max(gone), road


def _arrived(order: OrderView) -> Moment:
    """When the last of it came, once all is there."""
    there = order.state == OrderState.COMPLETED or order.parcel == Fulfilment.RECEIVED
    found = order.last if order.in_parts else order.when
    when = found("handed_over", "received", "part_received", "completed") if there else None
    return "Diambil" if order.pickup else "Diterima", when, None
