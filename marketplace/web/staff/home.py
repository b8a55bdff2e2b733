"""The desk of the dinas: what waits for a person, how much, and since when."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from marketplace.core import clock
from marketplace.makers import reviews
from marketplace.orders import desk_day
from marketplace.orders.desk_day import Waiting
from marketplace.web.access import STAFF, allow
from marketplace.web.formats import short_date
from marketplace.web.seller.start import STATE_WORDS
from marketplace.web.staff.blueprint import bp

# Money first, then people who wait for goods, then shops; `True` is what should not wait at all.
ROOMS: tuple[tuple[str, str, str, dict[str, Any], str, bool], ...] = (
    ("stuck", "pekerjaan sistem terlambat", "staff.alarms", {}, "awas", True),
    ("alarms", "hal perlu dilihat orang", "staff.alarms", {}, "awas", True),
    ("complaints", "keluhan perlu diputuskan", "staff.complaints", {}, "timbangan", True),
    ("disputes", "sanggahan menunggu jawaban", "staff.disputes", {}, "kartu", True),
    ("receipts", "uang masuk belum jelas", "staff.receipts", {}, "bank", True),
    ("grants", "putusan uang kembali menunggu dijalankan", "staff.grants", {}, "panah-lr", False),
    ("refunds", "uang kembali harus dikirim", "staff.transfers", {}, "uang", False),
    ("returns", "uang salah kirim harus dikirim balik", "staff.transfers", {}, "uang", False),
    ("runs", "pencairan menunggu disetujui", "staff.payouts", {}, "keluar", False),
    ("backs", "pencairan kembali menunggu petugas kedua", "staff.payouts", {}, "keluar", False),
    ("transfers", "transfer menunggu dicocokkan", "staff.transfers", {}, "bank", False),
    ("late", "pesanan terlambat dikirim", "staff.late_orders", {}, "truk", False),
    ("reviews", "ulasan dilaporkan", "staff.reviews", {}, "bintang", False),
    ("reread", "ulasan diubah sesudah diperiksa", "staff.reviews", {}, "bintang", False),
    ("shops", "toko menunggu diperiksa", "staff.shops", {"keadaan": "review"}, "toko", False),
    ("products", "produk menunggu diperiksa", "staff.products", {}, "foto", False),
    ("changed", "produk diubah toko baru", "staff.products", {}, "foto", False),
)


@bp.get("/dinas")
@allow(STAFF)
def home() -> str:
    """What waits for an officer, most pressing first."""
    found = desk_day.waiting(clock.now())
    return render_template(
        "staff/home.html",
        nav="antrean",
        todos=[
            _todo(found[kind], title, url_for(endpoint, **params), glyph, urgent)
            for kind, title, endpoint, params, glyph, urgent in ROOMS
            if found[kind].count
        ],
        counts=[
            (STATE_WORDS[state][0], count, url_for("staff.shops", keadaan=state.value))
            for state, count in reviews.counts().items()
        ],
    )


@bp.get("/dinas/terlambat")
@allow(STAFF)
def late_orders() -> str:
    """Orders that were accepted and are not on their way: whom to call."""
    return render_template(
        "staff/late_orders.html", nav="antrean", rows=desk_day.late_orders(clock.now())
    )


def _todo(waiting: Waiting, title: str, url: str, glyph: str, urgent: bool) -> dict[str, Any]:
    return {
        "title": title,
        "count": waiting.count,
        "url": url,
        "glyph": glyph,
        "urgent": urgent,
        "hint": _since(waiting),
    }


def _since(waiting: Waiting) -> str | None:
    """How long the first of them has waited."""
    if waiting.since is None:
        return None
    days = (clock.now() - waiting.since).days
    long = f", {days} hari" if days else ""
    return f"Paling lama sejak {short_date(waiting.since)}{long}"
