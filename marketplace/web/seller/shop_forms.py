"""The forms of a shop's own page: one part, one form, filled from the sheet."""

from __future__ import annotations

import re
from typing import Any

from wtforms import FileField, HiddenField, StringField
from wtforms.validators import StopValidation

from marketplace.accounts.roles import ShopRole
from marketplace.makers import sentra
from marketplace.makers.rules import DAYS, EARLIEST_YEAR
from marketplace.makers.sectors import SECTORS
from marketplace.makers.sheets import ShopSheet
from marketplace.web.forms import (
    Choice,
    Count,
    Day,
    Email,
    Form,
    LongText,
    OneOf,
    PersonName,
    Phone,
    Text,
    Tick,
    Village,
)

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z", re.ASCII)
DAY_WORDS = dict(
    zip(DAYS, ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"), strict=True)
)
USUAL_DAY = ("08:00", "16:00")


class ShopName(Text):
    """What a shop is called: something to read, not only signs."""

    def __init__(self, label: str = "Nama toko", **more: Any) -> None:
        super().__init__(label, longest=80, shortest=3, **more)

    def check(self, text: str) -> None:
        if not any(letter.isalpha() for letter in text):
            raise StopValidation("Nama toko perlu huruf. Contoh: Batik Sekar Ayu.")


class StartForm(Form):
    name = ShopName()


class PartForm(Form):
    """One part; `version` is the sign of what the page showed."""

    version = HiddenField()

    @classmethod
    def known(cls, sheet: ShopSheet) -> dict[str, Any]:
        """What the form shows before anybody typed."""
        return {name: getattr(sheet, name, None) for name in cls._names()}

    @classmethod
    def _names(cls) -> list[str]:
        return [name for name in dir(cls) if hasattr(getattr(cls, name), "field_class")]

    def values(self) -> dict[str, Any]:
        """What is kept, in the words of the makers room."""
        return {name: value for name, value in self.typed().items() if name != "version"}


class NameForm(PartForm):
    name = ShopName()
    owner_name = PersonName("Nama pemilik", description="Seperti Bapak/Ibu biasa dipanggil")
    since = Count("Usaha sejak tahun", least=EARLIEST_YEAR, most=2100, optional=True)


class PlaceForm(PartForm):
    village_code = Village()
    address = LongText(
        "Alamat lengkap",
        longest=300,
        shortest=5,
        description="Jalan, nomor, RT/RW, padukuhan, dan patokan",
    )


class CraftForm(PartForm):
    sector = OneOf("Jenis usaha", choices=list(SECTORS.items()))
    sentra_id = Choice("Sentra", description="Kalau usaha ini bagian dari sentra perajin")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = [(str(id), name) for id, name in sentra.names()]
        self.sentra_id.choices = [("", "Tidak ikut sentra"), *known]

    @classmethod
    def known(cls, sheet: ShopSheet) -> dict[str, Any]:
        return {"sector": sheet.sector or None, "sentra_id": str(sheet.sentra_id or "")}

    def values(self) -> dict[str, Any]:
        chosen = self.sentra_id.data
        return {"sector": self.sector.data, "sentra_id": int(chosen) if chosen else None}


class StoryForm(PartForm):
    story = LongText("Cerita usaha", longest=3000, shortest=30)
    quote = Text(
        "Satu kalimat dari Bapak/Ibu",
        longest=240,
        optional=True,
        description="Tampil besar di halaman toko. Contoh: Saya belajar membatik dari Ibu.",
    )


class PhotoForm(PartForm):
    foto = FileField("Foto toko atau perajin")
    alt = Text("Foto ini menunjukkan apa?", longest=200, optional=True)


class Clock(StringField):
    """An hour of the day as a time field sends it (08:00); none when the day is free."""

    def __init__(self, label: str, **more: Any) -> None:
        more.setdefault("render_kw", {}).update(type="time")
        super().__init__(label, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = str(valuelist[0]).strip() if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        if self.data and not CLOCK.match(self.data):
            raise StopValidation(f"{self.label.text} belum benar. Contoh: 08:00.")


class HoursForm(PartForm):
    pickup = Tick("Pembeli boleh mengambil sendiri di toko")

    @classmethod
    def known(cls, sheet: ShopSheet) -> dict[str, Any]:
        usual = dict.fromkeys(DAYS[:6], USUAL_DAY)
        known: dict[str, Any] = {"pickup": sheet.pickup}
        for day, (start, end) in (sheet.hours or usual).items():
            known |= {f"{day}_from": start, f"{day}_to": end}
        return known

    def days(self) -> list[tuple[str, Any, Any]]:
        """Each day with its two fields."""
        return [(words, self[f"{day}_from"], self[f"{day}_to"]) for day, words in DAY_WORDS.items()]

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        spans = [(words, start, end) for words, start, end in self.days() if start.data or end.data]
        for words, start, end in spans:
            if start.errors or end.errors:
                continue
            if not (start.data and end.data):
                end.errors = [f"{words}: isi jam buka dan jam tutup, atau kosongkan keduanya."]
            elif start.data >= end.data:
                end.errors = [f"{words}: jam tutup harus sesudah jam buka."]
        if not spans:
            self.form_errors.append("Isi jam buka paling sedikit satu hari.")
        return good and bool(spans) and not any(end.errors for _, _, end in spans)

    def values(self) -> dict[str, Any]:
        hours = {
            day: [self[f"{day}_from"].data, self[f"{day}_to"].data]
            for day in DAYS
            if self[f"{day}_from"].data
        }
        return {"hours": hours, "pickup": bool(self.pickup.data)}


for _day, _words in DAY_WORDS.items():
    setattr(HoursForm, f"{_day}_from", Clock(f"{_words}, buka"))
    setattr(HoursForm, f"{_day}_to", Clock(f"{_words}, tutup"))


class ContactForm(PartForm):
    whatsapp = Phone("Nomor WhatsApp toko")


class Nib(Text):
    """Thirteen ASCII digits; spaces between them are how people copy them."""

    def __init__(self, **more: Any) -> None:
        super().__init__("Nomor Induk Berusaha (NIB)", longest=30, optional=True, **more)

    def check(self, text: str) -> None:
        digits = re.sub(r"[ .-]", "", text)
        if not (len(digits) == 13 and digits.isascii() and digits.isdigit()):
            raise StopValidation("NIB terdiri dari 13 angka. Contoh: 9120001234567.")
        self.data = digits


class NibForm(PartForm):
    nib = Nib()

    def values(self) -> dict[str, Any]:
        return {"nib": self.nib.data or None}


class HolidayForm(PartForm):
    closed_from = Day("Hari pertama libur", optional=True)
    closed_to = Day("Hari terakhir libur", optional=True)
    closed_note = Text(
        "Pesan untuk pembeli",
        longest=160,
        optional=True,
        description="Contoh: Kami libur panen, buka lagi Senin.",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        start, end = self.closed_from, self.closed_to
        if end.data and not start.data and not start.errors and start.fault == "":
            start.errors = ["Pilih hari pertama libur."]
            return False
        return good


class CloseForm(Form):
    typed = Text("Ketik nama toko", longest=120)


class InviteForm(Form):
    email = Email("Alamat email yang diundang")
    role = OneOf(
        "Sebagai apa?",
        default=ShopRole.STAFF.value,
        choices=[
            (ShopRole.STAFF.value, "Pembantu: produk dan pesanan"),
            (ShopRole.OWNER.value, "Pemilik: semua, termasuk uang dan tim"),
        ],
    )


class RoleForm(Form):
    role = OneOf("Peran", choices=[(role.value, role.value) for role in ShopRole])
