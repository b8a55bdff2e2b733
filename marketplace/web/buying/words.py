"""What the pages of an order say: one sentence for where it stands, and its timeline."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from marketplace.orders.rules import ON_OUR_ACCOUNT
from marketplace.orders.states import OrderState, ParcelState, PaymentState, RefundState
from marketplace.orders.views import GroupView, OrderView, PaymentView, RefundView
from marketplace.web.formats import long_date, short_date

# name, explanation, and what the button leads to
WAYS = {
    "stripe": (
        "Kartu",
        "Anda pindah ke halaman Stripe untuk membayar. Jangan tutup halaman itu.",
        "Lanjut ke halaman Stripe",
    ),
    "simulator": (
        "Uang mainan (simulator)",
        "Hanya untuk mencoba pasar contoh ini. Tidak ada uang yang berpindah.",
        "Lanjut ke halaman simulator",
    ),
    "qris": (
        "QRIS",
        "Pindai kode QR dengan aplikasi bank atau dompet digital, dalam 24 jam.",
        "Lanjut melihat kode QR",
    ),
    "transfer": (
        "Transfer bank",
        "Kirim ke rekening kami dalam 24 jam. Kami periksa pada hari kerja.",
        "Lanjut melihat nomor rekening",
    ),
}
PAID_BY = {
    "stripe": "kartu",
    "simulator": "uang mainan",
    "qris": "QRIS",
    "transfer": "transfer bank",
}

STATES: dict[str, tuple[str, str]] = {
    "waiting": ("Menunggu pembayaran", "wait"),
    "new": ("Menunggu toko", "info"),
    "open": ("Sedang disiapkan", "info"),
    "packed": ("Sudah dikemas", "info"),
    "shipped": ("Dalam perjalanan", "info"),
    "ready": ("Siap diambil", "info"),
    "received": ("Sudah diserahkan", "ok"),
    "completed": ("Selesai", "ok"),
    "cancelled": ("Dibatalkan", "stop"),
}


def badge_of(state: str, parcel: str) -> tuple[str, str]:
    """The word for an order, and its colour."""
    return STATES[parcel if state == OrderState.ACCEPTED else state]


def headline(group: GroupView) -> tuple[str, str, str]:
    """Glyph, heading and one sentence for the whole group."""
    if group.waiting:
        return _unpaid(group.last_payment)
    if all(order.state == OrderState.CANCELLED for order in group.orders):
        why = group.orders[0].cancel_reason
        return "tutup", "Pesanan dibatalkan", f"{why}." if why else ""
    if all(order.state in (OrderState.COMPLETED, OrderState.CANCELLED) for order in group.orders):
        return "bulat-centang", "Pesanan selesai", "Terima kasih sudah belanja dari perajin."
    names = " dan ".join(
        dict.fromkeys(
            order.shop_name for order in group.orders if order.state != OrderState.CANCELLED
        )
    )
    return (
        "bulat-centang",
        f"Terima kasih, {group.recipient}",
        f"Pembayaran diterima. Kami sudah mengabari {names}.",
    )


def _unpaid(payment: PaymentView) -> tuple[str, str, str]:
    until = long_date(payment.expires_at)
    if payment.provider == "transfer":
        return "bank", "Tinggal transfer", f"Kirim sebelum {until}."
    if payment.provider == "qris":
        return "qr", "Tinggal bayar dengan QRIS", f"Bayar sebelum {until}."
    if payment.state in (PaymentState.EXPIRED, PaymentState.CANCELLED):
        return "awas", "Belum jadi dibayar", "Pesanan Anda masih kami simpan. Coba bayar lagi."
    return (
        "jam",
        "Menunggu pembayaran",
        f"Pesanan kami simpan sampai {until}.",
    )


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
    handed = "Diambil" if order.pickup else "Diterima"
    road = [
        ("Dibayar", order.when("paid"), None),
        ("Diterima toko", order.when("accepted"), _answer_by(order)),
        ("Dikemas", order.when("packed"), None),
        ("Siap diambil", order.when("ready"), _fetch_at(order))
        if order.pickup
        else ("Dikirim", order.when("shipped"), _travels(order)),
        (handed, order.when("handed_over", "received", "completed"), None),
    ]
    steps, current = [], True
    for title, when, text in road:
        step = _step(title, when, order)
        if when is None:
            step["state"] = "now" if current else "next"
            current = False
        step["text"] = text if when is not None or step["state"] == "now" else None
        steps.append(step)
    return steps


def _step(title: str, when: Any, order: OrderView) -> dict[str, Any]:
    return {"title": title, "state": "done", "when": short_date(when) if when else None}


def _answer_by(order: OrderView) -> str | None:
    if order.state == OrderState.NEW and order.due_at:
        return (
            f"Toko menjawab paling lambat {short_date(order.due_at)}. "
            "Kalau tidak, uang kembali otomatis."
        )
    return None


def _travels(order: OrderView) -> str | None:
    if not order.when("shipped"):
        return None
    number = f", nomor resi {order.tracking}" if order.tracking else ""
    return f"{order.courier}{number}."


def _fetch_at(order: OrderView) -> str | None:
    if not order.when("ready"):
        return None
    where = order.shop_address or order.shop_place
    return f"Ambil di {order.shop_name}, {where}."


def refund_line(refund: RefundView) -> str:
    """What happens to money that goes back."""
    if refund.state == RefundState.DONE and refund.done_at:
        return f"sudah kami kembalikan {short_date(refund.done_at)}. " + (
            "Bank memerlukan sampai 10 hari kerja." if refund.provider == "stripe" else ""
        )
    if refund.state == RefundState.FAILED:
        return "belum berhasil kami kembalikan. Petugas kami sedang mengurusnya."
    if refund.provider in ON_OUR_ACCOUNT:
        return "kami kirim balik dalam 2 hari kerja. Petugas akan menghubungi Anda."
    return "sedang kami kembalikan."


def may_cancel(order: OrderView) -> bool:
    """Whether the buyer may still cancel this order."""
    if order.state == OrderState.WAITING:
        return False  # an unpaid group is cancelled as a whole
    live = order.state in (OrderState.NEW, OrderState.ACCEPTED)
    return live and order.parcel == ParcelState.OPEN


def may_receive(order: OrderView) -> bool:
    """Whether the buyer may say that it has arrived."""
    there = order.parcel in (ParcelState.SHIPPED, ParcelState.READY, ParcelState.RECEIVED)
    return order.state == OrderState.ACCEPTED and there


def whatsapp(number: str | None, words: str) -> str | None:
    """A draft in WhatsApp; we never send for people."""
    if not number:
        return None
    return f"https://wa.me/{number}?text={quote(words)}"
