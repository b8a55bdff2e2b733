"""The dinas and the shops: the queue, one shop with everything, and the decision."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField

from marketplace.catalog import shop_day
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid
from marketplace.flows import shop_life
from marketplace.makers import reviews, sheets, team
from marketplace.makers.reviews import NEEDS_REASON, OFFICE_MOVES
from marketplace.makers.sectors import SECTORS
from marketplace.makers.sheets import ShopSheet
from marketplace.makers.states import ShopState
from marketplace.orders.rules import zone_of
from marketplace.web.access import STAFF, allow
from marketplace.web.forms import Day, Form, LongText, OneOf, keeps_typed
from marketplace.web.seller import shop_parts
from marketplace.web.seller.shop_parts import ANY_PART, Frame
from marketplace.web.seller.start import STATE_WORDS
from marketplace.web.sentences import sentence
from marketplace.web.staff.blueprint import bp

AFTER = re.compile(r"([0-9]{1,17})-([0-9]{1,15})\Z", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
VERDICTS = {
    ShopState.OPEN: "Buka toko",
    ShopState.RETURNED: "Kembalikan untuk diperbaiki",
    ShopState.SUSPENDED: "Hentikan sementara",
    ShopState.CLOSED: "Tutup",
}
DONE = {
    ShopState.OPEN: "{name} sudah buka.",
    ShopState.RETURNED: "{name} sudah dikembalikan ke perajin.",
    ShopState.SUSPENDED: "{name} dihentikan sementara.",
    ShopState.CLOSED: "{name} sudah ditutup.",
}


class VerdictForm(Form):
    """A decision; everything but opening says why."""

    verdict = OneOf("Keputusan")
    reason = LongText(
        "Alasan",
        longest=500,
        optional=True,
        description="Perajin membaca kalimat ini. Tidak perlu diisi kalau toko dibuka.",
    )
    seen = HiddenField()

    def __init__(self, sheet: ShopSheet, **more: Any) -> None:
        super().__init__(**more)
        self.verdict.choices = [
            (state.value, VERDICTS[state]) for state in OFFICE_MOVES[sheet.state]
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if good and ShopState(self.verdict.data) in NEEDS_REASON and len(self.reason.data) < 10:
            self.reason.errors = ["Tulis alasannya paling sedikit 10 huruf."]
            return False
        return good


class VisitForm(Form):
    visited_on = Day("Tanggal kunjungan", optional=True)


@bp.get("/dinas/toko")
@allow(STAFF)
def shops() -> str:
    """Shops by state, the longest waiting first; by name or place when something is typed."""
    typed = request.args.get("q", "")[:80].strip()
    word = request.args.get("keadaan", "")
    state = ShopState(word) if word in set(ShopState) else None
    rows, last = reviews.listed(state, typed, _after())
    return render_template(
        "staff/shops.html",
        nav="toko",
        rows=rows,
        chosen=state.value if state else "",
        q=typed,
        counts=reviews.counts(),
        states=STATE_WORDS,
        sectors=SECTORS,
        now=clock.now(),
        more_url=url_for("staff.shops", keadaan=word or None, q=typed or None, sesudah=_key(last))
        if last
        else None,
    )


@bp.get("/dinas/toko/<code>")
@allow(STAFF)
def shop(code: str) -> str:
    """Everything about one shop, and what may be decided."""
    return _page(sheets.of_code(code))


@bp.post("/dinas/toko/<code>/putuskan")
@allow(STAFF)
@keeps_typed
def decide(code: str) -> Answer | tuple[str, int]:
    """Let in, send back, stop or close; whoever comes second is told so."""
    sheet = sheets.of_code(code)
    form = VerdictForm(sheet)
    seen = form.seen.data or ""
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        seen = "0"
    if int(seen) != sheet.version:
        return _page(sheet, form, moved=sentence(Conflict("shop_already_decided"))), 409
    if not form.validate_on_submit():
        return _page(sheet, form), 422
    there = ShopState(form.verdict.data)
    try:
        shop_life.decide(
            code,
            there,
            seen=int(seen),
            reason=form.reason.data or "",
            by=current_user.person_id,
            now=clock.now(),
        )
    except Conflict as moved:
        return _page(sheets.of_code(code), form, moved=sentence(moved)), 409
    flash(DONE[there].format(name=sheet.name), "status")
    return redirect(url_for("staff.shop", code=code), 303)


@bp.post("/dinas/toko/<code>/kunjungan")
@allow(STAFF)
@keeps_typed
def visit(code: str) -> Answer | tuple[str, int]:
    """Write down when an officer was there."""
    sheet = sheets.of_code(code)
    form = VisitForm()
    if not form.validate_on_submit():
        return _page(sheet, visit_form=form), 422
    now = clock.now()
    today = now.astimezone(zone_of(sheet.village_code)).date()
    try:
        shop_life.note_visit(
            code, form.visited_on.data, today=today, by=current_user.person_id, now=now
        )
    except Invalid as error:
        form.refuse(error)
        return _page(sheet, visit_form=form), 422
    flash("Tanggal kunjungan tersimpan.", "status")
    return redirect(url_for("staff.shop", code=code), 303)


# --- Filling in beside the owner ------------------------------------------------------------------

PART = f"/dinas/toko/<code>/isi/{ANY_PART}"


@bp.get(PART)
@allow(STAFF)
def assist(code: str, part: str) -> str:
    """An officer fills in a page with the owner beside; both stand in the history."""
    sheet = sheets.of_code(code)
    return shop_parts.show(sheet, part, _frame(sheet))


@bp.post(PART)
@allow(STAFF)
@keeps_typed
def save_assisted(code: str, part: str) -> Response | tuple[str, int]:
    """Keep what was filled in together."""
    sheet = sheets.of_code(code)
    return shop_parts.save(sheet, part, _frame(sheet), now=clock.now())


def _frame(sheet: ShopSheet) -> Frame:
    owners = [member for member in team.members(sheet.id) if member.owner]
    return Frame(
        template="staff/shop_part.html",
        url_of=lambda part: url_for("staff.assist", code=sheet.code, part=part),
        back=url_for("staff.shop", code=sheet.code),
        by=current_user.person_id,
        beside=owners[0].person_id if owners else None,
        tell=lambda words: flash(words, "status"),
        surroundings={
            "nav": "toko",
            "beside": owners[0].name if owners else sheet.owner_name,
        },
    )


def _page(
    sheet: ShopSheet,
    form: VerdictForm | None = None,
    *,
    visit_form: VisitForm | None = None,
    moved: str | None = None,
) -> str:
    form = form or VerdictForm(sheet, formdata=None)
    form.seen.data, form.seen.raw_data = str(sheet.version), None
    goods = shop_day.states(sheet.id)
    return render_template(
        "staff/shop.html",
        nav="toko",
        sheet=sheet,
        parts=[
            (word, part.title, shop_parts.summary(sheet, word))
            for word, part in shop_parts.PARTS.items()
        ],
        missing=sheet.missing,
        members=team.members(sheet.id),
        decisions=reviews.decisions(sheet.id),
        states=STATE_WORDS,
        verdicts=VERDICTS,
        form=form,
        visit_form=visit_form or VisitForm(formdata=None, data={"visited_on": sheet.visited_on}),
        moved=moved,
        live=goods[ProductState.LIVE],
        products=sum(goods.values()) - goods[ProductState.REMOVED],
    )


def _after() -> tuple[datetime, int] | None:
    """Where the page before ended; an address that was tampered with begins at the start."""
    found = AFTER.match(request.args.get("sesudah", ""))
    if not found:
        return None
    try:
        at = EPOCH + int(found[1]) * MICROSECOND
    except OverflowError:
        return None
    return (at, int(found[2])) if at < LATEST else None


def _key(row: reviews.Row | None) -> str | None:
    return f"{(row.at - EPOCH) // MICROSECOND}-{row.id}" if row else None
