"""What a shop that closed still has to come: why it is held, and who let it go."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.core.errors import Conflict, NotFound
from marketplace.flows import paying_makers
from marketplace.makers import sheets
from marketplace.makers.states import ShopState
from marketplace.orders.payouts import accounts, closed, queries
from marketplace.web.access import STAFF_PROVED, allow
from marketplace.web.forms import Form, LongText, keeps_typed
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp


class ReasonForm(Form):
    """To whom the money is due and how one knows; it stays in the history."""

    reason = LongText("Alasan", longest=200, shortest=10, missing="Tulis alasannya.")


@bp.route("/dinas/pencairan/toko/<string(length=10):code>", methods=["GET", "POST"])
@allow(STAFF_PROVED)
@keeps_typed
def closed_shop(code: str) -> Answer | tuple[str, int]:
    """Let the money of a closed shop go, or hold it again."""
    shop, form = sheets.of_code(code), ReasonForm()
    if shop.state != ShopState.CLOSED:
        raise NotFound()
    said = closed.of_shop(shop.id)
    free = closed.is_let_go(shop.id)
    if form.validate_on_submit():
        act = paying_makers.hold_closed if free else paying_makers.let_closed_go
        try:
            act(shop.id, reason=form.reason.data or "", by=current_user.person_id)
        except Conflict as refusal:
            form.form_errors.append(sentence(refusal))
        else:
            flash("Uangnya ditahan lagi." if free else "Uangnya ikut putaran berikutnya.", "status")
            return redirect(url_for("staff.payouts"), 303)
    page = render_template(
        "staff/closed_shop.html",
        nav="pencairan",
        shop=shop,
        balance=queries.balance_of(code),
        account=accounts.shown(shop.id),
        said=said,
        free=free,
        form=form,
    )
    return page, 422 if form.is_submitted() else 200
