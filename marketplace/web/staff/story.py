"""All the money of what one buyer paid at once, told on one page in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template

from marketplace.core.errors import NotFound
from marketplace.core.money import rupiah
from marketplace.orders import story as book
from marketplace.orders.grants.grants import PAID_FOR
from marketplace.orders.ledger.rules import Fact
from marketplace.orders.story import Column, Told
from marketplace.web.access import STAFF, allow
from marketplace.web.buying.road import pieces_of
from marketplace.web.complaint_words import DESK_STEPS
from marketplace.web.formats import short_date
from marketplace.web.staff.blueprint import bp

ORDER_WORDS = {
    "waiting": ("Menunggu uang", "wait"),
    "new": ("Baru", "info"),
    "accepted": ("Disiapkan toko", "info"),
    "completed": ("Selesai", "ok"),
    "cancelled": ("Dibatalkan", "stop"),
}
COLUMN_WORDS = {
    Column.MONEY: "Di rekening",
    Column.HELD: "Ditahan",
    Column.SHOP: "Hak toko",
    Column.BUYER: "Hak pembeli",
    Column.MARKET: "Pasar",
}
KIND_WORDS = {
    "step": "Pesanan",
    "payment": "Pembayaran",
    "refund": "Uang kembali",
    "grant": "Putusan",
    "payout": "Pencairan",
    "complaint": "Keluhan",
    "dispute": "Sanggahan",
    "bank": "Mutasi bank",
    "message": "Pesan penyedia",
    "letter": "Surat",
    "history": "Riwayat",
    "alarm": "Perlu dilihat",
    "ledger": "Buku uang",
}
FACT_WORDS = {
    Fact.GOODS_PAID: "Harga barang masuk",
    Fact.POSTAGE_PAID: "Ongkir masuk",
    Fact.UNIQUE_CODE_PAID: "Angka unik masuk",
    Fact.UNCLAIMED_CAME: "Uang masuk tanpa hak pesanan",
    Fact.UNCLAIMED_FOUND: "Uang itu ketahuan milik siapa",
    Fact.UNCLAIMED_SET_ASIDE: "Uang itu bukan untuk pesanan",
    Fact.GOODS_RELEASED: "Harga barang dilepas ke toko",
    Fact.POSTAGE_RELEASED: "Ongkir dilepas ke toko",
    Fact.COMMISSION_TAKEN: "Potongan pasar",
    Fact.COMMISSION_TAX_TAKEN: "Pajak atas potongan",
    Fact.GOODS_RETURNED: "Harga barang dijanjikan kembali",
    Fact.POSTAGE_RETURNED: "Ongkir dijanjikan kembali",
    Fact.UNIQUE_CODE_RETURNED: "Angka unik dijanjikan kembali",
    Fact.UNCLAIMED_RETURNED: "Uang tanpa hak dijanjikan kembali",
    Fact.GOODWILL_GIVEN: "Tambahan dari pasar",
    Fact.GOODS_TAKEN_BACK: "Harga barang ditarik dari toko",
    Fact.POSTAGE_TAKEN_BACK: "Ongkir ditarik dari toko",
    Fact.COMMISSION_GIVEN_BACK: "Potongan pasar dikembalikan",
    Fact.COMMISSION_TAX_GIVEN_BACK: "Pajak atas potongan dikembalikan",
    Fact.REFUND_SENT: "Uang kembali terkirim",
    Fact.REFUND_BY_CARD_BANK: "Uang kembali lewat bank pembeli",
    Fact.REFUND_NOT_NEEDED: "Uang kembali sudah diterima dari bank pembeli",
    Fact.GOODS_DISPUTED: "Ditahan karena keluhan",
    Fact.GOODS_UNDISPUTED: "Keluhan selesai",
    Fact.CHARGEBACK_TAKEN: "Diambil bank pembeli",
    Fact.CHARGEBACK_WON: "Dikembalikan bank pembeli",
    Fact.CHARGEBACK_FROM_SHOP: "Sanggahan ditanggung toko",
    Fact.CHARGEBACK_FROM_ESCROW: "Sanggahan dari uang yang ditahan",
    Fact.CHARGEBACK_BORNE: "Sanggahan ditanggung pasar",
    Fact.GOODS_KEPT: "Sisa harga barang menutup sanggahan",
    Fact.POSTAGE_KEPT: "Sisa ongkir menutup sanggahan",
    Fact.PAYOUT_MADE: "Masuk putaran pencairan",
    Fact.PAYOUT_ARRIVED: "Pencairan sampai di toko",
    Fact.PAYOUT_RETURNED: "Pencairan kembali",
    Fact.SETTLED: "Cair dari penyedia pembayaran",
    Fact.PROVIDER_FEE: "Biaya penyedia pembayaran",
    Fact.REVERSED: "Koreksi catatan",
}
STEP_WORDS = {
    "placed": "Dipesan",
    "paid": "Dibayar",
    "accepted": "Diterima toko",
    "packed": "Dikemas",
    "unpacked": "Paket dibongkar lagi",
    "shipped": "Dikirim",
    "ready": "Siap diambil",
    "handed_over": "Diserahkan",
    "part_received": "Sebagian diterima pembeli",
    "part_cancelled": "Sebagian dibatalkan",
    "postage_back": "Ongkir dikembalikan",
    "received": "Diterima pembeli",
    "completed": "Selesai sendiri",
    "complained": "Pembeli mengeluh",
    "settled": "Keluhan selesai",
    "goes_on": "Keluhan selesai, sisanya berjalan terus",
    "cancelled": "Dibatalkan",
    "expired": "Lewat waktu bayar",
}
ACTOR_WORDS = {"buyer": "Pembeli", "shop": "Toko", "staff": "Dinas", "system": "Sistem"}
READER_WORDS = {"buyer": "Pembeli", "shop": "Toko"}
PAYMENT_WORDS = {
    "asked": "Diminta",
    "paid": "Masuk",
    "expired": "Lewat waktu",
    "cancelled": "Ditutup",
}
REFUND_WORDS = {"asked": "Diminta", "done": "Terkirim", "failed": "Gagal"}
PAYOUT_WORDS = {
    "sent": "Dikirim",
    "paid": "Sudah masuk",
    "returned": "Dikembalikan bank",
    "failed": "Belum jadi",
}
GRANT_WORDS = {"granted": "Diputuskan", "executed": "Dijalankan", "withdrawn": "Ditarik"}


@bp.get("/dinas/pesanan/<string(length=10):code>")
@allow(STAFF)
def story(code: str) -> str:
    """Events, payments, the bank, refunds, letters and every booking, with columns that add up."""
    told = book.story(code)
    if told is None:
        raise NotFound()
    paid = told.group.paid is not None
    return render_template(
        "staff/story.html",
        nav="cari",
        group=told.group,
        orders=[(order, ORDER_WORDS[order.state], paid and order.state in PAID_FOR)
                for order in told.group.orders],
        grants=[row for row in told.grants if row.state == "granted"],
        rows=[_row(one) for one in told.told],
        columns=COLUMN_WORDS,
        sums=told.sums,
    )  # fmt: skip


def _row(one: Told) -> dict[str, Any]:
    """One line of the page: when, what, who, and what it did to each column."""
    title, detail, who = _SAY[one.kind](one)
    return {
        "at": one.at,
        "kind": KIND_WORDS[one.kind],
        "title": title,
        "detail": " · ".join(str(part) for part in detail if part),
        "who": who or "",
        "sums": one.sums,
    }


Said = tuple[str, list[Any], str | None]


def _step(one: Told) -> Said:
    order, step = one.row["order"], one.row["step"]
    said = step.detail
    number = said.get("parcel")
    words = [said.get("courier"), said.get("tracking"), pieces_of(step), said.get("reason")]
    parts = [order.code.upper(), order.shop_name, f"Paket {number}" if number else "", *words]
    return STEP_WORDS.get(one.what, one.what), parts, ACTOR_WORDS.get(step.actor, step.actor)


def _payment(one: Told) -> Said:
    row = one.row
    title = f"{PAYMENT_WORDS[one.what]}: {rupiah(row.amount)} lewat {row.provider}"
    names = [row.reference, row.charge_reference] if one.what != "asked" else [row.key]
    return title, [row.code.upper(), *names], None


def _refund(one: Told) -> Said:
    row = one.row
    way = row.provider
    if one.what == "done" and row.by_hand:
        way = "rekening kita"
    elif one.what == "done" and row.by_bank == row.amount:
        way = "bank pembeli"
    title = f"{REFUND_WORDS[one.what]}: {rupiah(row.amount)} lewat {way}"
    names = [row.reference] if one.what != "asked" else [row.key, row.reason]
    return title, [row.code.upper(), (row.order_code or "").upper(), *names], None


def _grant(one: Told) -> Said:
    row = one.row
    two = "perlu dua orang" if row.two_persons and one.what == "granted" else ""
    title = f"{GRANT_WORDS[one.what]}: {rupiah(row.amount)}"
    who = row.granter if one.what == "granted" else row.ender
    return title, [row.code.upper(), row.order_code.upper(), row.reason, two], who


def _payout(one: Told) -> Said:
    row = one.row
    title = f"{PAYOUT_WORDS[one.what]}: {rupiah(row.amount)} ke {row.shop_name}"
    names = [row.reference or row.transfer] if one.what == "paid" else []
    names += [] if one.what in ("sent", "paid") else [row.reason]
    return title, [row.code.upper(), f"termasuk pesanan {row.order_code.upper()}", *names], None


def _complaint(one: Told) -> Said:
    row = one.row
    title = DESK_STEPS.get(one.what, one.what)
    return title, [row.order_code.upper(), row.words[:160]], ACTOR_WORDS.get(row.actor, row.actor)


def _dispute(one: Told) -> Said:
    row = one.row
    word = "Dibuka" if one.what == "opened" else f"Selesai, {row.state}"
    return f"{word}: {rupiah(row.amount)}", [row.code.upper(), row.reference, row.reason], None


def _bank(one: Told) -> Said:
    row = one.row
    parts = [row.code.upper(), row.text, f"di mutasi {short_date(row.booked_on)}"]
    if row.counted is not None and row.counted != row.amount:
        parts.append(f"dipakai {rupiah(row.counted)}")
    return f"Uang masuk {rupiah(row.amount)}", parts, None


def _message(one: Told) -> Said:
    row = one.row
    waits = "" if row.handled_at else "belum dilihat"
    return row.kind, [row.provider, row.event_id, row.object_reference, waits], None


def _letter(one: Told) -> Said:
    return one.row.subject, [], f"Untuk {READER_WORDS.get(one.row.reader, one.row.reader).lower()}"


def _history(one: Told) -> Said:
    detail: Mapping[str, Any] = one.row.detail
    money = [rupiah(detail["rupiah"])] if isinstance(detail.get("rupiah"), int) else []
    return one.what, [one.row.subject, detail.get("reason"), *money], one.row.who or "Sistem"


def _alarm(one: Told) -> Said:
    settled = f"diurus {short_date(one.row.settled_at)}" if one.row.settled_at else "belum diurus"
    return one.row.kind, [one.row.subject, settled], None


def _ledger(one: Told) -> Said:
    row = one.row
    parts = [row.subject, f"{row.debit} → {row.credit}", (row.order_code or "").upper()]
    return FACT_WORDS[Fact(one.what)], parts, None


_SAY: Mapping[str, Callable[[Told], Said]] = {
    "step": _step,
    "payment": _payment,
    "refund": _refund,
    "grant": _grant,
    "payout": _payout,
    "complaint": _complaint,
    "dispute": _dispute,
    "bank": _bank,
    "message": _message,
    "letter": _letter,
    "history": _history,
    "alarm": _alarm,
    "ledger": _ledger,
}
