"""The code of an authenticator: showing it, setting it up, and doing without."""

from __future__ import annotations

import base64
import io

import segno
from flask import current_app, redirect, render_template, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.accounts import sealing, second_factor
from marketplace.accounts.sessions import Visitor
from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid
from marketplace.flows import own_account, signing_in
from marketplace.web import limits
from marketplace.web.access import HALF_IN, PROVED, SIGNED_IN, allow, cart_token, waiting
from marketplace.web.account import bp, cookies
from marketplace.web.forms import Form, Text, keeps_typed

PURPOSE = "totp being set up"
CODE_INPUT = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(Form):
    code = Text("Kode masuk", longest=40, render_kw=CODE_INPUT, missing="Isi kode masuk.")


class SetUpForm(Form):
    code = Text("Kode dari aplikasi", longest=10, render_kw={**CODE_INPUT, "inputmode": "numeric"})


@bp.route("/akun/kode", endpoint="second_factor", methods=["GET", "POST"])
@allow(HALF_IN)
@keeps_typed
def second_factor_code() -> Answer | tuple[str, int]:
    """The second half of signing in; staff without a code are led to setting one up."""
    person = waiting()
    way_on = cookies.way_on(url_for("account.home"))
    if person is None:
        if current_user.has_second_factor:
            return redirect(way_on)
        return redirect(url_for("account.set_up_second_factor", lanjut=cookies.way_on("")))
    form = CodeForm()
    if form.validate_on_submit():
        limits.limit("second_factor", person.person_id)
        try:
            token = signing_in.open_with_code(
                person.visitor, form.code.data, cart_token=cart_token(), now=clock.now()
            )
        except Invalid as error:
            form.refuse(error)
        else:
            limits.forgive("second_factor", person.person_id)
            cookies.let_in(token)
            return redirect(way_on)
    page = render_template(
        "account/code.html",
        form=form,
        name=person.name,
        demo_code=_demo_code(person.visitor),
        way_on=cookies.way_on(""),
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/akun/kode/kelola")
@allow(SIGNED_IN)
def manage_second_factor() -> str:
    """Whether it is on, how many spare codes are left, and what can be done."""
    return render_template(
        "account/second_factor.html",
        is_on=current_user.has_second_factor,
        must=current_user.is_staff,
        left=second_factor.spare_codes_left(current_user.person_id),
    )


@bp.route("/akun/kode/pasang", methods=["GET", "POST"])
@allow(PROVED)
@keeps_typed
def set_up_second_factor() -> Answer | str | tuple[str, int]:
    """Scan the square, type the first code, keep ten spare codes."""
    if current_user.has_second_factor:
        return redirect(url_for("account.manage_second_factor"))
    form = SetUpForm()
    secret = _kept_secret()
    if form.validate_on_submit():
        limits.limit("second_factor", current_user.person_id)
        try:
            token, codes = own_account.set_up_second_factor(
                current_user.visitor, secret, form.code.data, now=clock.now()
            )
        except Invalid as error:
            form.refuse(error)
        else:
            way_on = cookies.way_on(url_for("account.home"))
            cookies.let_in(token)
            return render_template("account/spare_codes.html", codes=codes, way_on=way_on)
    page = render_template(
        "account/set_up_code.html",
        form=form,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        picture=_picture(second_factor.address(secret, current_user.email)),
        must=current_user.is_staff,
        way_on=cookies.way_on(""),
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/akun/kode/cadangan")
@allow(PROVED)
def renew_spare_codes() -> Answer | str:
    """Ten new spare codes, shown once."""
    if not current_user.has_second_factor:
        return redirect(url_for("account.manage_second_factor"))
    codes = own_account.renew_spare_codes(current_user.visitor, now=clock.now())
    return render_template(
        "account/spare_codes.html", codes=codes, way_on=url_for("account.manage_second_factor")
    )


@bp.route("/akun/kode/matikan", methods=["GET", "POST"])
@allow(PROVED)
@keeps_typed
def switch_off_second_factor() -> Answer | tuple[str, int]:
    """Asked once more; staff cannot."""
    if current_user.is_staff:
        raise Conflict("second_factor_needed")
    form = Form()
    if form.validate_on_submit():
        own_account.switch_off_second_factor(current_user.visitor, now=clock.now())
        return redirect(url_for("account.manage_second_factor"))
    return render_template("account/switch_off_code.html"), 422 if form.is_submitted() else 200


def _kept_secret() -> str:
    """The secret on the square, sealed in the cookie until its first code is typed."""
    kept = session.get("totp")
    purpose = f"{PURPOSE}:{current_user.code}"
    if kept:
        try:
            return sealing.unseal(base64.b64decode(kept), purpose=purpose).decode()
        except (sealing.CannotOpen, ValueError):
            pass  # another person's, or from before the keys changed: begin anew
    secret = second_factor.new_secret()
    session["totp"] = base64.b64encode(sealing.seal(secret.encode(), purpose=purpose)).decode()
    return secret


def _picture(words: str) -> str:
    """The square as a picture's address; SVG, so that it stays sharp."""
    out = io.BytesIO()
    segno.make(words, error="m").save(
        out, kind="svg", border=4, dark="#22140A", light="#FFFFFF", xmldecl=False
    )
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()


def _demo_code(visitor: Visitor) -> str | None:
    """In the demo market the accounts at .test show their code, so that a visitor can come in."""
    if not (current_app.config["HOUSE"].demo and visitor.email.endswith(".test")):
        return None
    return second_factor.code_of(visitor.person_id, now=clock.now())
