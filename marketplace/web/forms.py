"""Fields that every form shares: strict about what they take, clear about what was wrong.

A field keeps what was typed. Numbers take ASCII digits only; texts take no control characters and
no markup. A form adds its own fields beside its view and judges shape; the domain judges the rest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar, cast

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import EmailInput, PasswordInput, TelInput, TextArea

from marketplace.core import regions
from marketplace.core.errors import MarketError
from marketplace.core.money import MAX_RUPIAH
from marketplace.web import formats
from marketplace.web.sentences import sentence

View = TypeVar("View", bound=Callable[..., Any])
MARKUP = re.compile(r"<[a-zA-Z/!?]")
THOUSANDS = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+\Z")
VILLAGE_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}\Z")
MOBILE = re.compile(r"628[0-9]{7,11}\Z")


def keeps_typed(view: View) -> View:
    """Let the view's own form judge its token, so that a stale one comes back with what was typed.

    Only for views that do nothing before `validate_on_submit()` of a `Form` said yes.
    """
    cast(Any, view).keeps_typed = True
    return view


class Form(FlaskForm):
    """A form whose faults are sentences at their fields."""

    def refuse(self, error: MarketError) -> None:
        """Put what the domain refused at the field it named, or above the form."""
        field = self._fields.get(str(error.params.get("field", "")))
        words = sentence(error)
        if field is None:
            self.form_errors.append(words)
        else:
            field.errors = [*field.errors, words]

    def typed(self) -> dict[str, Any]:
        """What was understood, by field, without the token."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}


