"""Names that are the same in every example market."""

from __future__ import annotations

import hashlib
import re
from datetime import time

from marketplace.core.ids import ALPHABET
from marketplace.makers.rules import DAYS

DAY_NAMES = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
SPAN = re.compile(
    r"(?P<first>\w+)(?:–(?P<last>\w+))? (?:(?P<opens>\d\d\.\d\d)–|sampai )(?P<closes>\d\d\.\d\d)"
)


def code_of(*words: str) -> str:
    """A code made from what it names instead of by chance."""
    number = int.from_bytes(hashlib.sha256("/".join(words).encode()).digest(), "big")
    code = ""
    for _ in range(10):
        number, place = divmod(number, len(ALPHABET))
        code += ALPHABET[place]
    return code


def digits_of(phone: str) -> str:
    """0812 0000 0101 as it is stored: 6281200000101."""
    return "62" + phone.replace(" ", "").removeprefix("0")


def hours_of(words: str) -> dict[str, list[str]]:
    """As "Senin–Sabtu 08.00–16.00, Jumat sampai 11.00": opening and closing time by day."""
    hours: dict[str, list[str]] = {}
    for said in SPAN.finditer(words.replace("Setiap hari", "Senin–Minggu")):
        first = DAY_NAMES.index(said["first"])
        last = DAY_NAMES.index(said["last"] or said["first"])
        for day in DAYS[first : last + 1]:
            opens = said["opens"].replace(".", ":") if said["opens"] else hours[day][0]
            hours[day] = [opens, said["closes"].replace(".", ":")]
    for opens, closes in hours.values():
        assert time.fromisoformat(opens) < time.fromisoformat(closes), words  # noqa: S101
    return hours
