"""The maker's shelf on the phone: counting it line by line, and the book of each thing."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Row
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField

from marketplace.catalog import stock_book
from marketplace.catalog.states import MoveKind
from marketplace.catalog.stock_book import Book
from marketplace.core.errors import Conflict, Invalid, MarketError, NotFound
from marketplace.core.ids import new_code
from marketplace.flows import stock_taking
from marketplace.flows.stock_taking import Keeper
from marketplace.orders import shelf
from marketplace.photos.pictures import picture
from marketplace.web import formats
from marketplace.web.access import SHOP, allow
from marketplace.web.forms import Count, Form, OneOf, Text, keeps_typed
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import say
from marketplace.web.sentences import sentence

MOST_COUNTED = 99_999
TITLES = {
    MoveKind.OPENING: "Stok awal",
    MoveKind.RECEIVED: "Barang masuk",
    MoveKind.SOLD: "Terjual",
    MoveKind.RETURNED: "Kembali karena pesanan batal",
    MoveKind.COUNTED: "Dihitung",
    MoveKind.DAMAGED: "Keluar",
    MoveKind.ADJUSTED: "Diubah di halaman produk",
}
CHANGES = {
    "masuk": "Barang masuk",
    "rusak": "Rusak atau hilang",
    "pakai": "Dipakai sendiri atau jadi contoh",
}


class CountForm(Form):
    """One line of the shelf: what the page said and what stands there."""

    shown = Count("Menurut catatan", least=0, most=MOST_COUNTED * 10)
    counted = Count("Dihitung", least=0, most=MOST_COUNTED, missing="Isi berapa yang ada di rak.")
    key = Text("Kunci", longest=20)
    sesudah = HiddenField()


class ChangeForm(Form):
    """Pieces that came or are gone."""

    kind = OneOf("Apa yang terjadi?", choices=list(CHANGES.items()), validate_choice=False)
    pieces = Count("Berapa potong?", most=MOST_COUNTED, missing="Isi berapa potong.")
    reason = Text("Catatan", longest=120, optional=True)
    key = Text("Kunci", longest=20)


@bp.get("/toko-saya/<shop>/stok")
@allow(SHOP)
def stock(shop: str) -> str:
    """Everything that stands on the shelf, each line with its own button."""
    return _shelf(_number(request.args.get("sesudah", "")))


@bp.post("/toko-saya/<shop>/stok/<int:variant>/hitung")
@allow(SHOP)
@keeps_typed
def count_stock(shop: str, variant: int) -> Answer | tuple[str, int]:
    """Save one line, and only that: the signal may be gone before the next."""
    form = CountForm()
    before = _number(form.sesudah.data or "")
    if not form.validate_on_submit():
        fault = next(iter(form.errors.values()))[0]
        return _shelf(before, fault=(variant, str(fault), form["counted"]._value())), 422
    seen = stock_book.Count(form["shown"].data, form["counted"].data, f"count:{form.key.data}")
    try:
        difference = stock_taking.count(_keeper(), variant, seen)
    except (Invalid, Conflict) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        return _shelf(before, fault=(variant, sentence(refused), str(seen.counted))), status
    say(
        f"Cocok: {seen.counted} di rak, {seen.shown} di catatan."
        if difference == 0
        else f"Tersimpan: {seen.counted} di rak. Selisih {signed(difference)} sudah dicatat."
    )
    here = url_for("seller.stock", shop=shop, sesudah=before)
    return redirect(f"{here}#baris-{variant}", 303)


@bp.get("/toko-saya/<shop>/stok/<int:variant>")
@allow(SHOP)
def stock_history(shop: str, variant: int) -> str:
    """The book of one thing in plain words, newest line first, and what may be added to it."""
    before = _number(request.args.get("sebelum", ""))
    return _history(stock_book.book(g.shop.ikm_id, variant, before), _change_form())


@bp.post("/toko-saya/<shop>/stok/<int:variant>")
@allow(SHOP)
@keeps_typed
def change_stock(shop: str, variant: int) -> Answer | tuple[str, int]:
    """Note what came in or is gone."""
    form = ChangeForm()
    if not form.validate_on_submit():
        return _history(stock_book.book(g.shop.ikm_id, variant), form), 422
    came, pieces = form.kind.data == "masuk", form["pieces"].data
    words = [form.reason.data or ""] if came else [CHANGES[form.kind.data], form.reason.data or ""]
    try:
        stock_taking.change(
            _keeper(),
            variant,
            pieces if came else -pieces,
            reason=": ".join(filter(None, words)),
            key=f"change:{form.key.data}",
        )
    except Invalid as refused:
        form.refuse(_at_pieces(refused))
        return _history(stock_book.book(g.shop.ikm_id, variant), form), 422
    say("Sudah dicatat.")
    return redirect(url_for("seller.stock_history", shop=shop, variant=variant), 303)


def signed(pieces: int) -> str:
    """+5 or −2, with the sign that is read as one."""
    return f"+{formats.number(pieces)}" if pieces > 0 else f"−{formats.number(-pieces)}"


def _shelf(before: int | None, fault: tuple[int, str, str] | None = None) -> str:
    rows, after = shelf.of_shop(g.shop.ikm_id, before)
    if fault and fault[0] not in {row.id for row in rows}:
        raise NotFound()
    return render_template(
        "seller/stock.html",
        shop=g.shop,
        nav="produk",
        rows=[_row(row, fault) for row in rows],
        more=rows[0].all_worth if rows else None,
        people=rows[0].all_people if rows else None,
        fault=fault,
        first=before is None,
        before=before,
        after=after,
        most=MOST_COUNTED,
    )


def _row(row: Row[Any], fault: tuple[int, str, str] | None) -> dict[str, Any]:
    wrong = fault if fault and fault[0] == row.id else None
    stands = row.on_hand + row.unsent
    return {
        "id": row.id,
        "name": row.name,
        "choice": row.choice,
        "cover": picture(row.cover),
        "stands": stands,
        "unsent": row.unsent,
        "people": row.people,
        "counted": wrong[2] if wrong else stands,
        "fault": wrong[1] if wrong else "",
        "key": new_code(),
    }


def _history(book: Book, form: ChangeForm) -> str:
    return render_template(
        "seller/stock_history.html",
        shop=g.shop,
        nav="produk",
        variant=book.variant,
        steps=[_step(line) for line in book.lines],
        before=book.before,
        newest="sebelum" not in request.args,
        form=form,
        page_size=stock_book.PAGE,
    )


def _step(line: Row[Any]) -> dict[str, Any]:
    """One line of the book as people say it."""
    kind = MoveKind(line.kind)
    if kind == MoveKind.COUNTED and not line.quantity:
        title = f"Dihitung: cocok, {formats.number(line.after)}"
    else:
        title = f"{TITLES[kind]}: {signed(line.quantity)}"
    return {
        "title": title,
        "when": formats.long_date(line.at),
        "who": line.who,
        "text": line.reason,
        "after": line.after,
        "order": line.order_code,
    }


def _change_form() -> ChangeForm:
    return ChangeForm(formdata=None, data={"kind": "masuk", "key": new_code()})


def _keeper() -> Keeper:
    return Keeper(g.shop.ikm_id, current_user.person_id)


def _at_pieces(refused: MarketError) -> Invalid:
    return Invalid(refused.code, **{**refused.params, "field": "pieces"})


def _number(text: str) -> int | None:
    """The place where a page begins; anything else is the beginning."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
