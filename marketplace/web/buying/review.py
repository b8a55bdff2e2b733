"""Who received an order says how its things are; the order's link opens the page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as Answer
from wtforms import FileField, HiddenField

from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid, NotFound, OutsideFailed
from marketplace.flows import reviewing
from marketplace.orders.reviews import queries, rules
from marketplace.orders.states import OrderState
from marketplace.orders.views import OrderView, SoldLine
from marketplace.photos.pictures import picture
from marketplace.web import limits, review_rows, uploads
from marketplace.web.access import LINK, allow
from marketplace.web.buying.blueprint import bp
from marketplace.web.buying.order import opened, page
from marketplace.web.buying.order_acts import the_order
from marketplace.web.errors import STATUS
from marketplace.web.forms import Form, LongText, OneOf, keeps_typed
from marketplace.web.sentences import sentence

STARS = [
    ("5", "★★★★★ Bagus sekali"),
    ("4", "★★★★ Bagus"),
    ("3", "★★★ Cukup"),
    ("2", "★★ Kurang"),
    ("1", "★ Mengecewakan"),
]


class ReviewForm(Form):
    """Stars, and if one likes words and pictures."""

    line = HiddenField()
    stars = OneOf("Bagaimana barangnya?", choices=STARS)
    words = LongText("Cerita Anda", longest=rules.LONGEST_WORDS, optional=True)
    foto = FileField("Foto", render_kw={"multiple": True})


@bp.route("/pesanan/<token>/ulasan/<string(length=10):code>", methods=["GET", "POST"])
@allow(LINK)
@keeps_typed
def review_order(token: str, code: str) -> Answer | str | tuple[str, int]:
    """The things of an order with what was said of each; one of them is being spoken of."""
    uploads.expect_pictures()
    group = opened(token)
    order = the_order(group, code)
    if order.state != OrderState.COMPLETED:
        return page(token, group, fault=sentence(Conflict("review_too_early"))), 409
    given = queries.of_order(order.id)
    try:
        asked = request.form.get("line") or request.args.get("barang", "")
    except RequestEntityTooLarge:
        asked = ""
        form = ReviewForm(formdata=None)
        form.refuse(Invalid("photo_too_large", field="foto"))
        return _page(token, order, given, None, form), 413
    line = _line(order, given, asked)
    known = given.get(line.id) if line else None
    form = ReviewForm(
        data={"line": line.id if line else "", "stars": str(known.stars) if known else None,
              "words": known.words if known else ""}
    )  # fmt: skip
    if line is None or not form.validate_on_submit():
        return _page(token, order, given, line, form), 422 if form.is_submitted() else 200
    limits.limit("review", group.code)
    said: dict[str, Any] = {
        "stars": int(form.stars.data or 0),
        "words": str(form["words"].data or ""),
        "by": current_user.person_id,
    }
    try:
        photos = uploads.pictures_sent(rules.MOST_PHOTOS)
        if known is not None:
            missing = reviewing.edit(group, known.code, photos, **said)
        else:
            missing = reviewing.write(group, line.id, photos, **said)
    except (Conflict, Invalid, OutsideFailed) as refusal:
        form.refuse(refusal)
        return _page(token, order, given, line, form), STATUS[refusal.kind]
    flash("Terima kasih. Ulasan Anda sudah tampil.")
    if missing:
        flash(f"{missing} foto belum tersimpan. Ubah ulasan untuk mengirimnya lagi.")
    return redirect(url_for("buying.review_order", token=token, code=code), 303)


def _line(order: OrderView, given: Any, asked: str) -> SoldLine | None:
    """The thing that is meant; unless said, the first that nobody has spoken of."""
    lines = [line for line in order.lines if line.quantity > line.cancelled]
    if asked:
        found = next((line for line in lines if str(line.id) == asked), None)
        if found is None:
            raise NotFound()
        if found.id in given and not rules.may_edit(given[found.id].written_at, clock.now()):
            return None
        return found
    return next((line for line in lines if line.id not in given), None)


def _page(token: str, order: OrderView, given: Any, line: SoldLine | None, form: Any) -> str:
    now = clock.now()
    return render_template(
        "buying/review.html",
        token=token,
        order=order,
        line=line,
        form=form,
        picture=picture,
        most=rules.MOST_PHOTOS,
        lines=[
            (
                one,
                review_rows.row(given[one.id]) if one.id in given else None,
                one.id in given and rules.may_edit(given[one.id].written_at, now),
            )
            for one in order.lines
            if one.quantity > one.cancelled
        ],
    )
