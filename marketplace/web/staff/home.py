"""The desk of the dinas: what waits, in numbers that lead to the work."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from marketplace.catalog import shop_day
from marketplace.makers import reviews
from marketplace.makers.states import ShopState
from marketplace.orders import desk_day
from marketplace.web.access import STAFF, allow
from marketplace.web.seller.start import STATE_WORDS
from marketplace.web.staff.blueprint import bp


@bp.get("/dinas")
@allow(STAFF)
def home() -> str:
    """What waits for an officer, most pressing first."""
    counts = reviews.counts()
    transfers, receipts, alarms, runs = desk_day.numbers()
    waiting = [
        _todo("hal perlu dilihat orang", alarms, url_for("staff.alarms"), "awas", urgent=True),
        _todo("uang masuk belum jelas", receipts, url_for("staff.receipts"), "bank", urgent=True),
        _todo("pencairan menunggu disetujui", runs, url_for("staff.payouts"), "uang"),
        _todo("transfer menunggu dicocokkan", transfers, url_for("staff.transfers"), "bank"),
        _todo(
            "toko menunggu diperiksa",
            counts[ShopState.REVIEW],
            url_for("staff.shops", keadaan=ShopState.REVIEW.value),
            "toko",
        ),
        _todo(
            "produk menunggu diperiksa",
            shop_day.waiting_for_review(),
            url_for("staff.products"),
            "foto",
        ),
    ]
    return render_template(
        "staff/home.html",
        nav="antrean",
        todos=[row for row in waiting if row["count"]],
        counts=[
            (STATE_WORDS[state][0], count, url_for("staff.shops", keadaan=state.value))
            for state, count in counts.items()
        ],
    )


def _todo(title: str, count: int, url: str, glyph: str, *, urgent: bool = False) -> dict[str, Any]:
    return {"title": title, "count": count, "url": url, "glyph": glyph, "urgent": urgent}
