"""The first page of Toko Saya: what is to be done, then what was earned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.catalog import shop_day as goods
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.errors import Invalid
from marketplace.flows import shop_life
from marketplace.makers import sheets
from marketplace.makers.rules import REQUIRED, on_holiday
from marketplace.makers.sheets import ShopSheet
from marketplace.makers.states import ShopState
from marketplace.orders import shop_day as sales
from marketplace.orders.complaints import queries as complaints
from marketplace.orders.rules import LOOK_AFTER_SILENCE, send_by, zone_of
from marketplace.web import formats
from marketplace.web.access import SHOP, allow
from marketplace.web.seller import shop_parts
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.greeting import greeting
from marketplace.web.seller.pages import say

ORDER_WORDS = {
    "terima": ("pesanan baru, terima dulu", "lonceng"),
    "kemas": ("pesanan perlu dikemas", "paket"),
    "kirim": ("pesanan siap dikirim atau diambil", "truk"),
}
ZONE_NAMES = {str(zone): name for name, zone in formats.ZONES.items()}


@bp.get("/toko-saya/<shop>")
@allow(SHOP)
def tasks(shop: str) -> str:
    """An application shows what is still to fill in; an open shop what waits today."""
    sheet = sheets.of_shop(g.shop.ikm_id)
    if sheet.applying:
        return _application(sheet)
    now = clock.now()
    zone = zone_of(sheet.village_code)
    return render_template(
        "seller/tasks.html",
        shop=g.shop,
        nav="tugas",
        sheet=sheet,
        greeting=greeting(sheet.village_code, now),
        name=current_user.name,
        todos=_todos(sheet),
        week=sales.week(sheet.id, now=now, zone=zone),
        holiday=on_holiday(sheet.closed_from, sheet.closed_to, now.astimezone(zone).date()),
    )


@bp.post("/toko-saya/<shop>/kirim")
@allow(SHOP)
def submit(shop: str) -> Answer | tuple[str, int]:
    """Send the application; incomplete, it says what is missing."""
    try:
        shop_life.submit(g.shop.ikm_id, by=current_user.person_id, now=clock.now())
    except Invalid:
        return _application(sheets.of_shop(g.shop.ikm_id), incomplete=True), 422
    say("Permohonan sudah terkirim ke dinas. Kabar berikutnya lewat email.")
    return redirect(url_for("seller.tasks", shop=shop), 303)


def _application(sheet: ShopSheet, *, incomplete: bool = False) -> str:
    def url_of(word: str) -> str:
        return url_for("seller.shop_part", shop=sheet.code, part=word)

    missing = sheet.missing
    rows = shop_parts.tasks(sheet, url_of)
    return render_template(
        "seller/application.html",
        shop=g.shop,
        nav="tugas",
        sheet=sheet,
        tasks=rows,
        missing=[
            (url_of(word), f"{part.title} belum lengkap.")
            for word, part in shop_parts.PARTS.items()
            if part.name in missing
        ]
        if incomplete
        else [],
        done=len(REQUIRED) - len(missing),
        total=len(REQUIRED),
        next_url=next((row["url"] for row in rows if row["state"] == "todo"), None),
        products=sum(goods.states(sheet.id).values()),
    )


def _todos(sheet: ShopSheet) -> list[dict[str, Any]]:
    """Orders first, the most urgent on top; then products; then what the shop still lacks."""
    orders_url = url_for("seller.orders", shop=sheet.code)
    rows = _complaints(sheet)
    for task, waiting in sales.shop_tasks(sheet.id).items():
        if waiting.count:
            words, glyph = ORDER_WORDS[task]
            rows.append(
                {
                    "title": words,
                    "count": waiting.count,
                    "url": f"{orders_url}?lihat={task}",
                    "glyph": glyph,
                    "hint": _deadline(task, waiting.due_at, sheet.village_code),
                    "urgent": task == "terima",
                }
            )
    return [*rows, *_about_products(sheet), *_about_shop(sheet)]


def _complaints(sheet: ShopSheet) -> list[dict[str, Any]]:
    """Before all else: who is silent is not heard."""
    count, due = complaints.at_shop(sheet.id)
    if not count:
        return []
    return [
        {
            "title": "keluhan menunggu jawaban",
            "count": count,
            "url": url_for("seller.complaints", shop=sheet.code),
            "glyph": "awas",
            "hint": _until(due, sheet.village_code),
            "urgent": True,
        }
    ]


def _deadline(task: str, due: datetime | None, village_code: str | None) -> str:
    """By when the first must be answered, or be on its way two working days after that."""
    if due is None:
        return ""
    if task == "terima":
        return _until(due, village_code)
    day = send_by(due - LOOK_AFTER_SILENCE, zone_of(village_code))
    return f"Paling lambat {formats.short_date(day)}"


def _until(due: datetime | None, village_code: str | None) -> str:
    """The last minute, by the clock of the place."""
    if due is None:
        return ""
    name = ZONE_NAMES[str(zone_of(village_code))]
    return f"Paling lambat {formats.short_date(due, name)} {name}"


def _about_products(sheet: ShopSheet) -> list[dict[str, Any]]:
    found = goods.states(sheet.id)
    url = url_for("seller.products", shop=sheet.code)
    rows: list[dict[str, Any]] = []
    if count := found[ProductState.RETURNED]:
        rows.append(
            {
                "title": "produk perlu diperbaiki",
                "count": count,
                "url": url,
                "glyph": "ubah",
                "hint": "Dinas sudah menulis apa yang kurang.",
                "urgent": True,
            }
        )
    if count := found[ProductState.DRAFT]:
        rows.append(
            {"title": "produk belum selesai diisi", "count": count, "url": url, "glyph": "foto"}
        )
    if not any(found[state] for state in ProductState if state != ProductState.REMOVED):
        rows.append(
            {
                "title": "Pasang produk pertama",
                "url": url_for("seller.new_product", shop=sheet.code),
                "glyph": "kamera",
                "hint": "Cukup satu foto untuk mulai.",
            }
        )
    return rows


def _about_shop(sheet: ShopSheet) -> list[dict[str, Any]]:
    if sheet.nib or sheet.state == ShopState.CLOSED:
        return []
    return [
        {
            "title": "Isi nomor NIB",
            "url": url_for("seller.shop_part", shop=sheet.code, part="nib"),
            "glyph": "berkas",
            "hint": "Belum punya? Kami bantu.",
        }
    ]
