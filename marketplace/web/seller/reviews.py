"""What buyers say of a shop's things, and the shop's one answer to each."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.core.errors import Conflict, NotFound
from marketplace.flows import reviewing
from marketplace.orders.reviews import queries, rules
from marketplace.web import review_rows
from marketplace.web.access import SHOP, allow
from marketplace.web.forms import Form, LongText, keeps_typed
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import say
from marketplace.web.sentences import sentence


class ReplyForm(Form):
    """The answer every buyer reads."""

    words = LongText(
        "Jawaban",
        longest=rules.LONGEST_REPLY,
        shortest=2,
        missing="Tulis jawaban Bapak/Ibu.",
    )


@bp.get("/toko-saya/<shop>/ulasan")
@allow(SHOP)
def reviews(shop: str) -> str:
    """Newest first, page after page."""
    asked = request.args.get("sebelum", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
    rows, more = queries.of_shop(g.shop.ikm_id, before)
    return render_template(
        "seller/reviews.html",
        shop=g.shop,
        nav="toko",
        rows=[(row, review_rows.row(row)) for row in rows],
        more=more,
    )


@bp.route("/toko-saya/<shop>/ulasan/<string(length=10):code>/jawab", methods=["GET", "POST"])
@allow(SHOP)
@keeps_typed
def reply_to_review(shop: str, code: str) -> Response | str | tuple[str, int]:
    """One answer; what is said is said."""
    found = queries.one(code)
    if found is None or found.ikm_id != g.shop.ikm_id:
        raise NotFound()
    form = ReplyForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            reviewing.reply(
                code, ikm_id=g.shop.ikm_id, words=str(form["words"].data), by=current_user.person_id
            )
        except Conflict as refusal:
            form.form_errors.append(sentence(refusal))
            status = 409
        else:
            say("Jawaban Bapak/Ibu sudah tampil.")
            return redirect(url_for("seller.reviews", shop=shop), 303)
    page = render_template(
        "seller/review_reply.html",
        shop=g.shop,
        nav="toko",
        product=found.product,
        row=review_rows.row(found),
        form=form,
    )
    return page, status
