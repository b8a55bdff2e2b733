"""Signing in, signing out, and typing the password once more."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.accounts import people
from marketplace.core import clock
from marketplace.core.errors import Invalid
from marketplace.flows import signing_in
from marketplace.web import limits
from marketplace.web.access import EVERYONE, HALF_IN, SIGNED_IN, allow, cart_token, waiting
from marketplace.web.account import bp, cookies
from marketplace.web.forms import Email, Form, Password, keeps_typed


class SignInForm(Form):
    email = Email()
    password = Password()


class ProveForm(Form):
    password = Password()


@bp.route("/masuk", methods=["GET", "POST"])
@allow(EVERYONE)
@keeps_typed
def sign_in() -> Answer | str | tuple[str, int]:
    """E-mail and password; whoever is in already goes on."""
    way_on = cookies.way_on(url_for("account.home"))
    if current_user.is_authenticated:
        return redirect(way_on)
    form = SignInForm()
    if form.validate_on_submit():
        email, where = form.email.data, limits.address()
        _count_try(email, where)
        try:
            entered = _enter(email, form.password.data, where)
        except Invalid as error:
            form.refuse(error)
        else:
            limits.forgive("sign_in_pair", where, email)
            limits.forgive("sign_in_account", email)
            return _welcome(entered, way_on)
    page = render_template("account/sign_in.html", form=form, way_on=cookies.way_on(""))
    return page, 422 if form.is_submitted() else 200


@bp.post("/keluar")
@allow(HALF_IN)
def sign_out() -> Answer:
    """End the session on the server, then in the browser."""
    person = waiting() or current_user
    signing_in.sign_out(person.token)
    cookies.forget()
    return redirect(url_for("account.signed_out"))


@bp.get("/keluar/sudah")
@allow(EVERYONE)
def signed_out() -> str:
    """What was typed on this device is forgotten too."""
    return render_template("account/signed_out.html")


@bp.route("/akun/buktikan", methods=["GET", "POST"])
@allow(SIGNED_IN)
@keeps_typed
def prove() -> Answer | tuple[str, int]:
    """The password once more, before something that matters."""
    form = ProveForm()
    if form.validate_on_submit():
        limits.limit("sign_in_account", current_user.email)
        try:
            token = signing_in.prove(current_user.visitor, form.password.data, now=clock.now())
        except Invalid as error:
            form.refuse(error)
        else:
            limits.forgive("sign_in_account", current_user.email)
            cookies.let_in(token)
            return redirect(cookies.way_on(url_for("account.home")))
    page = render_template("account/prove.html", form=form, way_on=cookies.way_on(""))
    return page, 422 if form.is_submitted() else 200


def _count_try(email: str, where: str) -> None:
    limits.limit("sign_in_everywhere")
    limits.limit("sign_in_address", where)
    limits.limit("sign_in_pair", where, email)
    limits.limit("sign_in_account", email)


def _enter(email: str, password: str, where: str) -> signing_in.Entered:
    known = people.find_by_email(email)
    return signing_in.sign_in(
        email,
        password,
        device=cookies.device_words(),
        address=where,
        cart_token=cart_token(),
        known_device=known is not None and cookies.is_known_device(known.code),
        now=clock.now(),
    )


def _welcome(entered: signing_in.Entered, way_on: str) -> Response:
    cookies.let_in(entered.token, keep_cart=entered.needs_code)
    if entered.needs_code:
        way_on = url_for("account.second_factor", lanjut=way_on)
    response = cookies.remember_device(make_response(redirect(way_on)), entered.person_code)
    return cookies.set_big_type(response, True) if entered.big_type else response
