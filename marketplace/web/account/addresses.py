"""The addresses of a person: where parcels go."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.accounts import addresses
from marketplace.core import clock, regions
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.web.access import SIGNED_IN, allow
from marketplace.web.account import bp
from marketplace.web.account.home import SAID
from marketplace.web.forms import (
    Form,
    LongText,
    PersonName,
    Phone,
    Text,
    Tick,
    Village,
    keeps_typed,
)
from marketplace.web.sentences import sentence

MOST_FOUND = 12


class AddressForm(Form):
    recipient = PersonName("Nama penerima")
    phone = Phone("Nomor HP penerima")
    village_code = Village()
    line = LongText(
        "Alamat, RT/RW, patokan", longest=300, shortest=5, missing="Isi alamat, RT/RW, patokan."
    )
    usual = Tick("Jadikan alamat utama")


class PlaceSearch(Form):
    """What is typed to find a village; asks with GET, so it carries no token."""

    class Meta:
        csrf = False

    q = Text("Kalurahan, desa, atau kecamatan", longest=80)


@bp.get("/akun/alamat")
@allow(SIGNED_IN)
def my_addresses() -> str:
    """The usual one first."""
    return render_template(
        "account/addresses.html",
        addresses=addresses.list_of(current_user.person_id),
        said=SAID.get(request.args.get("sudah", "")),
    )


@bp.get("/akun/alamat/tempat")
@allow(SIGNED_IN)
def choose_village() -> str:
    """Find the village by typing, or go down the lists from the province."""
    search = PlaceSearch(request.args)
    typed = search.q.data if request.args.get("q") and search.validate() else ""
    found, hint = _found(typed), ""
    if typed and not found:
        hint = f'Tidak ada "{typed}". Periksa ejaannya, atau pilih dari daftar.'
    inside = request.args.get("di", "")
    path = regions.path(inside) if inside else []
    return render_template(
        "account/choose_village.html",
        search=search,
        found=found,
        hint=hint,
        path=path,
        places=regions.children(inside) if path else regions.provinces(),
        address_id=_address_id(),
    )


@bp.route("/akun/alamat/baru", methods=["GET", "POST"])
@allow(SIGNED_IN)
@keeps_typed
def new_address() -> Answer | tuple[str, int]:
    """A new address: the village is chosen first, then the rest."""
    form = _form(village_code=request.args.get("desa", ""), recipient=current_user.name)
    if request.method == "GET" and not _place(form):
        return redirect(url_for("account.choose_village"))
    if form.validate_on_submit():
        try:
            with transaction():
                addresses.remember(current_user.person_id, now=clock.now(), **form.typed())
        except Conflict as error:
            form.form_errors.append(sentence(error))
        else:
            return redirect(url_for("account.my_addresses", sudah="alamat"))
    return _page(form, None)


@bp.route("/akun/alamat/<int:address_id>", methods=["GET", "POST"])
@allow(SIGNED_IN)
@keeps_typed
def change_address(address_id: int) -> Answer | tuple[str, int]:
    """One of one's own; another's is the same 404 as none."""
    home = addresses.mine(current_user.person_id, address_id)
    form = _form(
        recipient=home.recipient,
        phone=home.phone,
        village_code=request.args.get("desa") or home.village_code,
        line=home.line,
        usual=home.is_usual,
    )
    if form.validate_on_submit():
        typed = form.typed()
        usual = typed.pop("usual")
        with transaction():
            addresses.change(current_user.person_id, address_id, **typed)
            if usual:
                addresses.make_usual(current_user.person_id, address_id)
        return redirect(url_for("account.my_addresses", sudah="alamat"))
    return _page(form, address_id)


@bp.route("/akun/alamat/<int:address_id>/hapus", methods=["GET", "POST"])
@allow(SIGNED_IN)
@keeps_typed
def drop_address(address_id: int) -> Answer | tuple[str, int]:
    """Asked once more; orders that were sent there keep it."""
    home = addresses.mine(current_user.person_id, address_id)
    form = Form()
    if form.validate_on_submit():
        with transaction():
            addresses.forget(current_user.person_id, address_id)
        return redirect(url_for("account.my_addresses", sudah="hapus-alamat"))
    page = render_template("account/drop_address.html", home=home)
    return page, 422 if form.is_submitted() else 200


def _form(**known: Any) -> AddressForm:
    return AddressForm(**known)


def _place(form: AddressForm) -> str:
    """The chosen village in words, or nothing."""
    code = form.village_code.data or ""
    place = form.village_code.place or regions.place(code)
    return place.full_name if place and place.level == regions.VILLAGE else ""


def _page(form: AddressForm, address_id: int | None) -> tuple[str, int]:
    page = render_template(
        "account/address.html", form=form, place=_place(form), address_id=address_id
    )
    return page, 422 if form.is_submitted() else 200


def _found(typed: str) -> list[regions.Place]:
    return regions.find(typed, MOST_FOUND) if typed else []


def _address_id() -> int | None:
    """Which address the village is chosen for; none for a new one."""
    given = request.args.get("untuk", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
