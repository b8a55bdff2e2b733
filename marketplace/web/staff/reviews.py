"""Reviews that somebody reported: the dinas lets them stay or hides them, with a reason."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.core.errors import Conflict, NotFound
from marketplace.flows import reviewing
from marketplace.orders.reviews import queries
from marketplace.web import review_rows
from marketplace.web.access import STAFF, allow
from marketplace.web.formats import short_date
from marketplace.web.forms import Form, LongText, keeps_typed
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp

WORDS = {
    "written": "Ditulis",
    "edited": "Diubah",
    "replied": "Dijawab toko",
    "reported": "Dilaporkan",
    "left": "Dibiarkan",
    "hidden": "Disembunyikan",
    "shown": "Ditampilkan lagi",
}


class ReasonForm(Form):
    """Why it goes, or comes back; whoever wrote it reads why it went."""

    words = LongText("Alasan", longest=300, shortest=5, missing="Tulis alasannya.")


@bp.get("/dinas/ulasan")
@allow(STAFF)
def reviews() -> str:
    """What was reported on top, what was changed since an officer judged it, then the newest."""
    rows = [(row, review_rows.row(row)) for row in queries.at_desk()]
    return render_template(
        "staff/reviews.html",
        nav="ulasan",
        reported=[pair for pair in rows if pair[0].reports],
        changed=[pair for pair in rows if pair[0].changed_since and not pair[0].reports],
        others=[pair for pair in rows if not (pair[0].reports or pair[0].changed_since)],
    )


@bp.route("/dinas/ulasan/<string(length=10):code>", methods=["GET", "POST"])
@allow(STAFF)
@keeps_typed
def review(code: str) -> Response | str | tuple[str, int]:
    """One review with all that happened to it; hide it, or show it again."""
    found = queries.one(code)
    if found is None:
        raise NotFound()
    form = ReasonForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        act = reviewing.show if found.state == "hidden" else reviewing.hide
        try:
            act(code, reason=str(form["words"].data), by=current_user.person_id)
        except Conflict as refusal:
            form.form_errors.append(sentence(refusal))
            status = 409
        else:
            flash("Tercatat.", "status")
            return redirect(url_for("staff.reviews"), 303)
    page = render_template(
        "staff/review.html",
        nav="ulasan",
        product=found.product,
        row=review_rows.row(found),
        form=form,
        steps=[
            {
                "title": WORDS[said.what],
                "when": short_date(said.at),
                "text": " ".join(
                    filter(
                        None,
                        (f"{said.detail['stars']} bintang." if "stars" in said.detail else "",
                         f"“{said.words}”" if said.words else ""),
                    )
                )
                or None,
            }
            for said in queries.said(found.id)
        ],
    )  # fmt: skip
    return page, status


@bp.post("/dinas/ulasan/<string(length=10):code>/biarkan")
@allow(STAFF)
def leave_review(code: str) -> Response:
    """The reports were looked at; it stays."""
    reviewing.leave(code, by=current_user.person_id)
    flash("Tercatat. Ulasan itu tetap seperti sekarang.", "status")
    return redirect(url_for("staff.reviews"), 303)
