"""The pages of a product's making: one thing a page, each saved by itself, in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, g, redirect, request
from flask_login import current_user

from marketplace.catalog import drafts, prices, sheets
from marketplace.catalog.drafts import Desk
from marketplace.catalog.product_rules import MOST_VARIANTS
from marketplace.catalog.sheets import Sheet
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.work import transaction
from marketplace.web.access import SHOP, allow
from marketplace.web.forms import keeps_typed
from marketplace.web.seller import earnings
from marketplace.web.seller import product_forms as forms
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import STEP_NUMBERS, STEP_WORDS, next_url, page, product_url, say


@dataclass(frozen=True)
class Step:
    """One page: the form it shows, and how what was filled in is saved."""

    template: str
    make: Callable[..., Any]
    save: Callable[[Desk, Sheet, Any], None]


def _save_prices(desk: Desk, sheet: Sheet, form: Any) -> None:
    prices.save_prices(desk, forms.lines(form))


def _save_answers(desk: Desk, sheet: Sheet, form: Any) -> None:
    try:
        drafts.save_answers(desk, forms.answers(form))
    except Invalid as refused:
        field = f"a_{refused.params.get('field', '')}"
        raise Invalid(refused.code, **{**refused.params, "field": field}) from None


def _save_alts(desk: Desk, sheet: Sheet, form: Any) -> None:
    drafts.save_alts(desk, {code: form[f"alt_{code}"].data for code in sheet.alts()})


STEPS = {
    "nama": Step(
        "product_name.html",
        forms.name_form,
        lambda desk, sheet, form: drafts.save_name(desk, form.name.data),
    ),
    "jenis": Step(
        "product_category.html",
        forms.category_form,
        lambda desk, sheet, form: drafts.save_category(desk, int(form.category.data)),
    ),
    "harga": Step("product_price.html", forms.price_form, _save_prices),
    "ukuran": Step(
        "product_measures.html",
        forms.measures_form,
        lambda desk, sheet, form: drafts.save_measures(desk, forms.measures(form, sheet)),
    ),
    "keterangan": Step("product_answers.html", forms.answers_form, _save_answers),
    "cerita": Step(
        "product_story.html",
        forms.story_form,
        lambda desk, sheet, form: drafts.save_story(desk, form.description.data),
    ),
    "keterangan-foto": Step("product_alts.html", forms.alts_form, _save_alts),
}
PART = (
    "/toko-saya/<shop>/produk/<code>/<any(" + ", ".join(f"'{part}'" for part in STEPS) + "):part>"
)


@bp.get(PART)
@allow(SHOP)
def product_step(shop: str, code: str, part: str) -> str | Response:
    """A page of the making, filled with what is known."""
    sheet = _sheet(code)
    if part == "ukuran" and not sheet.choices:
        say("Isi harga dulu. Berat dan stok menyusul.")
        return redirect(product_url(sheet, "harga"), 303)  # type: ignore[return-value]
    return _page(sheet, part, STEPS[part].make(sheet, formdata=None))


@bp.post(PART)
@allow(SHOP)
@keeps_typed
def save_step(shop: str, code: str, part: str) -> str | Response | tuple[str, int]:
    """Save one page, and go on to what is still missing."""
    sheet = _sheet(code)
    step = STEPS[part]
    if part == "harga" and {"tambah", "hapus"} & set(request.form):
        return _page(sheet, part, _other_rows(sheet))
    form = _sent(sheet, part)
    if not form.validate_on_submit():
        return _page(sheet, part, form), 422
    desk = Desk(
        ikm_id=g.shop.ikm_id,
        code=code,
        seen=form.version.data or "",
        by=current_user.person_id,
        now=clock.now(),
    )
    try:
        with transaction():
            step.save(desk, sheet, form)
    except Invalid as refused:
        form.refuse(refused)
        return _page(sheet, part, form), 422
    except Conflict as moved:
        if moved.code != "stale_form":
            raise
        return _both(_sheet(code), part, form), 409
    fresh = _sheet(code)
    say("Tersimpan.")
    return redirect(next_url(fresh, part), 303)  # type: ignore[return-value]


def _sheet(code: str) -> Sheet:
    sheet = sheets.of_shop(g.shop.ikm_id, code)
    if sheet.state == ProductState.REMOVED:
        raise NotFound()
    return sheet


def _sent(sheet: Sheet, part: str) -> Any:
    if part == "harga":
        usual = len(sheet.choices) or 1
        return forms.price_form(sheet, forms.rows_sent(request.form, usual))
    return STEPS[part].make(sheet)


def _other_rows(sheet: Sheet) -> Any:
    """The price page with a row more or less; nothing is saved, nothing typed is lost."""
    count = forms.rows_sent(request.form, len(sheet.choices) or 1)
    if "tambah" in request.form:
        return forms.price_form(sheet, min(count + 1, MOST_VARIANTS), formdata=request.form)
    gone = request.form.get("hapus", "")
    if count == 1 or gone not in {str(place) for place in range(count)}:
        return forms.price_form(sheet, count, formdata=request.form)
    sent = forms.without_row(request.form, int(gone), count)
    return forms.price_form(sheet, count - 1, formdata=sent)


def _page(sheet: Sheet, part: str, form: Any) -> str:
    number = STEP_NUMBERS.get(part)
    return page(
        STEPS[part].template,
        sheet=sheet,
        part=part,
        form=form,
        number=number,
        words=STEP_WORDS.get(part, ""),
        back=product_url(sheet) if sheet.state != ProductState.DRAFT or not number else None,
        earning=earnings.for_price_page(sheet) if part == "harga" else None,
        most_rows=MOST_VARIANTS,
    )


def _both(sheet: Sheet, part: str, mine: Any) -> str:
    """Two people changed the same page: both values side by side, nothing lost."""
    stored = STEPS[part].make(sheet, formdata=None)
    known = {field.name: _words(field) for field in stored}
    rows = [
        (field.label.text, _words(field), known.get(field.name, ""))
        for field in mine
        if field.type not in ("HiddenField", "CSRFTokenField")
        and _words(field) != known.get(field.name, "")
    ]
    gone = [
        (field.label.text, "", _words(field))
        for field in stored
        if field.name not in mine._fields and field.type != "HiddenField"
    ]
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "version")
    ]
    return page(
        "product_both.html",
        sheet=sheet,
        part=part,
        rows=rows + gone,
        kept=kept,
        version=sheet.sign(part),
        here=product_url(sheet, part),
    )


def _words(field: Any) -> str:
    """What a field holds, as people read it."""
    if hasattr(field, "iter_choices"):
        return next(
            (
                str(words)
                for value, words, *_ in field.iter_choices()
                if str(value) == str(field.data)
            ),
            "",
        )
    return str(field._value()) if hasattr(field, "_value") else ""
