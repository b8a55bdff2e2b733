"""The waiting list: asking to be told, and what the links in its letters open."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.accounts import consents
from marketplace.catalog import waiting
from marketplace.core import clock
from marketplace.core.errors import Conflict
from marketplace.core.ids import token_hash
from marketplace.flows import waiting_list
from marketplace.photos.pictures import picture
from marketplace.web import limits
from marketplace.web.access import EVERYONE, LINK, SIGNED_IN, allow
from marketplace.web.buying.blueprint import bp, buyer, village
from marketplace.web.forms import Count, Email, Form, keeps_typed


class ThingForm(Form):
    """What somebody waits for."""

    variant = Count("Barang", most=2**53, missing="Pilih barangnya.")


class AskForm(ThingForm):
    """The same with an address, for who is not signed in."""

    email = Email(missing="Isi alamat email. Contoh: nama@contoh.id.")


@bp.post("/kabari")
@allow(EVERYONE)
@keeps_typed
def wait() -> Answer | tuple[str, int]:
    """Stand in line for a sold-out thing; a guest gets a letter first."""
    known = current_user.is_authenticated
    form = ThingForm() if known else AskForm()
    if not form.validate_on_submit():
        return _ask_again(form, form.variant.data), 422
    variant = int(form.variant.data or 0)
    try:
        if known:
            waiting_list.join_as(current_user.person_id, variant)
            return redirect(url_for("buying.waiting_done", what="tercatat", barang=variant), 303)
        email = str(form["email"].data)
        limits.limit("waiting_address", limits.address())
        limits.limit("waiting_email", email)
        waiting_list.ask(email, variant)
    except Conflict as refused:
        form.refuse(refused)
        return _ask_again(form, variant), 409
    return redirect(url_for("buying.waiting_done", what="periksa"), 303)


@bp.get("/kabari/hasil/<any('periksa', 'tercatat', 'selesai'):what>")
@allow(EVERYONE)
def waiting_done(what: str) -> str:
    """What happens next."""
    asked = request.args.get("barang", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
    return render_template("buying/waiting_done.html", what=what, variant=number)


@bp.post("/kabari/batal")
@allow(SIGNED_IN)
def stop_waiting() -> Answer:
    """Out of the line again, for who is signed in."""
    form = ThingForm()
    if form.validate():
        waiting_list.leave_as(current_user.person_id, int(form.variant.data or 0))
    return redirect(url_for("buying.waiting_done", what="selesai"), 303)


@bp.get("/kabari/<token>")
@allow(LINK)
def waiting_place(token: str) -> str:
    """What the link is good for now; opening it changes nothing."""
    row = waiting.by_token(token_hash(token), clock.now())
    ahead = waiting.before(row.id, row.since, row.place) if row.waits == "waiting" else 0
    return render_template(
        "buying/waiting.html",
        thing=row,
        ahead=ahead,
        token=token,
        shot=picture(row.cover),
        words=consents.WAITING.words,
    )


@bp.post("/kabari/<token>/<any('ya', 'ambil', 'keluar'):act>")
@allow(LINK)
def waiting_act(token: str, act: str) -> Answer:
    """Yes; into the cart; or out of the line."""
    if act == "ya":
        waiting_list.confirm(token)
        return redirect(url_for("buying.waiting_place", token=token), 303)
    if act == "keluar":
        waiting_list.leave(token)
        return redirect(url_for("buying.waiting_done", what="selesai"), 303)
    waiting.by_token(token_hash(token), clock.now())  # a cart is begun for a living chance only
    waiting_list.use(token, buyer(begin=True), village=village())
    return redirect(url_for("buying.cart"), 303)


def _ask_again(form: ThingForm, variant: int | None) -> str:
    """The question on a page of its own, with what was typed."""
    return render_template(
        "buying/waiting_ask.html",
        form=form,
        thing=waiting.thing(variant or 0),
        words=consents.WAITING.words,
    )
