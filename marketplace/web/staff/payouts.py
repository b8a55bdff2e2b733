"""Pencairan: what the makers have to come, runs that wait for a yes, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Row
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.money import rupiah
from marketplace.flows import paying_makers
from marketplace.orders.payouts import queries, rules
from marketplace.orders.payouts.queries import Stands
from marketplace.orders.payouts.rules import BANK
from marketplace.orders.payouts.runs import Said
from marketplace.orders.payouts.states import RunState
from marketplace.orders.rule_rows import rule_rows
from marketplace.orders.rule_rows.rules import PAYOUT_MINIMUM, PAYOUT_TWO_PERSONS_ABOVE
from marketplace.web import payout_words
from marketplace.web.access import STAFF, STAFF_PROVED, allow
from marketplace.web.formats import short_date
from marketplace.web.forms import Form, LongText, OneOf, Text, keeps_typed
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp

RUN = "/dinas/pencairan/<string(length=10):code>"
ONE = f"{RUN}/<string(length=10):payout>"
NUMBER = re.compile(r"[0-9]{1,15}\Z", re.ASCII)
STANDS = {
    Stands.READY: ("Ikut putaran berikutnya", "ok"),
    Stands.DEBT: ("Utang, dipotong dari penjualan", "stop"),
    Stands.SMALL: ("Di bawah batas paling sedikit", ""),
    Stands.NO_ACCOUNT: ("Belum mengisi rekening", "wait"),
    Stands.WAITS: ("Rekening baru masih menunggu", "wait"),
    Stands.SUSPENDED: ("Toko dihentikan, uang ditahan", "stop"),
    Stands.CLOSED: ("Toko tutup, uang ditahan", "stop"),
}
TOLD = "Dicatat. Pemilik toko mendapat kabar."
ASKED = "Dicatat. Petugas lain harus memastikan juga sebelum uangnya siap dicairkan lagi."
SAID = {
    Said.RELEASED: "Putaran dilepas.",
    Said.NEEDS_ANOTHER: "Persetujuan pertama dicatat. Petugas lain harus menyetujui juga.",
    Said.CHANGED: "Isi putaran berubah, jadi persetujuan lama batal. Ini dicatat yang pertama.",
    Said.EMPTY: "Tidak ada lagi yang boleh dibayar. Putaran dibatalkan.",
}


class CancelForm(Form):
    """Why a run is called off."""

    reason = LongText("Alasan", longest=200, shortest=5, missing="Tulis alasannya.")


NO_LINE = ""


class BackForm(CancelForm):
    """What the bank says, and the line of its statement where the money is, if there is one."""

    line = OneOf("Uangnya di mutasi bank")

    def __init__(self, lines: Sequence[Row[Any]], **more: Any) -> None:
        super().__init__(**more)
        self.line.choices = [
            *(
                (one.code, f"{short_date(one.booked_on)}, {one.bank}: {one.text or '–'}")
                for one in lines
            ),
            (NO_LINE, "Belum ada. Petugas lain akan memastikan."),
        ]


class PaidForm(Form):
    """What the bank prints beside it."""

    reference = Text("Nomor atau keterangan dari bank", longest=100, shortest=3)


@bp.get("/dinas/pencairan")
@allow(STAFF)
def payouts() -> str:
    """What is ready and what is not, and the runs, the newest first."""
    now, before = clock.now(), request.args.get("sebelum", "")
    rows, more = queries.runs(int(before) if NUMBER.match(before) else None)
    found = queries.balances(now=now)
    return render_template(
        "staff/payouts.html",
        nav="pencairan",
        sums=[_sum(kind, found) for kind in Stands if any(one.stands is kind for one in found)],
        ready=sum(one.rupiah for one in found if one.stands is Stands.READY),
        balances=[(one, STANDS[one.stands]) for one in found[: queries.MOST_SHOPS]],
        left_out=max(0, len(found) - queries.MOST_SHOPS),
        runs=[_run(row) for row in rows],
        page_size=queries.PAGE,
        more_url=url_for("staff.payouts", sebelum=more) if more else None,
        backs=[(row.run_code, payout_words.one(row)) for row in queries.asked_back()],
        least=rule_rows.value(PAYOUT_MINIMUM, now=now),
    )


@bp.post("/dinas/pencairan")
@allow(STAFF_PROVED)
def plan_payouts() -> Answer:
    """Count what is ready."""
    made = paying_makers.plan(by=current_user.person_id)
    if not made:
        flash("Belum ada yang bisa dicairkan sekarang.", "status")
        return redirect(url_for("staff.payouts"), 303)
    flash("Putaran dibuat. Periksa, lalu setujui.", "status")
    if len(made) > 1:
        return redirect(url_for("staff.payouts"), 303)
    return redirect(url_for("staff.payout_run", code=made[0]), 303)


@bp.get(RUN)
@allow(STAFF)
def payout_run(code: str) -> str:
    """A run with every payout in it."""
    return _page(code, PaidForm(formdata=None))


@bp.post(f"{RUN}/setujui")
@allow(STAFF_PROVED)
def release_payouts(code: str) -> Answer:
    """Say yes."""
    try:
        flash(SAID[paying_makers.release(code, by=current_user.person_id)], "status")
    except Conflict as refusal:
        flash(sentence(refusal), "status")
    return redirect(url_for("staff.payout_run", code=code), 303)


@bp.route(f"{RUN}/batalkan", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def cancel_payouts(code: str) -> Answer | tuple[str, int]:
    """Call it off, with a reason."""
    row, form = _found(code), CancelForm()
    if form.validate_on_submit():
        try:
            paying_makers.cancel(code, reason=form.reason.data or "", by=current_user.person_id)
        except Conflict as refusal:
            form.form_errors.append(sentence(refusal))
        else:
            flash("Putaran dibatalkan. Uangnya siap dicairkan lagi.", "status")
            return redirect(url_for("staff.payout_run", code=code), 303)
    page = render_template(
        "staff/payout_reason.html",
        nav="pencairan",
        form=form,
        back=url_for("staff.payout_run", code=code),
        back_words=f"Putaran {rupiah(row.total)}",
        question="Batalkan putaran ini?",
        text="Tidak ada yang dibayar. Semua uangnya siap dicairkan lagi.",
        yes="Batalkan putaran",
    )
    return page, 422 if form.is_submitted() else 200


@bp.post(f"{RUN}/berkas")
@allow(STAFF_PROVED)
def payout_file(code: str) -> Answer:
    """The file for the bank; who takes it is written down."""
    try:
        answer = make_response(paying_makers.file_of(code, by=current_user.person_id))
    except Conflict as refusal:
        flash(sentence(refusal), "status")
        return redirect(url_for("staff.payout_run", code=code), 303)
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="pencairan-{code}.csv"'
    return answer


@bp.post(f"{RUN}/masuk")
@allow(STAFF_PROVED)
@keeps_typed
def confirm_payouts(code: str) -> Answer | tuple[str, int]:
    """The bank has paid all of it that was on its way."""
    row, form = _found(code), PaidForm()
    if row.way != BANK:
        raise NotFound()
    if not form.validate_on_submit():
        return _page(code, form), 422
    count = paying_makers.confirm_run(
        code, reference=form.reference.data or "", by=current_user.person_id
    )
    flash(f"{count} pencairan dicatat sudah masuk.", "status")
    return redirect(url_for("staff.payout_run", code=code), 303)


@bp.get(ONE)
@allow(STAFF)
def payout(code: str, payout: str) -> str:
    """One payout with every booking it is made of."""
    row, after = queries.payout(code, payout), request.args.get("sesudah", "")
    if row is None:
        raise NotFound()
    lines, more = payout_words.lines(row.id, int(after) if NUMBER.match(after) else None)
    return render_template(
        "staff/payout.html",
        nav="pencairan",
        run=code,
        shop_code=row.shop_code,
        row=payout_words.one(row),
        lines=lines,
        page_size=queries.LINES,
        more_url=url_for("staff.payout", code=code, payout=payout, sesudah=more) if more else None,
    )


@bp.route(f"{ONE}/masuk", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def confirm_payout(code: str, payout: str) -> Answer | tuple[str, int]:
    """The bank has paid this one."""
    row, form = _of_bank(code, payout), PaidForm()
    if form.validate_on_submit():
        try:
            paying_makers.confirm(
                payout, reference=form.reference.data or "", by=current_user.person_id
            )
        except Conflict as refusal:
            form.form_errors.append(sentence(refusal))
        else:
            flash(TOLD, "status")
            return redirect(url_for("staff.payout_run", code=code), 303)
    page = render_template(
        "staff/payout_reason.html",
        nav="pencairan",
        form=form,
        back=url_for("staff.payout_run", code=code),
        back_words="Putaran",
        question=f"{rupiah(row.amount)} ke {row.shop} sudah masuk?",
        text=f"{rules.masked(row.way, row.bank, row.tail)}, {row.holder}.",
        yes="Catat sudah masuk",
    )
    return page, 422 if form.is_submitted() else 200


@bp.route(f"{ONE}/kembali", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def payout_came_back(code: str, payout: str) -> Answer | tuple[str, int]:
    """The bank sent this one back: its statement shows it, or another officer says so too."""
    row = _of_bank(code, payout)
    lines = paying_makers.lines_of_return(row)
    form = BackForm(lines, data={"line": NO_LINE, "reason": row.back_why})
    if form.validate_on_submit():
        by, line = current_user.person_id, form.line.data or NO_LINE
        try:
            ended = paying_makers.came_back(payout, reason=form.reason.data or "", by=by, line=line)
        except Conflict as refusal:
            form.form_errors.append(sentence(refusal))
        else:
            flash(TOLD if ended else ASKED, "status")
            return redirect(url_for("staff.payout_run", code=code), 303)
    asked = payout_words.one(row)["asked"]
    page = render_template(
        "staff/payout_back.html",
        nav="pencairan",
        form=form,
        run=code,
        row=row,
        where=rules.masked(row.way, row.bank, row.tail),
        asked=asked,
        mine=bool(asked) and row.back_asked_by == current_user.person_id,
        lines=lines,
    )
    return page, 422 if form.is_submitted() else 200


@bp.post(f"{ONE}/kembali/batal")
@allow(STAFF_PROVED)
def payout_not_back(code: str, payout: str) -> Answer:
    """It did not come back after all."""
    _of_bank(code, payout)
    try:
        paying_makers.not_back(payout, by=current_user.person_id)
    except Conflict as refusal:
        flash(sentence(refusal), "status")
    else:
        flash("Catatan kembali dihapus. Pencairannya tetap seperti semula.", "status")
    return redirect(url_for("staff.payout_run", code=code), 303)


def _of_bank(code: str, payout: str) -> Row[Any]:
    row = queries.payout(code, payout)
    if row is None or row.way != BANK:
        raise NotFound()
    return row


def _found(code: str) -> Any:
    row = queries.run(code)
    if row is None:
        raise NotFound()
    return row


def _page(code: str, form: PaidForm) -> str:
    row = _found(code)
    limit = rule_rows.value(PAYOUT_TWO_PERSONS_ABOVE, now=clock.now())
    found = [payout_words.one(one) for one in queries.of_run(code)]
    return render_template(
        "staff/payout_run.html",
        nav="pencairan",
        row=row,
        state=payout_words.RUN_STATES[RunState(row.state)],
        way="Berkas bank" if row.way == BANK else rules.bank_name(row.way, ""),
        bank=row.way == BANK,
        payouts=found,
        on_the_way=sum(1 for one in found if one["raw"] == "sent" and not one["asked"]),
        two=row.total > limit,
        limit=limit,
        mine=row.first_by == current_user.person_id,
        form=form,
    )


def _sum(kind: Stands, found: Any) -> tuple[str, str, int]:
    some = [one.rupiah for one in found if one.stands is kind]
    return STANDS[kind][0], rupiah(sum(some)), len(some)


def _run(row: Any) -> dict[str, Any]:
    return {
        "code": row.code,
        "at": row.made_at,
        "total": row.total,
        "pieces": row.pieces,
        "paid": row.paid,
        "on_the_way": row.on_the_way,
        "back": row.back,
        "way": "Berkas bank" if row.way == BANK else rules.bank_name(row.way, ""),
        "state": payout_words.RUN_STATES[RunState(row.state)],
    }
