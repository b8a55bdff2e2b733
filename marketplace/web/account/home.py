"""The account's own page, and what its owner changes there."""

from __future__ import annotations

import json

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.accounts import addresses, consents, passwords, people, sessions
from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.work import transaction
from marketplace.flows import own_account, own_data, signing_in
from marketplace.web import formats, limits
from marketplace.web.access import EVERYONE, PROVED, SIGNED_IN, allow
from marketplace.web.account import bp, cookies
from marketplace.web.forms import Email, Form, OneOf, Password, PersonName, keeps_typed
from marketplace.web.sentences import sentence

SAID = {
    "nama": "Nama sudah diganti.",
    "sandi": "Kata sandi sudah diganti. Perangkat lain sudah kami keluarkan.",
    "perangkat": "Perangkat itu sudah dikeluarkan.",
    "alamat": "Alamat sudah disimpan.",
    "hapus-alamat": "Alamat sudah dihapus.",
    "tampilan": "Ukuran huruf sudah disimpan.",
    "berhenti": "Persetujuan sudah ditarik. Mulai sekarang berlaku.",
    "setuju": "Persetujuan Anda sudah disimpan.",
}


class NameForm(Form):
    name = PersonName("Nama lengkap")


class EmailForm(Form):
    email = Email("Alamat email baru")


class PasswordForm(Form):
    old = Password("Kata sandi sekarang")
    new = Password("Kata sandi baru", shortest=passwords.SHORTEST)


class TypeForm(Form):
    size = OneOf("Ukuran huruf", choices=[("biasa", "Huruf biasa"), ("besar", "Huruf besar")])


@bp.get("/akun")
@allow(SIGNED_IN)
def home() -> str:
    """Everything about the account on one page."""
    return render_template(
        "account/home.html",
        me=current_user.visitor,
        devices=len(_devices()),
        addresses=len(addresses.list_of(current_user.person_id)),
        said=SAID.get(request.args.get("sudah", "")),
        is_new="baru" in request.args,
    )


@bp.route("/akun/nama", methods=["GET", "POST"])
@allow(SIGNED_IN)
@keeps_typed
def name() -> Answer | tuple[str, int]:
    """How we address a person."""
    form = NameForm(name=current_user.name)
    if form.validate_on_submit():
        with transaction():
            people.rename(current_user.person_id, form.name.data)
        return redirect(url_for("account.home", sudah="nama"))
    return render_template("account/name.html", form=form), 422 if form.is_submitted() else 200


@bp.route("/akun/email", methods=["GET", "POST"])
@allow(PROVED)
@keeps_typed
def email() -> Answer | tuple[str, int]:
    """The new address gets a link; until it is opened the old one stays."""
    form = EmailForm()
    if form.validate_on_submit():
        limits.limit("email_change", current_user.person_id)
        limits.limit("mail_account", form.email.data)
        try:
            own_account.ask_for_new_email(current_user.visitor, form.email.data)
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect(url_for("account.letter_sent", untuk="email"))
    return render_template("account/email.html", form=form), 422 if form.is_submitted() else 200


@bp.route("/akun/sandi", methods=["GET", "POST"])
@allow(SIGNED_IN)
@keeps_typed
def password() -> Answer | tuple[str, int]:
    """The old password proves who asks; every other device is signed out."""
    form = PasswordForm()
    if form.validate_on_submit():
        limits.limit("sign_in_account", current_user.email)
        try:
            token = own_account.change_password(
                current_user.visitor, form.old.data, form.new.data, now=clock.now()
            )
        except Invalid as error:
            form.refuse(error)
        else:
            cookies.let_in(token)
            return redirect(url_for("account.home", sudah="sandi"))
    return render_template("account/password.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/akun/perangkat")
@allow(SIGNED_IN)
def devices() -> str:
    """Where one is signed in."""
    return render_template(
        "account/devices.html",
        devices=_devices(),
        this=current_user.session_code,
        said=SAID.get(request.args.get("sudah", "")),
    )


