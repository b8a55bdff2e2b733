"""Signing up, and every page that a mailed link opens."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, session, url_for
from werkzeug.wrappers import Response as Answer

from marketplace.accounts import mailed_links, passwords
from marketplace.accounts.mailed_links import Purpose
from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid
from marketplace.flows import joining, own_account
from marketplace.web import limits
from marketplace.web.access import EVERYONE, LINK, allow, cart_token
from marketplace.web.account import bp, cookies
from marketplace.web.forms import Email, Form, Password, PersonName, keeps_typed
from marketplace.web.sentences import sentence


class SignUpForm(Form):
    name = PersonName("Nama lengkap")
    email = Email()
    password = Password(shortest=passwords.SHORTEST)


class AskForm(Form):
    email = Email()


class NewPasswordForm(Form):
    password = Password("Kata sandi baru", shortest=passwords.SHORTEST)


class ConfirmForm(Form):
    password = Password()


@bp.route("/daftar", methods=["GET", "POST"])
@allow(EVERYONE)
@keeps_typed
def sign_up() -> Answer | tuple[str, int]:
    """Name, e-mail, password; the answer is the same for a known address."""
    form = SignUpForm()
    if form.validate_on_submit():
        name, email, password = form.name.data, form.email.data, form.password.data
        try:
            passwords.must_be_strong(password, about=(name, email.partition("@")[0]))
            limits.limit("sign_up", limits.address())
            _count_letter(email)
            joining.sign_up(name, email, password, now=clock.now())
        except Invalid as error:
            form.refuse(error)
        else:
            # the letter may be read on this very phone: then the way goes on where it began
            session["lanjut"] = cookies.way_on("")
            return redirect(url_for("account.letter_sent", untuk="daftar"))
    page = render_template("account/sign_up.html", form=form, way_on=cookies.way_on(""))
    return page, 422 if form.is_submitted() else 200


@bp.route("/lupa-sandi", methods=["GET", "POST"])
@allow(EVERYONE)
@keeps_typed
def forgot() -> Answer | tuple[str, int]:
    """A link to set a new password; the answer is the same for an unknown address."""
    form = AskForm()
    if form.validate_on_submit():
        _count_letter(form.email.data)
        joining.ask_for_link(form.email.data)
        return redirect(url_for("account.letter_sent", untuk="sandi"))
    return render_template("account/forgot.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/periksa-email")
@allow(EVERYONE)
def letter_sent() -> str:
    """Look into the mailbox; never says whether the address was known."""
    return render_template("account/letter_sent.html")


@bp.route("/verifikasi/<token>", methods=["GET", "POST"])
@allow(LINK)
@keeps_typed
def verify(token: str) -> Answer | tuple[str, int]:
    """Confirm an address: opening the link changes nothing, so mail scanners do not use it up."""
    link = mailed_links.look(token, Purpose.VERIFY, Purpose.NEW_EMAIL, now=clock.now())
    if link is None:
        return _link_over("account.sign_up")
    return _move(token, link) if link.purpose is Purpose.NEW_EMAIL else _confirm(token, link)


@bp.route("/sandi-baru/<token>", methods=["GET", "POST"])
@allow(LINK)
@keeps_typed
def new_password(token: str) -> Answer | tuple[str, int]:
    """Set a new password by a mailed link, then sign in with it."""
    link = mailed_links.look(token, Purpose.RESET, now=clock.now())
    if link is None:
        return _link_over("account.forgot")
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            joining.reset_password(token, form.password.data, now=clock.now())
        except Invalid as error:
            if error.code == "link_over":
                return _link_over("account.forgot")
            form.refuse(error)
        else:
            cookies.forget()
            return _quiet(make_response(render_template("account/password_set.html")))
    page = render_template("account/new_password.html", form=form, email=link.email)
    return _quiet(make_response(page, 422 if form.is_submitted() else 200))


def _confirm(token: str, link: mailed_links.Link) -> Answer:
    """A new account: link and password together let the device in."""
    form = ConfirmForm()
    if form.validate_on_submit():
        where = limits.address()
        limits.limit("sign_in_address", where)
        limits.limit("sign_in_account", link.email)
        try:
            session_token, person_code = joining.confirm_email(
                token,
                form.password.data,
                device=cookies.device_words(),
                address=where,
                cart_token=cart_token(),
                now=clock.now(),
            )
        except Invalid as error:
            form.refuse(error)
        else:
            way = session.get("lanjut")
            cookies.let_in(session_token)
            answer = redirect(way or url_for("account.home", baru=1))
            return cookies.remember_device(make_response(answer), person_code)
    page = render_template("account/verify.html", form=form, email=link.email)
    return _quiet(make_response(page, 422 if form.is_submitted() else 200))


def _move(token: str, link: mailed_links.Link) -> Answer:
    """Another address for an account: one press, from whichever device reads the mail."""
    form = Form()
    if form.validate_on_submit():
        try:
            own_account.confirm_new_email(token, now=clock.now())
        except (Invalid, Conflict) as error:
            form.form_errors.append(sentence(error))
        else:
            return _quiet(make_response(render_template("account/email_moved.html")))
    page = render_template("account/move_email.html", form=form, email=link.email)
    return _quiet(make_response(page, 422 if form.is_submitted() else 200))


def _count_letter(email: str) -> None:
    """Nobody's mailbox is flooded, known or not."""
    limits.limit("mail_address", limits.address())
    limits.limit("mail_account", email)


def _link_over(again: str) -> Response:
    return _quiet(
        make_response(render_template("account/link_over.html", again=url_for(again)), 410)
    )


def _quiet(response: Response) -> Response:
    """A page whose address holds a secret tells it to no other page."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
