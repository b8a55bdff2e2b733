"""Complaints to a shop: what the buyer says, and what the maker answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as Answer
from wtforms import FileField

from marketplace.core.errors import Conflict, Invalid, MarketError, NotFound, OutsideFailed
from marketplace.flows import complaining
from marketplace.flows.complaining import Shop
from marketplace.orders.complaints import queries
from marketplace.orders.complaints.queries import ComplaintView
from marketplace.orders.complaints.rules import LONGEST_WORDS, MOST_AT_ONCE
from marketplace.orders.complaints.states import ComplaintState, Side, Wish
from marketplace.photos.pictures import picture
from marketplace.web import complaint_photos, complaint_words, uploads
from marketplace.web.access import SHOP, allow
from marketplace.web.errors import STATUS
from marketplace.web.forms import Form, LongText, Rupiah, Text, keeps_typed
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import say
from marketplace.web.sentences import sentence

PLACE = "/toko-saya/<shop>/pesanan/<string(length=10):code>/keluhan"


class GiveBackForm(Form):
    """How much goes back, with a word for the buyer."""

    amount = Rupiah("Uang kembali")
    words = LongText("Kata untuk pembeli", longest=LONGEST_WORDS, optional=True)


class NoForm(Form):
    """Why not; buyer and dinas read it."""

    words = LongText(
        "Alasan",
        longest=LONGEST_WORDS,
        shortest=10,
        missing="Tulis alasannya untuk pembeli dan dinas.",
    )
    foto = FileField("Foto", render_kw={"multiple": True})


class SentAgainForm(Form):
    """Who carries the new parcel."""

    courier = Text("Kurir", longest=40, missing="Isi nama kurir. Contoh: JNE.")
    tracking = Text("Nomor resi", longest=40, optional=True)


class PhotosForm(Form):
    """More pictures."""

    foto = FileField("Tambah foto", render_kw={"multiple": True})


@bp.get("/toko-saya/<shop>/keluhan")
@allow(SHOP)
def complaints(shop: str) -> str:
    """Open complaints, those that wait for the shop on top."""
    return render_template(
        "seller/complaints.html",
        shop=g.shop,
        nav="pesanan",
        rows=queries.of_shop(g.shop.ikm_id),
        words=complaint_words,
    )


@bp.get(PLACE)
@allow(SHOP)
def complaint(shop: str, code: str) -> str:
    return _page(_known(code))


@bp.route(f"{PLACE}/kembalikan", methods=["GET", "POST"])
@allow(SHOP)
@keeps_typed
def give_back(shop: str, code: str) -> Answer | str | tuple[str, int]:
    """All that was asked for ends it; less is an offer."""
    view = _known(code)
    form = GiveBackForm(data={"amount": view.wished or view.most})
    if form.validate_on_submit():
        amount, typed = int(form.amount.data or 0), str(form["words"].data or "")

        def do() -> str:
            ended = complaining.give_back(code, _me(), amount=amount, words=typed)
            return (
                "Uangnya kami kembalikan ke pembeli. Keluhan selesai."
                if ended
                else "Tawaran Bapak/Ibu sudah kami sampaikan ke pembeli."
            )

        return _act(code, do, form, "seller/complaint_give_back.html")
    return _asked("seller/complaint_give_back.html", view, form)


@bp.route(f"{PLACE}/tolak", methods=["GET", "POST"])
@allow(SHOP)
@keeps_typed
def refuse_complaint(shop: str, code: str) -> Answer | str | tuple[str, int]:
    """No, and why: the dinas decides."""
    uploads.expect_pictures()
    view = _known(code)
    try:
        form = NoForm()
    except RequestEntityTooLarge:
        form = NoForm(formdata=None)
        form.refuse(Invalid("photo_too_large", field="foto"))
        return _form_page("seller/complaint_refuse.html", view, form), 413
    if form.validate_on_submit():
        typed = str(form["words"].data)

        def do() -> str:
            missing = complaining.refuse(
                code, _me(), words=typed, photos=uploads.pictures_sent(MOST_AT_ONCE)
            )
            lost = f" {missing} foto belum tersimpan, kirim lagi di bawah." if missing else ""
            return f"Jawaban Bapak/Ibu sudah tercatat. Dinas yang memutuskan.{lost}"

        return _act(code, do, form, "seller/complaint_refuse.html")
    return _asked("seller/complaint_refuse.html", view, form)


@bp.post(f"{PLACE}/kirim-lagi")
@allow(SHOP)
def promise_to_resend(shop: str, code: str) -> Answer | tuple[str, int]:
    def do() -> str:
        complaining.promise(code, _me())
        return "Pembeli sudah kami kabari. Isi resinya kalau barangnya sudah dikirim."

    return _act(code, do)


@bp.route(f"{PLACE}/resi", methods=["GET", "POST"])
@allow(SHOP)
@keeps_typed
def sent_again(shop: str, code: str) -> Answer | str | tuple[str, int]:
    view, form = _known(code), SentAgainForm()
    if form.validate_on_submit():
        typed = {
            "courier": str(form.courier.data),
            "tracking": str(form.tracking.data or ""),
        }

        def do() -> str:
            complaining.resend(code, _me(), **typed)
            return "Paket berangkat. Pembeli sudah kami kabari."

        return _act(code, do, form, "seller/complaint_resend.html")
    return _asked("seller/complaint_resend.html", view, form)


@bp.post(f"{PLACE}/foto")
@allow(SHOP)
@keeps_typed
def complaint_photos_more(shop: str, code: str) -> Answer | tuple[str, int]:
    """More pictures, while the complaint is open."""
    uploads.expect_pictures()
    view = _known(code)
    try:
        if not PhotosForm().validate_on_submit():
            return _page(view, fault="Coba kirim sekali lagi."), 400
        photos = uploads.pictures_sent(MOST_AT_ONCE)
        if not photos:
            raise Invalid("photo_missing", field="foto")
        missing = complaining.show_more(
            code, photos, by=current_user.person_id, ikm_id=g.shop.ikm_id
        )
    except RequestEntityTooLarge:
        return _page(view, fault=sentence(Invalid("photo_too_large"))), 413
    except (Conflict, Invalid, OutsideFailed) as refusal:
        return _page(_known(code), fault=sentence(refusal)), STATUS[refusal.kind]
    say(f"{missing} foto belum tersimpan. Kirim lagi." if missing else "Foto sudah ditambahkan.")
    return _back(code)


@bp.get(f"{PLACE}/foto/<string(length=10):photo>")
@allow(SHOP)
def complaint_photo(shop: str, code: str, photo: str) -> Response:
    return complaint_photos.answer(_known(code), photo)


def _me() -> Shop:
    return Shop(g.shop.ikm_id, current_user.person_id)


def _known(code: str) -> ComplaintView:
    view = queries.of_order(code, ikm_id=g.shop.ikm_id)
    if view is None:
        raise NotFound()
    return view


def _act(
    code: str, do: Callable[[], str], form: Form | None = None, template: str = ""
) -> Answer | tuple[str, int]:
    """Do it and go back to the complaint; when it moved meanwhile, show how it stands."""
    try:
        said = do()
    except NotFound:
        raise
    except MarketError as refusal:
        if form is not None and not isinstance(refusal, Conflict):
            form.refuse(refusal)
            return _form_page(template, _known(code), form), STATUS[refusal.kind]
        return _page(_known(code), fault=sentence(refusal)), 409
    say(said)
    return _back(code)


def _asked(template: str, view: ComplaintView, form: Form) -> str | tuple[str, int]:
    """The page of a form; of one that is no longer asked for, the complaint as it stands."""
    if not view.open:
        return _page(view, fault=sentence(Conflict("complaint_moved"))), 409
    return _form_page(template, view, form), 422 if form.is_submitted() else 200


def _form_page(template: str, view: ComplaintView, form: Form) -> str:
    return render_template(
        template,
        shop=g.shop,
        nav="pesanan",
        view=view,
        form=form,
        words=complaint_words,
        most=MOST_AT_ONCE,
    )


def _page(view: ComplaintView, *, fault: str = "") -> str:
    shop_may = view.state in (ComplaintState.ASKED, ComplaintState.RESENDING)
    at_desk = view.state is ComplaintState.DESK and view.wish is not Wish.RESEND
    return render_template(
        "seller/complaint.html",
        shop=g.shop,
        nav="pesanan",
        view=view,
        fault=fault,
        words=complaint_words,
        now=complaint_words.now(view, Side.SHOP),
        may_give=shop_may or at_desk,
        may_refuse=shop_may,
        may_promise=view.state is ComplaintState.ASKED and view.wish is Wish.RESEND,
        shots=complaint_photos.gallery(view),
        picture=picture,
        form=PhotosForm(formdata=None),
        most=MOST_AT_ONCE,
    )


def _back(code: str) -> Any:
    return redirect(url_for("seller.complaint", shop=g.shop.code, code=code), 303)
