"""What a person must look at: money without an order, a refund that failed, a silent shop."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.money import rupiah
from marketplace.core.work import transaction
from marketplace.orders import alarms as book
from marketplace.orders import desk_queries
from marketplace.web.access import STAFF, allow
from marketplace.web.forms import Form, LongText, keeps_typed
from marketplace.web.staff.blueprint import bp

WORDS = {
    "payment_twice": ("Dibayar dua kali", "Uangnya kami kembalikan sendiri. Pastikan berhasil."),
    "payment_late": ("Dibayar setelah pesanan berakhir", "Uangnya kami kembalikan sendiri."),
    "payment_differs": (
        "Jumlah yang masuk berbeda",
        "Cocokkan dengan halaman penyedia pembayaran.",
    ),
    "money_without_order": ("Uang tanpa pesanan", "Uangnya kami kembalikan sendiri."),
    "money_unexplained": (
        "Uang masuk yang tidak kita minta",
        "Cari di halaman penyedia pembayaran. Kembalikan di sana kalau bukan milik kita.",
    ),
    "refund_by_others": (
        "Uang kembali di luar sistem",
        "Ada yang mengembalikan langsung di halaman penyedia. Cocokkan dengan pesanannya.",
    ),
    "hold_not_captured": (
        "Dana yang ditahan tidak bisa diambil",
        "Lihat di halaman penyedia pembayaran, lalu beri tahu pengurus sistem.",
    ),
    "hold_differs": (
        "Dana yang ditahan berbeda dari catatan",
        "Cocokkan dengan halaman penyedia pembayaran.",
    ),
    "refund_failed": ("Uang kembali gagal", "Kirim balik dari rekening, lalu catat di Transfer."),
    "refund_unknown": (
        "Uang kembali belum pasti",
        "Lihat di halaman penyedia pembayaran. Jangan kirim dari rekening sebelum jelas.",
    ),
    "payout_failed": (
        "Pencairan ditolak penyedia",
        "Lihat alasannya di Pencairan. Uangnya ikut putaran berikutnya.",
    ),
    "payout_differs": (
        "Pencairan berbeda dari catatan",
        "Cocokkan dengan halaman penyedia pembayaran.",
    ),
    "dispute_open": ("Pembeli menyanggah ke bank", "Buka Sanggahan, lalu jawab sebelum tenggat."),
    "dispute_unlinked": (
        "Sanggahan tanpa pembayaran yang kita kenal",
        "Tunggu satu jam. Kalau masih ada, cari pembayarannya di halaman penyedia.",
    ),
    "dispute_differs": (
        "Sanggahan berubah setelah selesai",
        "Cocokkan dengan halaman penyedia pembayaran.",
    ),
    "complaint_late": ("Keluhan belum diputuskan", "Buka Keluhan, lalu putuskan sekarang."),
    "order_silent": ("Pesanan lama belum dikirim", "Hubungi tokonya, lalu kabari pembeli."),
    "clearing_short": (
        "Penyedia membayar lebih dari uang di sana",
        "Buka Uang masuk, periksa jumlah kotor dan biayanya, lalu batalkan catatan yang salah.",
    ),
    "sign_in_flood": ("Banyak yang menebak kata sandi", "Beri tahu pengurus sistem."),
    "job_parked": ("Pekerjaan sistem macet", "Beri tahu pengurus sistem."),
}


class ReasonForm(Form):
    """What was done about it."""

    reason = LongText(
        "Apa yang sudah dilakukan", longest=300, shortest=5, missing="Tulis apa yang dilakukan."
    )


@bp.get("/dinas/alarm")
@allow(STAFF)
def alarms() -> str:
    """Newest first, each with what to do."""
    rows = [_row(row) for row in desk_queries.open_alarms()]
    return render_template("staff/alarms.html", nav="alarm", rows=rows)


@bp.route("/dinas/alarm/<int:alarm_id>/selesai", methods=["GET", "POST"])
@allow(STAFF)
@keeps_typed
def settle_alarm(alarm_id: int) -> Answer | tuple[str, int]:
    """Second step: somebody has looked and dealt with it, by name, and says how."""
    row = desk_queries.alarm(alarm_id)
    if row is None:
        raise NotFound()
    form = ReasonForm()
    if form.validate_on_submit():
        with transaction():
            book.settle(
                alarm_id, reason=form.reason.data, by=current_user.person_id, now=clock.now()
            )
        flash("Dicatat sudah diurus.", "status")
        return redirect(url_for("staff.alarms"), 303)
    page = render_template("staff/alarm_settle.html", nav="alarm", row=_row(row), form=form)
    return page, 422 if form.is_submitted() else 200


def _row(row: Any) -> dict[str, Any]:
    title, advice = WORDS.get(row.kind, (row.kind, ""))
    facts = [
        rupiah(value) if name in ("rupiah", "asked", "came") else str(value)
        for name, value in row.detail.items()
    ]
    return {
        "id": row.id,
        "title": title,
        "advice": advice,
        "subject": row.subject,
        "facts": " · ".join(facts),
        "at": row.raised_at,
    }
