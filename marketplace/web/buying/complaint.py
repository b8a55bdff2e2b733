"""The buyer's pages of a complaint; the order's link opens them, no account is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as Answer
from wtforms import FileField

from marketplace.core.errors import Conflict, Invalid, MarketError, NotFound, OutsideFailed
from marketplace.flows import complaining
from marketplace.orders.complaints import queries
from marketplace.orders.complaints.complaints import Filed
from marketplace.orders.complaints.queries import ComplaintView
from marketplace.orders.complaints.rules import LONGEST_WORDS, MOST_AT_ONCE
from marketplace.orders.complaints.states import Kind, Side, Wish
from marketplace.orders.grants import queries as grants
from marketplace.orders.states import OrderState
from marketplace.orders.views import GroupView, OrderView, SoldLine
from marketplace.photos.pictures import picture
from marketplace.web import complaint_photos, complaint_words, limits, uploads
from marketplace.web.access import LINK, allow
from marketplace.web.buying import words
from marketplace.web.buying.blueprint import bp
from marketplace.web.buying.order import opened, page
from marketplace.web.buying.order_acts import the_order
from marketplace.web.errors import STATUS
from marketplace.web.forms import Form, LongText, OneOf, Rupiah, keeps_typed
from marketplace.web.sentences import sentence

Lines = Sequence[tuple[SoldLine, int]]
PLACE = "/pesanan/<token>/keluhan/<string(length=10):code>"


def _spelt(table: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(key.value, said) for key, said in table.items()]


class ComplaintForm(Form):
    """What is wrong, with which pieces, and what the buyer would like."""

    kind = OneOf("Apa masalahnya?", choices=_spelt(complaint_words.KINDS))
    words = LongText(
        "Ceritakan masalahnya",
        longest=LONGEST_WORDS,
        shortest=10,
        missing="Ceritakan apa yang bermasalah.",
    )
    wish = OneOf("Apa yang Anda minta?", choices=_spelt(complaint_words.WISHES))
    amount = Rupiah("Jumlah uang yang diminta", optional=True)
    foto = FileField("Foto", render_kw={"multiple": True})


class PhotosForm(Form):
    """More pictures."""

    foto = FileField("Tambah foto", render_kw={"multiple": True})


class PassOnForm(Form):
    """Why the offer is not enough; the dinas reads it."""

    words = LongText(
        "Kata Anda untuk dinas",
        longest=LONGEST_WORDS,
        shortest=5,
        missing="Tulis mengapa dinas perlu memutuskan.",
    )


@bp.route(PLACE, methods=["GET", "POST"])
@allow(LINK)
@keeps_typed
def complaint(token: str, code: str) -> Answer | str | tuple[str, int]:
    """A complaint as it stands, or the form for a new one."""
    uploads.expect_pictures()
    group = opened(token)
    order = the_order(group, code)
    known = queries.of_order(code, group_id=group.id)
    if known is not None:
        refused = sentence(Conflict("complaint_twice")) if request.method == "POST" else ""
        return _page(token, known, fault=refused), 409 if refused else 200
    if not words.may_complain(order):
        return page(token, group, fault=_too_late(order)), 409
    lines = _lines(order)
    try:
        form = ComplaintForm()
    except RequestEntityTooLarge:
        form = ComplaintForm(formdata=None)
        form.refuse(Invalid("photo_too_large", field="foto"))
        return _form_page(token, order, lines, form), 413
    if not form.validate_on_submit():
        return _form_page(token, order, lines, form), 422 if form.is_submitted() else 200
    limits.limit("complaint", group.code)
    try:
        missing = complaining.complain(
            group, code, _filed(form, lines), uploads.pictures_sent(MOST_AT_ONCE),
            by=current_user.person_id,
        )  # fmt: skip
    except Conflict as refusal:
        return page(token, opened(token), fault=sentence(refusal)), 409
    except (Invalid, OutsideFailed) as refusal:
        form.refuse(refusal)
        return _form_page(token, order, lines, form), STATUS[refusal.kind]
    flash("Keluhan Anda sudah kami teruskan ke toko. Uang Anda kami tahan sampai selesai.")
    _say_missing(missing)
    return redirect(url_for("buying.complaint", token=token, code=code), 303)


@bp.post(f"{PLACE}/foto")
@allow(LINK)
@keeps_typed
def complaint_photos_more(token: str, code: str) -> Answer | tuple[str, int]:
    """More pictures, while the complaint is open."""
    uploads.expect_pictures()
    group = opened(token)
    view = _known(group, code)
    try:
        form = PhotosForm()
        if not form.validate_on_submit():
            return _page(token, view, fault="Coba kirim sekali lagi."), 400
        limits.limit("complaint", group.code)
        photos = uploads.pictures_sent(MOST_AT_ONCE)
        if not photos:
            raise Invalid("photo_missing", field="foto")
        missing = complaining.show_more(
            code, photos, by=current_user.person_id, group_id=group.id
        )  # fmt: skip
    except RequestEntityTooLarge:
        return _page(token, view, fault=sentence(Invalid("photo_too_large"))), 413
    except (Conflict, Invalid, OutsideFailed) as refusal:
        return _page(token, _known(group, code), fault=sentence(refusal)), STATUS[refusal.kind]
    flash("Foto sudah ditambahkan.")
    _say_missing(missing)
    return redirect(url_for("buying.complaint", token=token, code=code), 303)


@bp.get(f"{PLACE}/foto/<string(length=10):photo>")
@allow(LINK)
def complaint_photo(token: str, code: str, photo: str) -> Response:
    return complaint_photos.answer(_known(opened(token), code), photo)


@bp.post(f"{PLACE}/setuju")
@allow(LINK)
def accept_offer(token: str, code: str) -> Answer | tuple[str, int]:
    said = "Terima kasih. Uangnya kami kembalikan."
    return _act(token, code, complaining.accept, said)


@bp.post(f"{PLACE}/beres")
@allow(LINK)
def replacement_received(token: str, code: str) -> Answer | tuple[str, int]:
    return _act(token, code, complaining.received, "Terima kasih. Keluhan selesai.")


@bp.route(f"{PLACE}/cabut", methods=["GET", "POST"])
@allow(LINK)
def withdraw_complaint(token: str, code: str) -> Answer | str | tuple[str, int]:
    """Asked once more: the money goes to the shop with this."""
    view = _known(opened(token), code)
    if request.method == "GET" and view.open:
        return render_template("buying/complaint_withdraw.html", token=token, view=view)
    return _act(token, code, complaining.withdraw, "Keluhan dicabut.")


@bp.route(f"{PLACE}/dinas", methods=["GET", "POST"])
@allow(LINK)
@keeps_typed
def ask_the_dinas(token: str, code: str) -> Answer | str | tuple[str, int]:
    """The dinas decides, with a word of the buyer."""
    group = opened(token)
    view, form = _known(group, code), PassOnForm()
    if form.validate_on_submit():
        typed = str(form["words"].data)
        return _act(
            token, code,
            lambda group, code, by: complaining.pass_on(group, code, words=typed, by=by),
            "Dinas akan memutuskan. Uang Anda tetap kami tahan.",
        )  # fmt: skip
    shown = render_template("buying/complaint_dinas.html", token=token, view=view, form=form)
    return shown, 422 if form.is_submitted() else 200


def _act(
    token: str, code: str, do: Callable[..., None], said: str
) -> Answer | tuple[str, int]:  # fmt: skip
    """Do it, or show how it stands when somebody else was faster."""
    group = opened(token)
    try:
        do(group, code, by=current_user.person_id)
    except NotFound:
        raise
    except MarketError as refusal:
        return _page(token, _known(group, code), fault=sentence(refusal)), 409
    flash(said)
    return redirect(url_for("buying.complaint", token=token, code=code), 303)


def _known(group: GroupView, code: str) -> ComplaintView:
    view = queries.of_order(code, group_id=group.id)
    if view is None:
        raise NotFound()
    return view


def _page(token: str, view: ComplaintView, *, fault: str = "") -> str:
    return render_template(
        "buying/complaint.html",
        token=token,
        view=view,
        fault=fault,
        words=complaint_words,
        now=complaint_words.now(view, Side.BUYER),
        shots=complaint_photos.gallery(view),
        picture=picture,
        form=PhotosForm(formdata=None),
        most=MOST_AT_ONCE,
    )


def _lines(order: OrderView) -> Lines:
    """What may be complained about, and how many pieces of it: what was sent and is not back."""
    left = {row.id: row.left for row in grants.lines(order.id)}
    sent = words.pieces_sent(order)
    most = {line.id: min(left[line.id], sent[line.id]) for line in order.lines}
    return [(line, most[line.id]) for line in order.lines if most[line.id] > 0]


def _form_page(token: str, order: OrderView, lines: Lines, form: ComplaintForm) -> str:
    alone = len(lines) == 1 and lines[0][1] == 1
    return render_template(
        "buying/complaint_new.html",
        token=token,
        order=order,
        lines=[
            (line, left, request.form.get(f"pieces-{line.id}", "1" if alone else "")[:6])
            for line, left in lines
        ],
        form=form,
        picture=picture,
        most=MOST_AT_ONCE,
    )


def _filed(form: ComplaintForm, lines: Lines) -> Filed:
    typed = form.typed()
    return Filed(
        kind=Kind(typed["kind"]),
        words=typed["words"],
        wish=Wish(typed["wish"]),
        amount=typed["amount"],
        pieces={line.id: _pieces(request.form.get(f"pieces-{line.id}", "")) for line, _ in lines},
    )


def _pieces(typed: str) -> int:
    """How many pieces were typed; nothing is none."""
    text = typed.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Invalid("complaint_pieces", field="pieces")
    return int(text)


def _say_missing(missing: int) -> None:
    if missing:
        flash(f"{missing} foto belum tersimpan. Kirim lagi di bawah.")


def _too_late(order: OrderView) -> str:
    over = order.state in (OrderState.COMPLETED, OrderState.CANCELLED)
    return sentence(Conflict("complaint_too_late" if over else "nothing_sent_yet"))
