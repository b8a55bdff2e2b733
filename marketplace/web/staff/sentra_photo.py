"""The picture of a sentra, which the dinas takes on a visit."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from wtforms import FileField

from marketplace.core import clock
from marketplace.core.errors import Invalid, MarketError
from marketplace.flows import sentra_photo
from marketplace.makers import sentra
from marketplace.makers.sentra import SentraSheet
from marketplace.photos import photos
from marketplace.photos.rules import LONGEST_ALT
from marketplace.web import uploads
from marketplace.web.access import STAFF, allow
from marketplace.web.errors import STATUS
from marketplace.web.forms import Form, Text, keeps_typed
from marketplace.web.staff.blueprint import bp


class SentraPhotoForm(Form):
    foto = FileField("Foto sentra")
    alt = Text("Foto ini menunjukkan apa?", longest=LONGEST_ALT, shortest=5)


@bp.get("/dinas/sentra/<slug>/foto", endpoint="sentra_photo")
@allow(STAFF)
def show(slug: str) -> str:
    """The picture that stands now, and the way to another one."""
    return _page(sentra.of_slug(slug), SentraPhotoForm(formdata=None))


@bp.post("/dinas/sentra/<slug>/foto", endpoint="save_sentra_photo")
@allow(STAFF)
@keeps_typed
def save(slug: str) -> Response | tuple[str, int]:
    """Show the picture that was sent; one we cannot use changes nothing."""
    sheet = sentra.of_slug(slug)
    uploads.expect_pictures()
    try:
        form = SentraPhotoForm()
    except RequestEntityTooLarge:
        form = SentraPhotoForm(formdata=None)
        form.refuse(Invalid("photo_too_large", field="foto"))
        return _page(sheet, form), 413
    if not form.validate_on_submit():
        return _page(sheet, form), 422
    try:
        sentra_photo.replace(
            slug,
            uploads.picture_sent(),
            alt=form.alt.data or "",
            by=current_user.person_id,
            now=clock.now(),
        )
    except MarketError as refused:
        if refused.kind == "not_found":
            raise
        form.refuse(refused)
        return _page(sheet, form), STATUS[refused.kind]
    flash("Foto sentra tersimpan.", "status")
    return redirect(url_for("staff.sentra", slug=slug), 303)


def _page(sheet: SentraSheet, form: SentraPhotoForm) -> str:
    return render_template(
        "staff/sentra_photo.html",
        nav="sentra",
        sheet=sheet,
        shown=photos.shown(sheet.photo_code),
        form=form,
    )
