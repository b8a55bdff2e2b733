"""The dinas looks at the first products of new shops, and at what those change in them later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from marketplace.catalog import changes, questions, review, sheets
from marketplace.catalog.product_rules import REVIEWED_FIRST
from marketplace.catalog.sheets import Sheet
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.work import transaction
from marketplace.web.access import STAFF, allow
from marketplace.web.forms import Form, LongText, keeps_typed
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp

PARTS = {
    "name": "Nama",
    "category": "Jenis",
    "description": "Cerita",
    "answers": "Keterangan",
    "choices": "Pilihan",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DECIDED = {
    ProductState.LIVE: "sudah diloloskan",
    ProductState.RETURNED: "sudah dikembalikan ke perajin",
    ProductState.HIDDEN: "sedang disembunyikan perajin",
    ProductState.REMOVED: "sudah dihapus perajin",
    ProductState.DRAFT: "masih disusun perajin",
}


class VerdictForm(Form):
    """A product goes back only with a reason its maker can act on."""

    reason = LongText(
        "Apa yang perlu diperbaiki?",
        longest=500,
        shortest=10,
        missing="Isi alasannya, supaya perajin tahu apa yang diperbaiki.",
    )


@bp.get("/dinas/produk")
@allow(STAFF)
def products() -> str:
    """What waits for the dinas, the longest waiting first; what was changed on the first page."""
    after = _after()
    rows, last = review.queue(after)
    return render_template(
        "staff/products.html",
        nav="produk",
        rows=rows,
        changed=review.changed() if after is None else [],
        now=clock.now(),
        more_url=url_for("staff.products", sesudah=_place(last)) if last else None,
    )


@bp.get("/dinas/produk/<code>")
@allow(STAFF)
def product(code: str) -> str:
    """One product with everything that is judged."""
    return _page(_sent_in(code), VerdictForm(formdata=None))


@bp.post("/dinas/produk/<code>/loloskan")
@allow(STAFF)
def approve(code: str) -> Response | tuple[str, int]:
    """Let the product pass, or what was changed in it, as it was looked at."""
    try:
        with transaction():
            new = review.approve(code, seen=_seen(), by=current_user.person_id, now=clock.now())
    except Conflict as moved:
        return _page(_sent_in(code), VerdictForm(formdata=None), moved), 409
    return _next(
        "Produk diloloskan. Perajin kami kabari." if new else "Perubahan tercatat sudah dilihat."
    )


@bp.post("/dinas/produk/<code>/kembalikan")
@allow(STAFF)
@keeps_typed
def send_back(code: str) -> Response | tuple[str, int]:
    """Give the product back with a reason."""
    form = VerdictForm()
    if not form.validate_on_submit():
        return _page(_sent_in(code), form), 422
    try:
        with transaction():
            review.send_back(
                code,
                seen=_seen(),
                reason=form.reason.data or "",
                by=current_user.person_id,
                now=clock.now(),
            )
    except Conflict as moved:
        return _page(_sent_in(code), form, moved), 409
    return _next("Produk dikembalikan. Perajin kami kabari alasannya.")


def _page(sheet: Sheet, form: VerdictForm, moved: Conflict | None = None) -> str:
    asked = questions.of_category(sheet.category_id)
    approved = review.approved_count(sheet.ikm_id)
    differing = changes.differences(sheet) if sheet.changed_since else []
    return render_template(
        "staff/product.html",
        nav="produk",
        sheet=sheet,
        form=form,
        moved=sentence(moved) if moved else None,
        waiting=sheet.waits,
        differing=_differing(differing),
        new_photos=_new_photos(differing),
        decided=DECIDED.get(sheet.state, ""),
        seen=sheet.content_sign(),
        answers=[
            (question.label, question.words(sheet.attributes[question.code]))
            for question in asked
            if question.code in sheet.attributes
        ],
        checks=_checks(sheet),
        approved=approved,
        needed=REVIEWED_FIRST,
    )


def _differing(found: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """What was let pass beside what stands on the market now; photos are counted, and shown."""
    rows = []
    for part, before, now in found:
        if part == "photos":
            old, new = set(before.split()), set(now.split())
            rows.append(
                ("Foto", f"{len(old)} foto", f"{len(new - old)} baru, {len(old - new)} dihapus")
            )
        else:
            rows.append((PARTS[part], before or "Kosong", now or "Kosong"))
    return rows


def _new_photos(found: list[tuple[str, str, str]]) -> set[str]:
    return next(
        (set(now.split()) - set(before.split()) for part, before, now in found if part == "photos"),
        set(),
    )


def _checks(sheet: Sheet) -> list[tuple[bool, str]]:
    """What can be told without a person's eye."""
    ready = [photo for photo in sheet.photos if photo.ready]
    small = [photo for photo in ready if min(photo.width, photo.height) < 800]
    return [
        (
            not small,
            "Semua foto cukup besar."
            if not small
            else f"{len(small)} foto kurang dari 800 titik; bisa pecah bila dibesarkan.",
        ),
        (
            len(ready) > 1,
            f"{len(ready)} foto." if len(ready) > 1 else "Baru 1 foto. Sarankan tambah satu lagi.",
        ),
        (
            len(sheet.description) >= 40,
            "Ada cerita produk."
            if len(sheet.description) >= 40
            else "Cerita produk kosong atau sangat pendek.",
        ),
        (
            all(photo.alt for photo in ready),
            "Setiap foto punya keterangan untuk tunanetra."
            if all(photo.alt for photo in ready)
            else "Ada foto tanpa keterangan.",
        ),
    ]


def _sent_in(code: str) -> Sheet:
    """A product that its maker has sent in at least once."""
    sheet = sheets.of_any(code)
    if sheet.submitted_at is None:
        raise NotFound()
    return sheet


def _seen() -> str:
    return request.form.get("version", "")[:40]


def _after() -> tuple[datetime, int] | None:
    """Behind which product the page begins: microseconds and id, as the link wrote them."""
    text = request.args.get("sesudah", "")
    if not text:
        return None
    moment, _, id = text.partition("-")
    if not (text.isascii() and moment.isdigit() and id.isdigit() and len(text) < 40):
        abort(404)
    try:
        return EPOCH + int(moment) * MICROSECOND, min(int(id), 2**62)
    except OverflowError:
        abort(404)


def _place(row: Any) -> str:
    return f"{(row.since - EPOCH) // MICROSECOND}-{row.id}"


def _next(words: str) -> Response:
    flash(words, "status")
    return redirect(url_for("staff.products"), 303)  # type: ignore[return-value]