@bp.post("/akun/perangkat/<code>/keluarkan")
@allow(SIGNED_IN)
def revoke(code: str) -> Answer:
    """Sign out one device; one's own means going out."""
    if code == current_user.session_code:
        signing_in.sign_out(current_user.token)
        cookies.forget()
        return redirect(url_for("account.signed_out"))
    with transaction():
        sessions.end_one(current_user.person_id, code)
    return redirect(url_for("account.devices", sudah="perangkat"))


@bp.post("/akun/perangkat/keluarkan-lain")
@allow(SIGNED_IN)
def revoke_others() -> Answer:
    """Sign out every other device."""
    with transaction():
        sessions.end_all(current_user.person_id, but=current_user.session_id)
    return redirect(url_for("account.devices", sudah="perangkat"))


@bp.route("/tampilan", methods=["GET", "POST"])
@allow(EVERYONE)
@keeps_typed
def display() -> Answer | tuple[str, int]:
    """Large print, for this browser and, when signed in, for the account."""
    form = TypeForm(size=request.cookies.get("huruf", "biasa"))
    if form.validate_on_submit():
        big = form.size.data == "besar"
        if current_user.is_authenticated:
            with transaction():
                people.set_big_type(current_user.person_id, big)
        way_on = url_for("account.home", sudah="tampilan")
        if not current_user.is_authenticated:
            way_on = cookies.way_on("/")
        return cookies.set_big_type(make_response(redirect(way_on)), big)
    return render_template("account/display.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/akun/data")
@allow(SIGNED_IN)
def data() -> str:
    """What we may do, what we keep, and how to take it along or have it removed."""
    return render_template(
        "account/data.html",
        standing=consents.standing_of(person_id=current_user.person_id, email=current_user.email),
        said=SAID.get(request.args.get("sudah", "")),
    )


@bp.post("/akun/data/setuju")
@allow(SIGNED_IN)
def agree() -> Answer:
    """A yes to the words beside the button."""
    channel = _channel()
    with transaction():
        consents.give(
            channel,
            email=current_user.email,
            person_id=current_user.person_id,
            page="/akun/data",
            now=clock.now(),
        )
    return redirect(url_for("account.data", sudah="setuju"))


@bp.post("/akun/data/berhenti")
@allow(SIGNED_IN)
def withdraw() -> Answer:
    """One press takes a yes back; nothing is asked."""
    channel = _channel()
    with transaction():
        consents.withdraw(
            channel,
            email=current_user.email,
            person_id=current_user.person_id,
            by=current_user.person_id,
            now=clock.now(),
        )
    return redirect(url_for("account.data", sudah="berhenti"))


def _channel() -> str:
    """What the button that was pressed is about."""
    channel = request.form.get("untuk", "")
    if channel not in consents.PURPOSES:
        raise NotFound()
    return channel


@bp.post("/akun/data/unduh")
@allow(PROVED)
def download() -> Response:
    """Everything we keep about the person, as one file."""
    limits.limit("export", current_user.person_id)
    body = {
        "dibuat": formats.long_date(clock.now()),
        "data": own_data.gather(current_user.person_id),
    }
    response = make_response(json.dumps(body, ensure_ascii=False, indent=1, default=str))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="data-saya.json"'
    return response


@bp.route("/akun/hapus", methods=["GET", "POST"])
@allow(PROVED)
@keeps_typed
def erase() -> Answer | tuple[str, int]:
    """Asked once more, with what goes and what must stay."""
    form = Form()
    if form.validate_on_submit():
        try:
            own_account.erase(current_user.visitor, now=clock.now())
        except Conflict as error:
            form.form_errors.append(sentence(error))
            return render_template("account/erase.html", form=form), 409
        cookies.forget()
        return redirect(url_for("account.signed_out", akun="dihapus"))
    return render_template("account/erase.html", form=form), 422 if form.is_submitted() else 200


def _devices() -> list[sessions.Device]:
    return sessions.devices_of(current_user.person_id, current_user.role, now=clock.now())
