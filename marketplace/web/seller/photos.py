"""The photos of a product: sent from the phone, ordered, taken away and brought back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from marketplace.catalog import changes, drafts, products, sheets
from marketplace.catalog.sheets import Sheet
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.errors import Invalid, MarketError, NotFound
from marketplace.core.work import transaction
from marketplace.flows import photo_work
from marketplace.photos import photos as album
from marketplace.photos.rules import MOST_PER_PRODUCT
from marketplace.web import uploads
from marketplace.web.access import SHOP, allow
from marketplace.web.errors import STATUS
from marketplace.web.forms import Form, keeps_typed
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import next_url, page, product_url, say
from marketplace.web.sentences import SENTENCES, sentence

LEAST_HELPFUL = ("outside_failed", "too_many")  # these decide the status when several went wrong


class PhotoForm(Form):
    """Only the token: files are judged by what is in them."""


@bp.get("/toko-saya/<shop>/produk/baru")
@allow(SHOP)
def new_product(shop: str) -> str:
    """The first page of a product: its photo."""
    return _page(None, PhotoForm(formdata=None))


@bp.post("/toko-saya/<shop>/produk/baru")
@allow(SHOP)
@keeps_typed
def start_product(shop: str) -> Response | tuple[str, int]:
    """Begin a product with its photos, or without when the maker wants to write first."""
    files, form, refused = _received()
    if refused is not None:
        return _page(None, form, refused), _status(refused)
    if not files and "tanpa_foto" not in request.form:
        refused = [(None, Invalid("photo_missing"))]
        return _page(None, form, refused), 422
    with transaction():
        code = drafts.start(g.shop.ikm_id, now=clock.now()).code
    return _take_in(_sheet(code), files, form)


@bp.get("/toko-saya/<shop>/produk/<code>/foto")
@allow(SHOP)
def photos(shop: str, code: str) -> str:
    """The photos of a product, the main one first."""
    return _page(_sheet(code), PhotoForm(formdata=None))


@bp.post("/toko-saya/<shop>/produk/<code>/foto")
@allow(SHOP)
@keeps_typed
def send_photos(shop: str, code: str) -> Response | tuple[str, int]:
    """Take in one or more photos; what is wrong with one does not touch the others."""
    files, form, refused = _received()
    sheet = _sheet(code)
    if refused is None and not files:
        refused = [(None, Invalid("photo_missing"))]
    if refused is not None:
        return _page(sheet, form, refused), _status(refused)
    return _take_in(sheet, files, form)


@bp.post("/toko-saya/<shop>/produk/<code>/foto/<photo>/ulang")
@allow(SHOP)
@keeps_typed
def retake_photo(shop: str, code: str, photo: str) -> Response | tuple[str, int]:
    """Send a photo again, in the place of one that failed or did not please."""
    files, form, refused = _received()
    sheet = _sheet(code)
    if photo not in {shown.code for shown in sheet.photos}:
        raise NotFound()
    if refused is None and not files:
        refused = [(None, Invalid("photo_missing"))]
    if refused is not None:
        return _page(sheet, form, refused), _status(refused)
    return _take_in(sheet, files[:1], form, replaces=photo)


@bp.post("/toko-saya/<shop>/produk/<code>/foto/<photo>/utama")
@allow(SHOP)
def main_photo(shop: str, code: str, photo: str) -> Response:
    """Put this photo first, on the card and on the page."""
    _change(code, lambda sheet: album.make_cover(sheet.id, photo))
    say("Foto utama sudah diganti.")
    return _back(code)


@bp.post("/toko-saya/<shop>/produk/<code>/foto/<photo>/hapus")
@allow(SHOP)
def remove_photo(shop: str, code: str, photo: str) -> Response:
    """Take a photo away; it may come back within a day."""
    ready = photo in {shown.code for shown in _sheet(code).photos if shown.ready}
    _change(code, lambda sheet: album.remove(sheet.id, photo, now=clock.now()))
    undo = url_for("seller.restore_photo", shop=shop, code=code, photo=photo) if ready else None
    say("Foto dihapus.", undo=undo)
    return _back(code)


@bp.post("/toko-saya/<shop>/produk/<code>/foto/<photo>/kembalikan")
@allow(SHOP)
def restore_photo(shop: str, code: str, photo: str) -> Response:
    """Bring back a photo that was taken away."""
    _change(code, lambda sheet: album.restore(sheet.id, photo))
    say("Foto sudah kembali.")
    return _back(code)


Refused = list[tuple[int | None, MarketError]]  # which of the photos, and why


def _received() -> tuple[list[FileStorage], PhotoForm, Refused | None]:
    """The files of this request, when its size and its token are right."""
    uploads.expect_pictures()
    try:
        files = [file for file in request.files.getlist("foto") if file.filename]
    except RequestEntityTooLarge:
        return [], PhotoForm(formdata=None), [(None, Invalid("photo_too_large", status=413))]
    form = PhotoForm()
    if not form.validate_on_submit():
        return [], form, [(None, Invalid("stale_token", status=400))]
    return files, form, None


def _take_in(
    sheet: Sheet, files: list[FileStorage], form: PhotoForm, *, replaces: str | None = None
) -> Response | tuple[str, int]:
    refused: Refused = []
    if replaces is None and len(sheet.photos) + len(files) > MOST_PER_PRODUCT:
        refused.append((None, Invalid("photo_too_many", most=MOST_PER_PRODUCT)))
        files = files[: max(0, MOST_PER_PRODUCT - len(sheet.photos))]
    for place, file in enumerate(files, start=1):
        try:
            photo_work.take_in(
                file.read(),
                ikm_id=g.shop.ikm_id,
                product_id=sheet.id,
                by=current_user.person_id,
                replaces=replaces,
            )
        except MarketError as error:
            refused.append((place if len(files) > 1 else None, error))
    fresh = _sheet(sheet.code)
    if refused:
        return _page(fresh, form, refused), _status(refused)
    if not files:
        return redirect(next_url(fresh, "foto"), 303)  # type: ignore[return-value]
    say("Foto sudah tersimpan." if len(files) == 1 else f"{len(files)} foto sudah tersimpan.")
    return _back(sheet.code)


def _status(refused: Refused) -> int:
    """The status of the whole answer: the one fault's own, the gravest of several."""
    errors = [error for _, error in refused]
    given = [error.params["status"] for error in errors if "status" in error.params]
    kinds = [error.kind for error in errors]
    worst = next((kind for kind in LEAST_HELPFUL if kind in kinds), kinds[0])
    return int(given[0]) if given else STATUS[worst]


