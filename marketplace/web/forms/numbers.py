"""Fields for numbers, amounts and days, in ASCII digits only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import Field, StringField
from wtforms.validators import StopValidation

from marketplace.core.money import MAX_RUPIAH
from marketplace.web.forms.widgets import Line

NEWEST_DAY = date(2199, 12, 31)  # somebody may reckon on from the day that was typed
THOUSANDS = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+\Z")
SHARE = re.compile(r"([0-9]+)(?:[,.]([0-9]{1,2}))?\Z")


def shown_version(typed: str) -> int:
    """The version of a row that a page carried along; 0, which no row has, for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


class Count(Field):
    """A whole number between two bounds, in ASCII digits; `data` is an int, or none when empty."""

    widget = Line()

    def __init__(
        self,
        label: str,
        *,
        least: int = 1,
        most: int = 10_000,
        optional: bool = False,
        missing: str = "",
        validators: Sequence[Any] = (),
        **more: Any,
    ) -> None:
        self.least, self.most, self.may_be_empty = least, most, optional
        self.missing = missing or f"Isi {label[:1].lower()}{label[1:]}."
        self.fault = ""
        more.setdefault("render_kw", {}).setdefault("inputmode", "numeric")
        super().__init__(label, validators, **more)

    def _value(self) -> str:
        """What was typed, or the number it stands for."""
        if self.raw_data:
            return str(self.raw_data[0])[:40]
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = self.plain(str(valuelist[0]).strip()) if valuelist else ""
        if not text:
            return
        if not (text.isascii() and text.isdigit()):
            self.fault = self.wrong()
        elif len(text) > 15 or int(text) > self.most:
            self.fault = f"{self.label.text} paling banyak {self.show(self.most)}."
        elif int(text) < self.least:
            self.fault = f"{self.label.text} paling sedikit {self.show(self.least)}."
        else:
            self.data = int(text)

    def pre_validate(self, form: Any) -> None:
        if self.fault:
            raise StopValidation(self.fault)
        if self.data is None:
            raise StopValidation("" if self.may_be_empty else self.missing)

    def plain(self, text: str) -> str:
        """The digits of what was typed."""
        return text

    def show(self, number: int) -> str:
        """A bound, as its sentence says it."""
        return f"{number:,}".replace(",", ".")

    def wrong(self) -> str:
        """What to say when it is no number."""
        return f"{self.label.text} diisi angka saja. Contoh: {self.show(max(self.least, 1))}."


class Rupiah(Count):
    """An amount in whole rupiah: 85000, 85.000 and Rp85.000 are the same."""

    def __init__(self, label: str, *, least: int = 1, most: int = MAX_RUPIAH, **more: Any) -> None:
        super().__init__(label, least=least, most=most, **more)

    def plain(self, text: str) -> str:
        text = re.sub(r"^rp\.? ?", "", text, flags=re.IGNORECASE)
        return text.replace(".", "") if THOUSANDS.match(text) else text

    def show(self, number: int) -> str:
        return f"Rp{number:,}".replace(",", ".")

    def wrong(self) -> str:
        return f"{self.label.text} diisi angka rupiah saja. Contoh: 85.000."


class Percent(Count):
    """A share such as 5 or 2,5, in percent; `data` is in hundredths of a percent."""

    def __init__(self, label: str, *, most: int = 10_000, **more: Any) -> None:
        more.setdefault("render_kw", {}).setdefault("inputmode", "decimal")
        super().__init__(label, least=0, most=most, **more)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])[:40]
        return "" if self.data is None else self.show(self.data).rstrip("%")

    def plain(self, text: str) -> str:
        found = SHARE.match(text.rstrip("% "))
        return f"{found[1]}{(found[2] or ''):0<2}" if found else text

    def show(self, number: int) -> str:
        return f"{number // 100},{number % 100:02d}".rstrip("0").rstrip(",") + "%"

    def wrong(self) -> str:
        return f"{self.label.text} diisi angka, paling banyak dua di belakang koma. Contoh: 2,5."


class Day(StringField):
    """A date as a date field sends it (2026-11-28); `data` is a date, or none when empty."""

    def __init__(self, label: str, *, optional: bool = False, **more: Any) -> None:
        self.may_be_empty, self.fault = optional, ""
        more.setdefault("render_kw", {}).update(type="date")
        super().__init__(label, **more)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])[:20]
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", text):
                raise ValueError(text)
            day = date.fromisoformat(text)
            if day > NEWEST_DAY:
                raise ValueError(text)
            self.data = day
        except ValueError:
            self.fault = f"{self.label.text} belum benar. Contoh: 2026-11-28."

    def pre_validate(self, form: Any) -> None:
        if self.fault:
            raise StopValidation(self.fault)
        if self.data is None and not self.may_be_empty:
            raise StopValidation(f"Pilih {self.label.text[:1].lower()}{self.label.text[1:]}.")
