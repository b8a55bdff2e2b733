"""How figures and moments are written for people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask

from marketplace.core.money import rupiah

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
ZONES = {
    "WIB": ZoneInfo("Asia/Jakarta"),
    "WITA": ZoneInfo("Asia/Makassar"),
    "WIT": ZoneInfo("Asia/Jayapura"),
}


def long_date(moment: datetime | date, zone: str = "WIB") -> str:
    """Sabtu, 28 November 2026, 20.00 WIB; a bare date has no hour."""
    if isinstance(moment, datetime):
        local = moment.astimezone(ZONES[zone])
        return f"{long_date(local.date())}, {local:%H.%M} {zone}"
    return f"{DAYS[moment.weekday()]}, {moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def short_date(moment: datetime | date, zone: str = "WIB") -> str:
    """Sab 28 Nov, 20.00; a bare date has no hour."""
    if isinstance(moment, datetime):
        local = moment.astimezone(ZONES[zone])
        return f"{short_date(local.date())}, {local:%H.%M}"
    return f"{DAYS[moment.weekday()][:3]} {moment.day} {MONTHS[moment.month - 1][:3]}"


def week(monday: date) -> str:
    """7–13 Desember, or 30 November – 6 Desember: a week by its Monday."""
    sunday = monday + timedelta(days=6)
    last = f"{sunday.day} {MONTHS[sunday.month - 1]}"
    if monday.month == sunday.month:
        return f"{monday.day}–{last}"
    return f"{monday.day} {MONTHS[monday.month - 1]} – {last}"


def from_iso(text: str) -> datetime:
    """A moment that travelled as text in a letter's job."""
    return datetime.fromisoformat(text)


def number(value: int | float) -> str:
    """1.200 and 4,9, as written here."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def weight(grams: int) -> str:
    """250 g, 1 kg, 1,5 kg."""
    if grams < 1000:
        return f"{grams} g"
    kilos = f"{grams / 1000:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{kilos} kg"


def phone(digits: str) -> str:
    """0812 3456 7890, from what is stored as 6281234567890."""
    local = "0" + digits.removeprefix("62") if digits.startswith("62") else digits
    return " ".join(filter(None, (local[:4], local[4:8], local[8:])))


def filled_cells(line: str) -> str:
    """A line of a bank's file as it came, without the cells that say nothing."""
    return " · ".join(cell.strip() for cell in line.split("|") if cell.strip())


def register(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters.update(
        rupiah=rupiah,
        tanggal=long_date,
        minggu=week,
        dari_iso=from_iso,
        tanggal_pendek=short_date,
        angka=number,
        berat=weight,
        telepon=phone,
        sel_berisi=filled_cells,
    )
    app.jinja_env.globals.update(rupiah=rupiah, tanggal=long_date, tanggal_pendek=short_date)
