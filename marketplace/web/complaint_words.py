"""What pages of a complaint say to buyer, shop and dinas: where it stands, what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marketplace.core.money import rupiah
from marketplace.orders.complaints.queries import ComplaintView, Said
from marketplace.orders.complaints.states import ComplaintState, Kind, Side, Wish
from marketplace.orders.states import OrderState
from marketplace.web.formats import long_date, short_date

KINDS = {
    Kind.NOT_ARRIVED: "Barang belum sampai",
    Kind.DAMAGED: "Barang rusak",
    Kind.INCOMPLETE: "Barang kurang",
    Kind.WRONG: "Barang keliru",
    Kind.DIFFERENT: "Barang tidak sesuai keterangan",
}
WISHES = {
    Wish.ALL: "Uang kembali seluruhnya untuk barang itu",
    Wish.PART: "Uang kembali sebagian, barangnya saya pakai",
    Wish.RESEND: "Dikirim barang pengganti",
}
STATES = {
    ComplaintState.ASKED: ("Menunggu toko", "wait"),
    ComplaintState.OFFERED: ("Menunggu pembeli", "wait"),
    ComplaintState.RESENDING: ("Toko mengirim pengganti", "wait"),
    ComplaintState.RESENT: ("Pengganti dalam perjalanan", "info"),
    ComplaintState.DESK: ("Menunggu dinas", "stop"),
    ComplaintState.SETTLED: ("Selesai, sepakat", "ok"),
    ComplaintState.DECIDED: ("Diputuskan dinas", "ok"),
    ComplaintState.WITHDRAWN: ("Dicabut pembeli", "none"),
}
_BUYER = {
    ComplaintState.ASKED: (
        "Menunggu jawaban toko",
        "Toko menjawab paling lambat {due}. Kalau tidak, dinas yang memutuskan. "
        "Uang Anda kami tahan selama itu.",
    ),
    ComplaintState.OFFERED: (
        "Toko menawarkan {offered} kembali",
        "Jawab sebelum {due}. Kalau Anda diam, uang itu kami kembalikan dan keluhan selesai.",
    ),
    ComplaintState.RESENDING: (
        "Toko akan mengirim barang pengganti",
        "Paling lambat {due}. Kalau tidak, dinas yang memutuskan.",
    ),
    ComplaintState.RESENT: (
        "Barang pengganti dalam perjalanan",
        "Sudah sampai dan baik? Tekan tombolnya. Masih bermasalah? Minta dinas memutuskan sebelum "
        "{due}. Sesudah itu keluhan selesai sendiri.",
    ),
    ComplaintState.DESK: (
        "Dinas sedang memutuskan",
        "Paling lambat {due}. Uang Anda kami tahan selama itu.",
    ),
}
_SHOP = {
    ComplaintState.ASKED: (
        "Jawab keluhan ini",
        "Paling lambat {due}. Lewat dari itu, dinas yang memutuskan tanpa jawaban Bapak/Ibu.",
    ),
    ComplaintState.OFFERED: (
        "Menunggu jawaban pembeli",
        "Tawaran Bapak/Ibu: {offered} kembali. Pembeli menjawab paling lambat {due}. "
        "Kalau diam, tawaran itu berlaku.",
    ),
    ComplaintState.RESENDING: (
        "Kirim barang pengganti",
        "Isi kurir dan resinya paling lambat {due}. Lewat dari itu, dinas yang memutuskan.",
    ),
    ComplaintState.RESENT: (
        "Barang pengganti dalam perjalanan",
        "Kalau tidak ada kabar, keluhan selesai sendiri {due}.",
    ),
    ComplaintState.DESK: (
        "Dinas sedang memutuskan",
        "Keputusannya paling lambat {due}. Bapak/Ibu masih bisa menambah foto.",
    ),
}
_STAFF = {
    ComplaintState.DESK: (
        "Perlu diputuskan",
        "Baca kata kedua pihak, lihat fotonya, lalu putuskan sebelum {due}.",
    ),
    ComplaintState.ASKED: ("Menunggu toko", "Toko menjawab paling lambat {due}."),
    ComplaintState.RESENDING: ("Menunggu toko", "Barang pengganti dikirim paling lambat {due}."),
    ComplaintState.OFFERED: (
        "Menunggu pembeli",
        "Ditawari {offered}. Pembeli menjawab paling lambat {due}.",
    ),
    ComplaintState.RESENT: ("Menunggu pembeli", "Selesai sendiri {due} kalau tidak ada kabar."),
}
_NOW = {Side.BUYER: _BUYER, Side.SHOP: _SHOP, Side.STAFF: _STAFF}
_STEPS = {
    "opened": "Pembeli mengeluh",
    "offered": "Toko menawarkan uang kembali",
    "promised": "Toko akan mengirim pengganti",
    "resent": "Barang pengganti dikirim",
    "refused": "Toko menolak keluhan",
    "unanswered": "Toko tidak menjawab sampai batas waktu",
    "at_bank": "Uangnya sedang ditahan bank pembeli",
    "passed_on": "Pembeli minta dinas memutuskan",
    "agreed": "Toko mengembalikan uang",
    "accepted": "Pembeli menerima tawaran toko",
    "received": "Barang pengganti diterima",
    "lapsed": "Selesai sendiri, pembeli tidak menjawab",
    "decided": "Dinas memutuskan",
    "withdrawn": "Pembeli mencabut keluhan",
}
DESK_STEPS = _STEPS | {"proposed": "Petugas mengusulkan"}  # what officers alone read as well
GOES_ON = "Sisa pesanan berjalan terus. Kalau ada masalah dengan kiriman berikutnya, hubungi dinas."
_AFTER = {
    OrderState.COMPLETED: "Pesanan selesai.",
    OrderState.CANCELLED: "Pesanan dibatalkan.",
}
_ENDS = frozenset({"agreed", "accepted", "received", "lapsed", "decided", "withdrawn"})


def now(view: ComplaintView, side: Side) -> tuple[str, str]:
    """Where it stands and what comes next, for this side; at the end, what went back."""
    if not view.open:
        went = f"{rupiah(view.back)} kembali ke pembeli" if view.back else "Tidak ada uang kembali"
        return "Keluhan selesai", f"{went}. {_AFTER.get(view.order_state, GOES_ON)}"
    title, text = _NOW[side][view.state]
    figures = {
        "due": long_date(view.due_at) if view.due_at else "",
        "offered": rupiah(view.offered or 0),
    }
    return title.format_map(figures), text.format_map(figures)


def steps(view: ComplaintView, *, desk: bool = False) -> list[dict[str, Any]]:
    """What was said and done, in turn; at the desk also what officers proposed."""
    told = DESK_STEPS if desk else _STEPS
    return [
        {
            "title": told[said.what],
            "state": "done",
            "when": short_date(said.at),
            "text": _text(said) or None,
        }
        for said in view.said
        if said.what in told
    ]


def _text(said: Said) -> str:
    parts = []
    amount = said.detail.get("amount")
    if said.what in ("offered", "proposed") or (said.what in _ENDS and amount):
        parts.append(f"{rupiah(amount or 0)} kembali.")
    elif said.what == "decided":
        parts.append("Tidak ada uang kembali.")
    if said.detail.get("courier"):
        number = said.detail.get("tracking")
        parts.append(f"{said.detail['courier']}{f', nomor resi {number}' if number else ''}.")
    if said.words:
        parts.append(f"“{said.words}”")
    return " ".join(parts)


def wish_of(view: ComplaintView) -> str:
    """What the buyer would like, with its amount."""
    if view.wish is Wish.RESEND:
        return "Barang pengganti"
    return f"Uang kembali {rupiah(view.wished)}" + (
        " (seluruhnya)" if view.wished == view.most else ""
    )


def is_late(view: ComplaintView, at: datetime) -> bool:
    """Whether the dinas should have decided by now."""
    return (
        view.state is ComplaintState.DESK and view.due_at is not None and view.due_at < at
    )  # fmt: skip