def _page(sheet: Sheet | None, form: PhotoForm, refused: Refused | None = None) -> str:
    faults = [
        f"Foto {place}: {sentence(error)}" if place else sentence(error)
        for place, error in refused or []
    ]
    shop = g.shop.code
    return page(
        "product_photos.html",
        sheet=sheet,
        form=form,
        faults=faults,
        most=MOST_PER_PRODUCT,
        action=product_url(sheet, "foto") if sheet else url_for("seller.new_product", shop=shop),
        onward=_onward(sheet),
        not_stored=SENTENCES["photo_not_stored"],
    )


def _onward(sheet: Sheet | None) -> str | None:
    return next_url(sheet, "foto") if sheet and sheet.photos else None


def _change(code: str, act: Callable[[Sheet], Any]) -> None:
    with transaction():
        product = products.locked(g.shop.ikm_id, code)
        act(sheets.of_shop(g.shop.ikm_id, code))
        changes.show(product.id, clock.now())


def _sheet(code: str) -> Sheet:
    sheet = sheets.of_shop(g.shop.ikm_id, code)
    if sheet.state == ProductState.REMOVED:
        raise NotFound()
    return sheet


def _back(code: str) -> Response:
    return redirect(url_for("seller.photos", shop=g.shop.code, code=code), 303)  # type: ignore[return-value]
