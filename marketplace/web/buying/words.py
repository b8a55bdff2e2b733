"""What the pages of an order say: one sentence for where it stands, and its timeline."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from urllib.parse import quote

from marketplace.orders.parcels.rules import MAY_HAVE_COME
from marketplace.orders.rules import ON_OUR_ACCOUNT
from marketplace.orders.states import (
    Fulfilment,
    OrderState,
    ParcelState,
    PaymentState,
    RefundState,
)
from marketplace.orders.views import GroupView, OrderView, ParcelView, PaymentView, RefundView
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
    "partly": ("Sebagian dikirim", "info"),
    "next": ("Sebagian dikirim", "info"),
    "shipped": ("Dalam perjalanan", "info"),
    "ready": ("Siap diambil", "info"),
    "received": ("Sudah diserahkan", "ok"),
    "completed": ("Selesai", "ok"),
    "cancelled": ("Dibatalkan", "stop"),
}


PARTLY = (Fulfilment.PARTLY, Fulfilment.NEXT)
PAID_AND_LIVING = (OrderState.NEW, OrderState.ACCEPTED)
PARCEL_STATES: dict[ParcelState, tuple[str, str]] = {
    ParcelState.PACKED: ("Sudah dikemas", "info"),
    ParcelState.SHIPPED: ("Dalam perjalanan", "info"),
    ParcelState.READY: ("Siap diambil", "info"),
    ParcelState.RECEIVED: ("Sudah diterima", "ok"),
}


def badge_of(state: str, parcel: str, pickup: bool) -> tuple[str, str]:
    """The word for an order, and its colour."""
    if state == OrderState.ACCEPTED and pickup and parcel in PARTLY:
        return "Sebagian siap diambil", "info"
    return STATES[parcel if state == OrderState.ACCEPTED else state]


def parcel_badge(parcel: ParcelView) -> tuple[str, str]:
    """The word for a parcel, and its colour."""
    if parcel.state is ParcelState.RECEIVED and parcel.confirmed_at is None:
        return STATES["received"]
    return PARCEL_STATES[parcel.state]


def content(parcel: ParcelView) -> str:
    """What lies in a parcel, in one line."""
    return ", ".join(f"{count} {line.full_name}" for line, count in parcel.content)


def road_of(parcel: ParcelView, *, pickup: bool) -> str:
    """By whom, under which number and since when it travels, or waits to be fetched."""
    if parcel.left_at is None:
        return "Belum dikirim." if not pickup else "Belum siap diambil."
    when = short_date(parcel.left_at)
    if pickup:
        return f"Siap diambil sejak {when}."
    number = f", nomor resi {parcel.tracking}" if parcel.tracking else ""
    return f"{parcel.courier}{number}. Berangkat {when}."


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


def refund_line(refund: RefundView) -> str:
    """What happens to money that goes back."""
    if refund.by_bank == refund.amount:
        return "sudah Anda terima dari bank penerbit kartu."
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
    """Whether the buyer may still cancel this whole order; an unpaid group ends as a whole."""
    return order.state in PAID_AND_LIVING and order.may_be_cancelled_by("buyer")


def may_cancel_some(order: OrderView) -> bool:
    """Whether the buyer may still cancel pieces of it: those that nobody has packed."""
    return order.state in PAID_AND_LIVING and order.left > 0 and not order.contested


def goes_back(group: GroupView, order: OrderView) -> int:
    """What comes back when the whole order ends now; a part may have come back before."""
    return order.total - sum(one.amount for one in group.refunds if one.order_id == order.id)


def to_receive(order: OrderView) -> list[ParcelView]:
    """The parcels of which the buyer may say that they have come."""
    if order.state != OrderState.ACCEPTED or order.contested:
        return []
    return [parcel for parcel in order.parcels if parcel.may_be_received]


def ends_by_itself(order: OrderView) -> datetime | None:
    """When the order is complete without a word, once everything is on its way or there."""
    gone = order.parcel in (Fulfilment.SHIPPED, Fulfilment.RECEIVED)
    return order.due_at if gone and not order.contested else None


def may_complain(order: OrderView) -> bool:
    """Whether the buyer may say, once, that something is wrong with what was sent."""
    return (
        order.state == OrderState.ACCEPTED
        and any(pieces_sent(order).values())
        and not order.when("complained")
    )


def pieces_sent(order: OrderView) -> Counter[int]:
    """How many pieces of each line are on their way, wait to be fetched, or are there."""
    sent: Counter[int] = Counter()
    for parcel in order.parcels:
        if parcel.state in MAY_HAVE_COME:
            for line, count in parcel.content:
                sent[line.id] += count
    return sent


def whatsapp(number: str | None, words: str) -> str | None:
    """A draft in WhatsApp; we never send for people."""
    if not number:
        return None
    return f"https://wa.me/{number}?text={quote(words)}"
