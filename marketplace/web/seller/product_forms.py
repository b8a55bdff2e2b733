"""The forms of a product's making: one page, one form; what they show comes from the sheet."""

from __future__ import annotations

import re
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from marketplace.catalog import questions, shelves
from marketplace.catalog.drafts import Measures
from marketplace.catalog.prices import Line
from marketplace.catalog.product_rules import (
    MOST_LEAD_DAYS,
    MOST_SIDE_MM,
    MOST_VARIANTS,
    MOST_WEIGHT_G,
    guesses,
)
from marketplace.catalog.questions import LONGEST_ANSWER, MOST_NUMBER, Question
from marketplace.catalog.sheets import Sheet
from marketplace.catalog.stock_book import MOST_ON_HAND
from marketplace.photos.rules import LONGEST_ALT
from marketplace.web.forms import Count, Form, LongText, OneOf, Rupiah, Text, tidy

CENTIMETRES = re.compile(r"[0-9]{1,4}([.,][0-9])?\Z")
ROWS = re.compile(r"[0-9]{1,2}\Z", re.ASCII)


class Centimetres(Count):
    """A length in centimetres, 12 or 12,5; `data` is in millimetres."""

    def __init__(self, label: str, **more: Any) -> None:
        more.setdefault("render_kw", {}).update(inputmode="decimal")
        super().__init__(label, most=MOST_SIDE_MM // 10, optional=True, **more)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])[:40]
        if self.data is None:
            return ""
        return f"{self.data / 10:.1f}".removesuffix(".0").replace(".", ",")

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        if not CENTIMETRES.match(text):
            self.fault = f"{self.label.text} diisi angka saja, dalam sentimeter. Contoh: 12,5."
            return
        whole, _, part = text.replace(",", ".").partition(".")
        self.data = int(whole) * 10 + int(part or 0)
        if not 1 <= self.data <= MOST_SIDE_MM:
            self.fault = f"{self.label.text} paling sedikit 0,1 cm dan paling banyak 5.000 cm."


class StepForm(Form):
    """A page of the making; `version` is the sign of what it showed."""

    version = HiddenField()


class MeasuresForm(StepForm):
    """What is made to order says how long that takes."""

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        days = self._fields["lead_days"]
        if self._fields["how"].data == "order" and days.data is None and not days.errors:
            days.errors = ["Isi lama pembuatan, berapa hari."]
            return False
        return good


class NameForm(StepForm):
    name = Text("Nama produk", longest=120, shortest=3, missing="Isi nama produk.")


class StoryForm(StepForm):
    description = LongText("Cerita produk", longest=4000, optional=True)


def name_form(sheet: Sheet, **how: Any) -> NameForm:
    return NameForm(data={"name": sheet.name, "version": sheet.sign("nama")}, **how)


def story_form(sheet: Sheet, **how: Any) -> StoryForm:
    data = {"description": sheet.description, "version": sheet.sign("cerita")}
    return StoryForm(data=data, **how)


def category_form(sheet: Sheet, **how: Any) -> StepForm:
    """Every shelf, those that the name points to first; the best of them is chosen already."""
    tree = shelves.tree()
    deepest_first = sorted(tree.values(), key=lambda shelf: -len(shelf.path))
    found = guesses(
        sheet.name,
        {shelf.id: shelf.hints for shelf in deepest_first},
        departments={shelf.id for shelf in deepest_first if len(shelf.path) == 1},
    )
    chosen = sheet.category_id or (found[0] if found else None)
    if sheet.category_id and sheet.category_id not in found:
        found = [sheet.category_id, *found][:3]
    names = {id: " › ".join(tree[step].name for step in shelf.path) for id, shelf in tree.items()}
    order = [*found, *(id for id in _down_the_tree() if id not in found)]
    fields = {
        "category": OneOf(
            "Jenis produk",
            choices=[(str(id), names[id]) for id in order],
            validate_choice=False,
        )
    }
    data = {"category": str(chosen) if chosen else None, "version": sheet.sign("jenis")}
    form = _form(fields)(data=data, **how)
    cast(Any, form).guessed = [(str(id), names[id]) for id in found]
    cast(Any, form).others = [(str(id), names[id]) for id in order if id not in found]
    return form


def price_form(sheet: Sheet, rows: int | None = None, **how: Any) -> StepForm:
    """A row for each size or colour: its name and its price."""
    count = rows or len(sheet.choices) or 1
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {"version": sheet.sign("harga")}
    for place in range(count):
        alone = count == 1
        fields[f"id_{place}"] = HiddenField()
        fields[f"name_{place}"] = Text(
            "Ukuran atau warna" if alone else f"Pilihan {place + 1}: ukuran atau warna",
            longest=80,
            optional=alone,
            missing=f"Isi ukuran atau warna pilihan {place + 1}.",
        )
        fields[f"price_{place}"] = Rupiah(
            "Harga" if alone else f"Harga pilihan {place + 1}",
            missing="Isi harga." if alone else f"Isi harga pilihan {place + 1}.",
        )
    for place, choice in enumerate(sheet.choices[:count]):
        data |= {
            f"id_{place}": str(choice.id),
            f"name_{place}": choice.name,
            f"price_{place}": choice.price,
        }
    form = _form(fields)(data=data, **how)
    cast(Any, form).rows = range(count)
    return form


def rows_sent(sent: MultiDict[str, str], usual: int) -> int:
    """How many rows the page had; a number that cannot be is not believed."""
    rows = sent.get("rows", "")
    return int(rows) if ROWS.match(rows) and 1 <= int(rows) <= MOST_VARIANTS else usual


def without_row(sent: MultiDict[str, str], gone: int, count: int) -> MultiDict[str, str]:
    """What was typed, with one row less and the others moved up."""
    kept: MultiDict[str, str] = MultiDict(sent)
    for place in range(gone, count):
        for name in ("id", "name", "price"):
            kept[f"{name}_{place}"] = sent.get(f"{name}_{place + 1}", "")
    return kept


def lines(form: Any) -> list[Line]:
    """The rows as the catalogue takes them."""
    found = []
    for place in form.rows:
        known = tidy(form[f"id_{place}"].data or "")
        id = int(known) if known.isascii() and known.isdigit() and len(known) < 19 else None
        found.append(Line(id, form[f"name_{place}"].data, form[f"price_{place}"].data))
    return found


def measures_form(sheet: Sheet, **how: Any) -> StepForm:
    """Weight and stock of every choice, readiness, and the size of the thing."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {
        "version": sheet.sign("ukuran"),
        "how": "order" if sheet.lead_days else "ready",
        "lead_days": sheet.lead_days,
        "length": sheet.length_mm,
        "width": sheet.width_mm,
        "height": sheet.height_mm,
    }
    for choice in sheet.choices:
        of = f" {choice.name}" if choice.name else ""
        fields[f"weight_{choice.id}"] = Count(f"Berat{of}", most=MOST_WEIGHT_G)
        fields[f"stock_{choice.id}"] = Count(f"Stok{of}", least=0, most=MOST_ON_HAND)
        data[f"weight_{choice.id}"] = choice.weight_g or None
        data[f"stock_{choice.id}"] = choice.on_hand
    fields["how"] = OneOf(
        "Kapan bisa dikirim?",
        choices=[("ready", "Barang sudah jadi"), ("order", "Dibuat setelah dipesan")],
        validate_choice=False,
    )
    fields["lead_days"] = Count("Lama pembuatan", most=MOST_LEAD_DAYS, optional=True)
    fields["length"] = Centimetres("Panjang")
    fields["width"] = Centimetres("Lebar")
    fields["height"] = Centimetres("Tinggi")
    return _form(fields, MeasuresForm)(data=data, **how)


def measures(form: Any, sheet: Sheet) -> Measures:
    """What was measured, as the catalogue takes it."""
    return Measures(
        sides=(form["length"].data, form["width"].data, form["height"].data),
        lead_days=form["lead_days"].data if form["how"].data == "order" else None,
        weights={choice.id: form[f"weight_{choice.id}"].data for choice in sheet.choices},
        stocks={choice.id: form[f"stock_{choice.id}"].data for choice in sheet.choices},
    )


def answers_form(sheet: Sheet, **how: Any) -> StepForm:
    """The questions of the product's shelf."""
    asked = questions.of_category(sheet.category_id)
    data: dict[str, Any] = {"version": sheet.sign("keterangan")}
    for question in asked:
        answer = sheet.attributes.get(question.code)
        if question.kind == "bool" and answer is not None:
            answer = "ya" if answer else "tidak"
        data[f"a_{question.code}"] = answer
    form = _form({f"a_{q.code}": _answer_field(q) for q in asked})(data=data, **how)
    cast(Any, form).asked = asked
    return form


def answers(form: Any) -> dict[str, Any]:
    """What was answered, each in its own kind."""
    given = {}
    for question in form.asked:
        answer = form[f"a_{question.code}"].data
        if question.kind == "bool" and answer:
            answer = answer == "ya"
        given[question.code] = answer
    return given


def alts_form(sheet: Sheet, **how: Any) -> StepForm:
    """What each photo shows; suggestions stand where nothing was said."""
    alts = sheet.alts()
    fields = {
        f"alt_{code}": Text(
            f"Foto {place}", longest=LONGEST_ALT, missing=f"Isi keterangan foto {place}."
        )
        for place, code in enumerate(alts, start=1)
    }
    data = {f"alt_{code}": alt for code, alt in alts.items()}
    return _form(fields)(data={**data, "version": sheet.sign("keterangan-foto")}, **how)


def _form(fields: dict[str, Any], kind: type[StepForm] = StepForm) -> type[StepForm]:
    return cast(type[StepForm], type("PageForm", (kind,), fields))


def _down_the_tree() -> list[int]:
    return [shelf.id for shelf in sorted(shelves.tree().values(), key=_names_on_the_way)]


def _names_on_the_way(shelf: shelves.Shelf) -> list[str]:
    tree = shelves.tree()
    return [tree[step].name for step in shelf.path]


def _or_unknown(answer: str | None) -> str:
    return answer or ""


def _answer_field(question: Question) -> Any:
    label, optional = question.label, not question.required
    if question.kind == "number":
        return Count(label, least=0, most=MOST_NUMBER, optional=optional)
    if question.kind in ("choice", "bool"):
        options = [("ya", "Ya"), ("tidak", "Tidak")]
        if question.kind == "choice":
            options = [(option, option) for option in question.options]
        if not optional:
            return OneOf(label, choices=options, validate_choice=False)
        options = [*options, ("", "Tidak tahu")]
        # a question that was passed over is answered by its last choice
        return OneOf(label, choices=options, validate_choice=False, filters=[_or_unknown])
    return Text(label, longest=LONGEST_ANSWER, optional=optional)
