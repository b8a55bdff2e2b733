"""Fields for words: trimmed, without control characters and markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import StringField
from wtforms.validators import StopValidation
from wtforms.widgets import PasswordInput

from marketplace.web import formats
from marketplace.web.forms.widgets import EmailLine, Line, Lines, PhoneLine

MARKUP = re.compile(r"<[a-zA-Z/!?]")
MOBILE = re.compile(r"628[0-9]{7,11}\Z")


class Text(StringField):
    """One line, trimmed; empty is a fault unless it is `optional`."""

    widget: Any = Line()

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

    widget = Lines()
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

    widget = EmailLine()

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

    widget = PhoneLine()

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


def tidy(text: Any) -> str:
    """Trimmed, in one Unicode form, with one kind of line end."""
    plain = unicodedata.normalize("NFC", str(text)).replace("\r\n", "\n").replace("\r", "\n")
    return plain.strip()


def _unprintable(letter: str, lines: bool) -> bool:
    if lines and letter in "\n\t":
        return False
    return unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") or letter in "\u202e\u202d"
