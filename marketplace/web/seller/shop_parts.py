"""One page for one part of a shop, for its maker and for the officer who sits beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, redirect, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from marketplace.core import regions
from marketplace.core.errors import Conflict, Invalid, MarketError
from marketplace.flows import shop_life
from marketplace.makers import sheets
from marketplace.makers.rules import REQUIRED
from marketplace.makers.sectors import sector_name
from marketplace.makers.sheets import ShopSheet
from marketplace.makers.shops import Desk
from marketplace.web import formats, uploads
from marketplace.web.errors import STATUS
from marketplace.web.seller import shop_forms as forms

MOST_PLACES = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A page: its part in the makers room, its heading, its form."""

    name: str
    title: str
    form: type[forms.PartForm]


PARTS = {
    "nama": Part("name", "Nama dan pemilik", forms.NameForm),
    "tempat": Part("place", "Tempat usaha", forms.PlaceForm),
    "karya": Part("craft", "Apa yang dibuat", forms.CraftForm),
    "cerita": Part("story", "Cerita", forms.StoryForm),
    "foto": Part("photo", "Foto toko atau perajin", forms.PhotoForm),
    "jam": Part("hours", "Jam buka dan ambil di toko", forms.HoursForm),
    "whatsapp": Part("contact", "Nomor WhatsApp", forms.ContactForm),
    "nib": Part("nib", "Nomor NIB", forms.NibForm),
    "libur": Part("holiday", "Hari libur", forms.HolidayForm),
}
APPLICATION = ("nama", "tempat", "karya", "cerita", "foto", "jam", "whatsapp", "nib")
# The way through an application, page after page; what may follow later is not on it.
STEPS = tuple(word for word in APPLICATION if PARTS[word].name in REQUIRED)
ANY_PART = "<any(" + ", ".join(f"'{word}'" for word in PARTS) + "):part>"


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose page it is: where each part stands, where it leads, and around what it is drawn."""

    template: str
    url_of: Callable[[str], str]
    back: str
    by: int
    beside: int | None
    tell: Callable[[str], None]
    surroundings: dict[str, Any]


def show(sheet: ShopSheet, word: str, frame: Frame) -> str:
    """The page of a part, filled with what is known."""
    form = _blank(sheet, word)
    if word == "tempat" and (chosen := regions.place(request.args.get("desa", "")[:13])):
        form["village_code"].data = chosen.code
    return _page(sheet, word, form, frame)


def save(sheet: ShopSheet, word: str, frame: Frame, *, now: datetime) -> Response | tuple[str, int]:
    """Keep what was sent, and on to the next open step; a fault comes back with what was typed."""
    if word == "foto":
        uploads.expect_pictures()
    part = PARTS[word]
    try:
        form: Any = part.form()
    except RequestEntityTooLarge:
        return _refused(sheet, word, frame, Invalid("photo_too_large", field="foto"), 413)
    if not form.validate_on_submit():
        return _page(sheet, word, form, frame), 422
    desk = Desk(sheet.id, form.version.data or "", frame.by, now, frame.beside)
    try:
        if word == "foto":
            shop_life.new_picture(desk, uploads.picture_sent(), alt=form.alt.data or "")
        else:
            shop_life.save(desk, part.name, form.values())
    except Conflict as moved:
        if moved.code != "stale_form":
            raise
        return _both(sheets.of_shop(sheet.id), word, form, frame), 409
    except MarketError as error:
        if error.kind == "not_found":
            raise
        form.refuse(error)
        return _page(sheet, word, form, frame), STATUS[error.kind]
    frame.tell("Tersimpan.")
    step = None if "nanti" in request.form else _next_step(sheet, word)
    return redirect(frame.url_of(step) if step else frame.back, 303)  # type: ignore[return-value]


def summary(sheet: ShopSheet, word: str) -> list[tuple[str, str]]:
    """What stands in a part, in words."""
    return [(label, value) for label, value in _SUMMARIES[word](sheet) if value]


def tasks(sheet: ShopSheet, url_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """The parts of an application with what is still to do; any order will do."""
    rows = []
    for word in APPLICATION:
        done = sheet.filled(PARTS[word].name)
        row: dict[str, Any] = {
            "title": PARTS[word].title,
            "url": url_of(word),
            "state": "done" if done else "todo",
        }
        if word == "nib" and not done:
            row |= {"status": "Boleh kosong", "hint": "Belum punya? Kami bantu."}
        rows.append(row)
    return rows


def _next_step(sheet: ShopSheet, word: str) -> str | None:
    """The next step of an application that is still open, those behind this one first."""
    if not sheet.applying or word not in STEPS:
        return None
    here = STEPS.index(word)
    others = STEPS[here + 1 :] + STEPS[:here]
    return next((step for step in others if not sheet.filled(PARTS[step].name)), None)


def _blank(sheet: ShopSheet, word: str) -> Any:
    part = PARTS[word]
    form: Any = part.form(formdata=None, data=part.form.known(sheet))
    form.version.data = sheet.sign(part.name)
    return form


def _refused(
    sheet: ShopSheet, word: str, frame: Frame, error: MarketError, status: int
) -> tuple[str, int]:
    form = _blank(sheet, word)
    form.refuse(error)
    return _page(sheet, word, form, frame), status


def _both(sheet: ShopSheet, word: str, form: Any, frame: Frame) -> str:
    """Somebody else saved meanwhile: their words beside what was typed, nothing lost."""
    form.version.data = sheet.sign(PARTS[word].name)
    form.version.raw_data = None
    return _page(sheet, word, form, frame, theirs=summary(sheet, word))


def _page(
    sheet: ShopSheet,
    word: str,
    form: Any,
    frame: Frame,
    theirs: list[tuple[str, str]] | None = None,
) -> str:
    more: dict[str, Any] = {}
    if word == "tempat":
        more = _place_chooser(sheet, form)
    return render_template(
        frame.template,
        sheet=sheet,
        word=word,
        title=PARTS[word].title,
        form=form,
        here=frame.url_of(word),
        back=frame.back,
        step=STEPS.index(word) + 1 if sheet.applying and word in STEPS else None,
        steps=len(STEPS),
        onward=_next_step(sheet, word),
        theirs=theirs,
        **more,
        **frame.surroundings,
    )


def _place_chooser(sheet: ShopSheet, form: Any) -> dict[str, Any]:
    """The village that is chosen, or a search by typing, or a walk down the lists."""
    typed = request.args.get("cari", "")[:80].strip()
    inside = request.args.get("di", "")[:8]
    trail = regions.path(inside) if inside else []
    chosen = form.village_code.place or regions.place(form.village_code.data or "")
    near = (sheet.village_code or "")[:5]
    return {
        "chosen": chosen,
        "typed": typed,
        "found": regions.find(typed, MOST_PLACES, near=near) if typed else [],
        "trail": trail,
        "inside": regions.children(inside) if trail else regions.provinces(),
        "choosing": bool(typed or "di" in request.args or chosen is None),
    }


# --- What stands in a part, in words --------------------------------------------------------------

Pairs = list[tuple[str, str]]


def _hours_words(sheet: ShopSheet) -> Pairs:
    rows = [
        (forms.DAY_WORDS[day], f"{start.replace(':', '.')}–{end.replace(':', '.')}")
        for day in forms.DAYS
        for start, end in [sheet.hours.get(day, ("", ""))]
        if start
    ]
    if not rows:
        return []
    return [*_joined(rows), ("Ambil di toko", "Boleh" if sheet.pickup else "Tidak")]


def _joined(rows: Pairs) -> Pairs:
    """Days that follow each other with the same hours stand in one line."""
    order = list(forms.DAY_WORDS.values())
    spans: list[tuple[str, str, str]] = []
    for day, hours in rows:
        if spans and spans[-1][2] == hours and order.index(day) == order.index(spans[-1][1]) + 1:
            spans[-1] = (spans[-1][0], day, hours)
        else:
            spans.append((day, day, hours))
    return [(a if a == b else f"{a}–{b}", hours) for a, b, hours in spans]


def _place_words(sheet: ShopSheet) -> Pairs:
    village = regions.place(sheet.village_code) if sheet.village_code else None
    return [
        ("Kalurahan/desa", village.full_name if village else ""),
        ("Alamat", sheet.address),
    ]


def _holiday_words(sheet: ShopSheet) -> Pairs:
    if sheet.closed_from is None:
        return []
    until = formats.long_date(sheet.closed_to) if sheet.closed_to else "sampai dibuka lagi"
    return [
        ("Mulai", formats.long_date(sheet.closed_from)),
        ("Sampai", until),
        ("Pesan", sheet.closed_note),
    ]


_SUMMARIES: dict[str, Callable[[ShopSheet], Pairs]] = {
    "nama": lambda sheet: [
        ("Nama toko", sheet.name),
        ("Pemilik", sheet.owner_name),
        ("Sejak", str(sheet.since or "")),
    ],
    "tempat": _place_words,
    "karya": lambda sheet: [
        ("Jenis usaha", sector_name(sheet.sector)),
        ("Sentra", sheet.sentra),
    ],
    "cerita": lambda sheet: [("Cerita", sheet.story), ("Kata perajin", sheet.quote)],
    "foto": lambda sheet: [("Foto", "Sudah ada" if sheet.cover_code else "")],
    "jam": _hours_words,
    "whatsapp": lambda sheet: [
        ("WhatsApp", formats.phone(sheet.whatsapp) if sheet.whatsapp else "")
    ],
    "nib": lambda sheet: [("NIB", sheet.nib or "")],
    "libur": _holiday_words,
}