class Text(StringField):
    """One line, trimmed; empty is a fault unless it is `optional`."""

    def __init__(
        self,
        label: str,
        *,
        longest: int,
        shortest: int = 1,
        optional: bool = False,
        missing: str = "",
        validators: Sequence[Any] = (),
        **more: Any,
    ) -> None:
        self.longest, self.shortest, self.may_be_empty = longest, shortest, optional
        self.missing = missing or f"Isi {label[:1].lower()}{label[1:]}."
        more.setdefault("render_kw", {}).setdefault("maxlength", longest)
        super().__init__(label, validators, **more)

    def _value(self) -> str:
        """What was typed, letter by letter, or what was known before."""
        return str(self.raw_data[0]) if self.raw_data else self.written(self.data or "")

    def written(self, known: str) -> str:
        """How a stored value is written for people."""
        return known

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = tidy(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if not text:
            if self.may_be_empty:
                raise StopValidation()
            raise StopValidation(self.missing)
        if len(text) > self.longest:
            raise StopValidation(f"{self.label.text} paling panjang {self.longest} huruf.")
        if len(text) < self.shortest:
            raise StopValidation(f"{self.label.text} paling sedikit {self.shortest} huruf.")
        if any(_unprintable(letter, self.lines) for letter in text):
            raise StopValidation(f"{self.label.text} berisi tanda yang tidak bisa dibaca.")
        if MARKUP.search(text):
            raise StopValidation("Tulis sebagai teks biasa, tanpa kode seperti <b>.")
        self.check(text)

    lines = False

    def check(self, text: str) -> None:
        """What a kind of text asks beyond its length."""


class LongText(Text):
    """Several lines."""

    widget = TextArea()
    lines = True


class PersonName(Text):
    """A name as people write it, titles included; never digits, signs or links."""

    def __init__(self, label: str = "Nama", *, longest: int = 80, **more: Any) -> None:
        super().__init__(label, longest=longest, **more)

    def check(self, text: str) -> None:
        if not re.search(r"[^\W\d_]", text) or re.search(r"[0-9<>{}\[\]@#$%^*_=+|\\/:;\"?!]", text):
            raise StopValidation(f"{self.label.text} hanya berisi huruf, titik, koma, dan spasi.")


class Email(Text):
    """An address, folded to lower case so that one address is one person."""

    widget = EmailInput()

    def __init__(self, label: str = "Alamat email", **more: Any) -> None:
        super().__init__(label, longest=254, **more)

    def check(self, text: str) -> None:
        try:
            # the people of the demo market live at .test
            found = validate_email(text, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise StopValidation("Alamat email belum benar. Contoh: nama@contoh.id.") from None
        self.data = found.normalized.lower()


class Phone(Text):
    """A mobile number, 08… or +62…, kept as 628…."""

    widget = TelInput()

    def __init__(self, label: str = "Nomor HP", **more: Any) -> None:
        super().__init__(label, longest=25, **more)

    def check(self, text: str) -> None:
        digits = re.sub(r"[ ().+-]", "", text)
        if digits.startswith("08"):
            digits = "62" + digits[1:]
        if not MOBILE.match(digits):
            raise StopValidation("Nomor HP harus diawali 08. Contoh: 0812 3456 7890.")
        self.data = digits

    def written(self, known: str) -> str:
        return formats.phone(known)


class Password(StringField):
    """A password, taken as typed; never sent back."""

    widget = PasswordInput()

    def __init__(
        self, label: str = "Kata sandi", *, shortest: int = 1, missing: str = "", **more: Any
    ) -> None:
        self.shortest = shortest
        self.missing = missing or f"Isi {label[:1].lower()}{label[1:]}."
        more.setdefault("render_kw", {}).setdefault("maxlength", 256)
        super().__init__(label, **more)

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            raise StopValidation(self.missing)
        if len(self.data) > 256:
            raise StopValidation("Kata sandi paling panjang 256 huruf.")
        if len(self.data) < self.shortest:
            raise StopValidation(
                f"Kata sandi paling sedikit {self.shortest} huruf. Beberapa kata juga boleh."
            )


class Count(Field):
    """A whole number between two bounds, in ASCII digits; `data` is an int, or none when empty."""

    widget = StringField.widget

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
            self.data = date.fromisoformat(text)
        except ValueError:
            self.fault = f"{self.label.text} belum benar. Contoh: 2026-11-28."

    def pre_validate(self, form: Any) -> None:
        if self.fault:
            raise StopValidation(self.fault)
        if self.data is None and not self.may_be_empty:
            raise StopValidation(f"Pilih {self.label.text[:1].lower()}{self.label.text[1:]}.")


Pairs = Sequence[tuple[str, str]]


def _spelt(pairs: Pairs) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in pairs]


class _Listed:
    """Only what stands in the list may be chosen; choices are pairs of value and words."""

    def __init__(self, label: str, *, choices: Pairs = (), **more: Any) -> None:
        super().__init__(label, choices=_spelt(choices), **more)  # type: ignore[call-arg]

    def process_formdata(self, valuelist: list[Any]) -> None:
        cast(Any, self).data = str(valuelist[0]) if valuelist else None

    def pre_validate(self, form: Any) -> None:
        field = cast(Any, self)
        if field.data not in {str(value) for value, *_ in field.iter_choices()}:
            raise StopValidation(
                f"Pilih {field.label.text[:1].lower()}{field.label.text[1:]} dari daftar."
            )


class Choice(_Listed, SelectField):
    """One of a list, as a drop-down."""


class OneOf(_Listed, RadioField):
    """One of a few, all in sight."""


class Tick(BooleanField):
    """A box that stands empty until somebody ticks it."""


class Village(HiddenField):
    """A village of Indonesia by its official code; `place` is the village once it was found."""

    def __init__(self, label: str = "Kalurahan/Desa", **more: Any) -> None:
        self.place: regions.Place | None = None
        self.data: Any = None
        super().__init__(label, **more)

    def pre_validate(self, form: Any) -> None:
        code = str(self.data or "").strip()
        if VILLAGE_CODE.match(code):
            self.place = regions.place(code)
        if self.place is None:
            raise StopValidation("Pilih kalurahan atau desa dari daftar.")
        self.data = code


def must_be_ticked(words: str) -> Callable[[Any, Any], None]:
    """A validator for a box without which the form cannot go."""

    def check(form: Any, field: Any) -> None:
        if not field.data:
            raise ValidationError(words)

    return check


def tidy(text: Any) -> str:
    """Trimmed, in one Unicode form, with one kind of line end."""
    plain = unicodedata.normalize("NFC", str(text)).replace("\r\n", "\n").replace("\r", "\n")
    return plain.strip()


def _unprintable(letter: str, lines: bool) -> bool:
    if lines and letter in "\n\t":
        return False
    return unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") or letter in "\u202e\u202d"
