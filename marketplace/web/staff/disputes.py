"""Buyers who complain to their card's bank: what the bank wants, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template

from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.orders.disputes import queries
from marketplace.orders.disputes.states import OPEN, WANTS_AN_ANSWER, DisputeState
from marketplace.web.access import STAFF, allow
from marketplace.web.staff.blueprint import bp

STATE_WORDS = {
    DisputeState.INQUIRY: ("Bank bertanya", "stop"),
    DisputeState.INQUIRY_ANSWERED: ("Jawaban dibaca bank", "wait"),
    DisputeState.NEEDS_RESPONSE: ("Perlu dijawab", "stop"),
    DisputeState.UNDER_REVIEW: ("Jawaban dibaca bank", "wait"),
    DisputeState.WON: ("Kita menang", "ok"),
    DisputeState.LOST: ("Kita kalah", "none"),
    DisputeState.DROPPED: ("Tidak dilanjutkan", "ok"),
}
# What the buyer told the bank, and what proves the opposite.
PROOF_OF_SENDING = "Nomor resi, bukti terima dari kurir, dan percakapan dengan pembeli."
PROOF_OF_GOODS = "Foto barang sebelum dikirim, isi halaman produk, dan percakapan dengan pembeli."
PROOF_OF_BUYER = "Nama, alamat dan nomor WhatsApp pemesan, nomor resi, dan bukti terima."
PROOF_OF_REFUND = "Bukti uang kembali, atau alasan mengapa uangnya belum kembali."
REASON_WORDS = {
    "fraudulent": ("Pemilik kartu merasa tidak membeli", PROOF_OF_BUYER),
    "unrecognized": ("Pemilik kartu tidak mengenali tagihan", PROOF_OF_BUYER),
    "product_not_received": ("Barang belum sampai", PROOF_OF_SENDING),
    "product_unacceptable": ("Barang rusak atau tidak sesuai", PROOF_OF_GOODS),
    "duplicate": ("Merasa ditagih dua kali", "Dua pesanan yang berbeda, atau bukti uang kembali."),
    "credit_not_processed": ("Uang kembali belum diterima", PROOF_OF_REFUND),
    "subscription_canceled": ("Merasa sudah membatalkan", PROOF_OF_REFUND),
}
OTHER_REASON = ("Alasan lain", "Semua catatan pesanan: resi, foto barang, dan percakapan.")
WHAT_NOW = {
    DisputeState.INQUIRY: "Jawab lewat halaman penyedia pembayaran, atau kembalikan uangnya. Uang "
    "belum diambil bank.",
    DisputeState.NEEDS_RESPONSE: "Kumpulkan bukti dari toko, lalu jawab lewat halaman penyedia "
    "pembayaran. Bank sudah mengambil uangnya. Jangan kembalikan uang sendiri: pembeli akan "
    "dibayar dua kali.",
    DisputeState.INQUIRY_ANSWERED: "Tunggu keputusan bank. Tidak ada yang perlu dikerjakan.",
    DisputeState.UNDER_REVIEW: "Tunggu keputusan bank. Biasanya beberapa minggu.",
    DisputeState.WON: "Selesai. Bank mengembalikan uangnya.",
    DisputeState.LOST: "Selesai. Uangnya tetap pada pembeli.",
    DisputeState.DROPPED: "Selesai. Uang tidak diambil lagi.",
}


@bp.get("/dinas/sanggahan")
@allow(STAFF)
def disputes() -> str:
    """What wants an answer first, the soonest due on top; below, what has ended."""
    rows = [_row(row, clock.now()) for row in queries.disputes()]
    return render_template(
        "staff/disputes.html",
        nav="sanggahan",
        open=[row for row in rows if row["open"]],
        closed=[row for row in rows if not row["open"]],
    )


@bp.get("/dinas/sanggahan/<string(length=10):code>")
@allow(STAFF)
def dispute(code: str) -> str:
    """One dispute in plain words, and what to do now."""
    row = queries.dispute(code)
    if row is None:
        raise NotFound()
    return render_template("staff/dispute.html", nav="sanggahan", row=_row(row, clock.now()))


def _row(row: Any, now: datetime) -> dict[str, Any]:
    state = DisputeState(row.state)
    wants = state in WANTS_AN_ANSWER
    why, proof = REASON_WORDS.get(row.reason, OTHER_REASON)
    return {
        "code": row.code,
        "amount": row.amount,
        "paid": row.paid,
        "state": STATE_WORDS[state],
        "open": state in OPEN,
        "wants": wants,
        "late": state in WANTS_AN_ANSWER
        and bool(row.evidence_due_by)
        and row.evidence_due_by < now,
        "why": why,
        "proof": proof,
        "now": WHAT_NOW[state],
        "due": row.evidence_due_by,
        "opened": row.opened_at,
        "closed": row.closed_at,
        "away": row.taken_at is not None and row.returned_at is None,
        "group_code": row.group_code,
        "recipient": row.recipient,
        "shops": row.shops,
        "reference": row.reference,
        "provider": row.provider,
    }
