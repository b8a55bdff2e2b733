"""Complaints on which buyer and shop do not agree: the dinas decides, with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.flows import complaining
from marketplace.orders.complaints import queries
from marketplace.orders.complaints.queries import ComplaintView
from marketplace.orders.complaints.rules import LONGEST_WORDS
from marketplace.orders.complaints.states import ComplaintState, Side
from marketplace.photos.pictures import picture
from marketplace.web import complaint_photos, complaint_words
from marketplace.web.access import STAFF, STAFF_PROVED, allow
from marketplace.web.forms import Form, LongText, OneOf, Rupiah, keeps_typed
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp

ALL, PART, NOTHING = "semua", "sebagian", "tidak"


class DecisionForm(Form):
    """How much goes back, and why."""

    result = OneOf(
        "Berapa yang kembali ke pembeli?",
        choices=[
            (ALL, "Semua yang dikeluhkan"),
            (PART, "Sebagian"),
            (NOTHING, "Tidak ada"),
        ],
    )
    amount = Rupiah("Jumlah", optional=True)
    words = LongText(
        "Alasan", longest=LONGEST_WORDS, shortest=10, missing="Tulis alasannya untuk kedua pihak."
    )


@bp.get("/dinas/keluhan")
@allow(STAFF)
def complaints() -> str:
    """What the dinas must decide, the soonest due on top; then what others answer, and the end."""
    rows = [_row(row, clock.now()) for row in queries.all_open()]
    return render_template(
        "staff/complaints.html",
        nav="keluhan",
        ours=[row for row in rows if row["ours"]],
        theirs=[row for row in rows if not row["ours"]],
        over=[_row(row, clock.now()) for row in queries.lately_over()],
    )


@bp.get("/dinas/keluhan/<string(length=10):code>")
@allow(STAFF)
def complaint(code: str) -> str:
    return _page(_known(code))


@bp.route("/dinas/keluhan/<string(length=10):code>/putuskan", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def decide_complaint(code: str) -> Answer | str | tuple[str, int]:
    """Second step: it is final, so the password stands before it."""
    view, form = _known(code), DecisionForm()
    if view.state is not ComplaintState.DESK:
        return _page(view, fault=sentence(Conflict("complaint_moved"))), 409
    if form.validate_on_submit():
        try:
            ended = complaining.decide(
                code,
                amount=_amount(form, view),
                words=str(form["words"].data),
                by=current_user.person_id,
            )
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as refusal:
            return _page(_known(code), fault=sentence(refusal)), 409
        else:
            flash(
                "Keputusan tercatat. Pembeli dan toko sudah kami kabari."
                if ended
                else "Usulan tercatat. Petugas lain memutuskan jumlah yang sama supaya berlaku.",
                "status",
            )
            return redirect(url_for("staff.complaints"), 303)
    page = render_template(
        "staff/complaint_decide.html", nav="keluhan", view=view, form=form, words=complaint_words
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/dinas/keluhan/<string(length=10):code>/foto/<string(length=10):photo>")
@allow(STAFF)
def complaint_photo(code: str, photo: str) -> Response:
    return complaint_photos.answer(_known(code), photo)


def _amount(form: DecisionForm, view: ComplaintView) -> int:
    if form.result.data == ALL:
        return view.most
    if form.result.data == NOTHING:
        return 0
    if form.amount.data is None:
        raise Invalid("decision_amount", field="amount")
    return int(form.amount.data)


def _known(code: str) -> ComplaintView:
    view = queries.of_order(code)
    if view is None:
        raise NotFound()
    return view


def _page(view: ComplaintView, *, fault: str = "") -> str:
    return render_template(
        "staff/complaint.html",
        nav="keluhan",
        view=view,
        fault=fault,
        words=complaint_words,
        now=complaint_words.now(view, Side.STAFF),
        late=complaint_words.is_late(view, clock.now()),
        decides=view.state is ComplaintState.DESK,
        shots=complaint_photos.gallery(view),
        picture=picture,
    )


def _row(row: Any, at: datetime) -> dict[str, Any]:
    state = ComplaintState(row.state)
    ours = state is ComplaintState.DESK
    return {
        "code": row.order_code,
        "kind": complaint_words.KINDS[row.kind],
        "most": row.goods + row.postage,
        "back": row.back,
        "state": complaint_words.STATES[state],
        "ours": ours,
        "late": ours and row.due_at < at,
        "due": row.due_at,
        "closed": row.closed_at,
        "shop": row.shop_name,
        "buyer": row.recipient,
    }
