"""Everything that is said of a product, newest first; and how to report what should not stand."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.catalog import queries as catalog
from marketplace.core.errors import NotFound
from marketplace.flows import reviewing
from marketplace.orders.reviews import queries
from marketplace.web import limits, review_rows
from marketplace.web.access import EVERYONE, allow
from marketplace.web.forms import Form, LongText, keeps_typed
from marketplace.web.storefront.blueprint import bp
from marketplace.web.storefront.product import address


class ReportForm(Form):
    """What is wrong with a review."""

    words = LongText(
        "Apa yang salah?",
        longest=300,
        shortest=5,
        missing="Tulis apa yang salah dengan ulasan itu.",
    )


@bp.get("/p/<slug>-<string(length=10):code>/ulasan")
@allow(EVERYONE)
def reviews(slug: str, code: str) -> str | Response:
    """All reviews of a product, page after page."""
    try:
        offer = catalog.offer(code)
    except catalog.Removed:
        raise NotFound() from None
    if offer is None:
        raise NotFound()
    product = offer.product
    if slug != product.slug:
        return redirect(f"{address(product)}/ulasan", 301)
    asked = request.args.get("sebelum", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
    found, more = queries.of_product(product.id, before) if product.rating_count else ((), None)
    return render_template(
        "storefront/reviews.html",
        product=product,
        address=address(product),
        average=review_rows.average(product),
        rows=[review_rows.row(one) for one in found],
        more=more,
        reported="dilaporkan" in request.args,
    )


@bp.route("/ulasan/<string(length=10):code>/laporkan", methods=["GET", "POST"])
@allow(EVERYONE)
@keeps_typed
def report_review(code: str) -> Response | str | tuple[str, int]:
    """Ask the dinas to look at a review."""
    found: Any = queries.one(code)
    if found is None or found.state != "shown":
        raise NotFound()
    form = ReportForm()
    back = f"/p/{found.slug}-{found.product_code}/ulasan"
    if form.validate_on_submit():
        limits.limit("report", limits.address())
        reviewing.report(code, words=str(form["words"].data), by=current_user.person_id)
        return redirect(f"{back}?dilaporkan=1", 303)
    page = render_template(
        "storefront/review_report.html", row=review_rows.row(found), form=form, back=back
    )
    return page, 422 if form.is_submitted() else 200
