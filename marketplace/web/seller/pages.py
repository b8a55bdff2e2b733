"""What the product pages of Toko Saya share: the shop of the layout, and the line after an act."""

from __future__ import annotations

from typing import Any

from flask import flash, g, render_template, url_for

from marketplace.catalog.sheets import Sheet
from marketplace.catalog.states import ProductState

STEP_NUMBERS = {"foto": 1, "nama": 2, "jenis": 2, "harga": 3, "ukuran": 4, "keterangan": 4}
STEP_WORDS = {
    "foto": "Foto",
    "nama": "Nama",
    "jenis": "Jenis",
    "harga": "Harga",
    "ukuran": "Ukuran",
    "keterangan": "Keterangan",
}
TASKS = {
    "foto": "Ambil foto",
    "nama": "Isi nama produk",
    "jenis": "Pilih jenis produk",
    "harga": "Isi harga",
    "ukuran": "Isi berat dan stok",
    "keterangan": "Jawab keterangan produk",
}
STATES: dict[ProductState, tuple[str, str]] = {
    ProductState.DRAFT: ("Belum selesai", "info"),
    ProductState.REVIEW: ("Sedang diperiksa dinas", "wait"),
    ProductState.RETURNED: ("Perlu diperbaiki", "stop"),
    ProductState.LIVE: ("Tayang", "ok"),
    ProductState.HIDDEN: ("Disembunyikan", ""),
    ProductState.REMOVED: ("Dihapus", ""),
}


def page(template: str, *, sheet: Sheet | None = None, **more: Any) -> str:
    """A page of the shop at hand."""
    return render_template(
        f"seller/{template}", shop=g.shop, nav="produk", sheet=sheet, states=STATES, **more
    )


def product_url(sheet: Sheet, part: str | None = None) -> str:
    """Where a page of this product's making is."""
    if part is None:
        return url_for("seller.product", shop=g.shop.code, code=sheet.code)
    if part == "foto":
        return url_for("seller.photos", shop=g.shop.code, code=sheet.code)
    return url_for("seller.product_step", shop=g.shop.code, code=sheet.code, part=part)


def next_url(sheet: Sheet, done: str) -> str:
    """On to the next thing that is missing behind this page; else to the check page."""
    order = list(STEP_NUMBERS)
    behind = order[order.index(done) + 1 :] if done in order else []
    return product_url(sheet, next((part for part in behind if part in sheet.missing()), None))


def tasks(sheet: Sheet) -> list[dict[str, Any]]:
    """Every page of the making with what is still missing, down to its fields."""
    missing = sheet.missing()
    return [
        {
            "title": title,
            "url": product_url(sheet, part),
            "state": "todo" if part in missing else "done",
            "hint": _blanks(sheet, part) if part in missing else "",
        }
        for part, title in TASKS.items()
        if part != "keterangan" or part in missing
    ]


def lacking(sheet: Sheet) -> list[tuple[str, str]]:
    """Why a product cannot be shown yet: the page to go to, and what it still lacks."""
    return [
        (task["url"], f"{task['title']}: {task['hint']}" if task["hint"] else task["title"])
        for task in tasks(sheet)
        if task["state"] == "todo"
    ]


def _blanks(sheet: Sheet, part: str) -> str:
    """The empty fields of a page, where its name alone does not say enough."""
    if part == "keterangan":
        return f"{', '.join(sheet.unanswered())} belum dijawab"
    if part == "ukuran" and sheet.choices:
        said = {"berat belum diisi": sheet.weighed, "stok masih kosong": sheet.counted}
        return ", ".join(blank for blank, filled in said.items() if not filled)
    return ""


def say(words: str, undo: str | None = None) -> None:
    """Show a line on the next page, with the way back when there is one."""
    flash({"words": words, "undo": undo}, "status")  # type: ignore[arg-type]
