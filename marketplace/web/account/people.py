"""The administrator's page about people: who works here, and who may no longer come in."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.accounts import people
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.work import transaction
from marketplace.flows import team
from marketplace.makers import members
from marketplace.web.access import ADMIN, ADMIN_PROVED, allow
from marketplace.web.account import bp
from marketplace.web.forms import Email, Form, LongText, OneOf, keeps_typed
from marketplace.web.sentences import sentence

ROLE_WORDS = {
    Role.RESIDENT: "Warga",
    Role.STAFF: "Petugas dinas",
    Role.ADMIN: "Admin",
}
SAID = {
    "peran": "Peran sudah diganti. Orangnya perlu masuk lagi.",
    "tutup": "Akun sudah ditutup dan semua perangkatnya dikeluarkan.",
}


class FindForm(Form):
    email = Email()


class RoleForm(Form):
    role = OneOf("Peran", choices=[(role.value, words) for role, words in ROLE_WORDS.items()])


class CloseForm(Form):
    reason = LongText("Alasan", longest=300, shortest=5)


@bp.route("/dinas/orang", methods=["GET", "POST"])
@allow(ADMIN)
@keeps_typed
def find_person() -> Answer | tuple[str, int]:
    """By e-mail, sent as a form so that no address stands in a log; below, who works here."""
    form = FindForm()
    if form.validate_on_submit():
        found = people.find_by_email(form.email.data)
        if found is not None:
            return redirect(url_for("account.person", code=found.code))
        form.email.errors = ["Tidak ada akun dengan alamat ini."]
    page = render_template(
        "account/people.html", form=form, team=people.team(), role_words=ROLE_WORDS
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/dinas/orang/<code>")
@allow(ADMIN)
def person(code: str) -> str:
    """One person: role, shops, and what may be done."""
    return _page(_known(code), RoleForm(), CloseForm())[0]


@bp.post("/dinas/orang/<code>/peran")
@allow(ADMIN_PROVED)
@keeps_typed
def change_role(code: str) -> Answer | tuple[str, int]:
    """Another role; it counts from the next request on."""
    known, form = _known(code), RoleForm()
    if form.validate_on_submit():
        try:
            with transaction():
                _not_oneself(known)
                people.set_role(
                    known.id, Role(form.role.data), by=current_user.person_id, now=clock.now()
                )
        except Conflict as error:
            form.role.errors = [sentence(error)]
            return _page(known, form, CloseForm(formdata=None), 409)
        return redirect(url_for("account.person", code=code, sudah="peran"))
    return _page(known, form, CloseForm(formdata=None), 422)


@bp.post("/dinas/orang/<code>/tutup")
@allow(ADMIN_PROVED)
@keeps_typed
def close_person(code: str) -> Answer | tuple[str, int]:
    """Shut an account with a reason; its sessions end at once."""
    known, form = _known(code), CloseForm()
    if form.validate_on_submit():
        try:
            _not_oneself(known)
            team.close(
                known.id, by=current_user.person_id, reason=form.reason.data, now=clock.now()
            )
        except Conflict as error:
            form.reason.errors = [sentence(error)]
            return _page(known, RoleForm(formdata=None), form, 409)
        return redirect(url_for("account.person", code=code, sudah="tutup"))
    return _page(known, RoleForm(formdata=None), form, 422)


def _known(code: str) -> people.Known:
    known = people.find_by_code(code)
    if known is None:
        raise NotFound()
    return known


def _not_oneself(known: people.Known) -> None:
    if known.id == current_user.person_id:
        raise Conflict("not_oneself")


def _page(
    known: people.Known, role_form: RoleForm, close_form: CloseForm, status: int = 200
) -> tuple[str, int]:
    if not role_form.is_submitted() or role_form.role.data is None:
        role_form.role.data = known.role.value
    page = render_template(
        "account/person.html",
        person=known,
        role_words=ROLE_WORDS,
        shops=members.shops_of(known.id),
        role_form=role_form,
        close_form=close_form,
        is_me=known.id == current_user.person_id,
        said=SAID.get(request.args.get("sudah", "")),
    )
    return page, status
