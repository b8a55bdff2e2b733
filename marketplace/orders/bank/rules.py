"""How a bank writes amounts and days, and what makes one line unlike every other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from marketplace.core.money import MAX_RUPIAH
from marketplace.orders.rules import AMOUNT_KEPT, WIB

LONGEST_TEXT, LONGEST_RAW = 300, 600
OFFER_OPEN = timedelta(days=3)  # long enough to read a letter, short enough not to keep money

CREDIT = frozenset(("CR", "C", "K", "KR", "KREDIT", "CREDIT", "MASUK", "+"))
DEBIT = frozenset(("DB", "D", "DR", "DEBET", "DEBIT", "KELUAR", "-"))
NOTHING = frozenset(("", "-", "--"))

_MARK = re.compile(r"(?:rp|idr)\.?", re.IGNORECASE)
_DIRECTION = re.compile(
    r"^(?P<before>[A-Za-z]{1,6})?(?P<body>[^A-Za-z]*)(?P<after>[A-Za-z]{1,6})?$"
)
_SIGNED = re.compile(r"(?=[+-]|.*[+-]$)([+-]?)([^+-]+)([+-]?)")
_GROUPS = (  # Indonesian, English, none: thousands in groups, sen in one or two digits
    re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]{1,2}))?"),
    re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?"),
    re.compile(r"([0-9]+)(?:[.,]([0-9]{1,2}))?"),
)
_SPACES = re.compile(r"[\s\u00a0\u2007\u202f]+")


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount as a bank wrote it: whole rupiah, sen apart, and in which direction if it says."""

    rupiah: int
    sen: int = 0
    comes_in: bool | None = None


def amount(cell: str) -> Sum | None:
    """1.500.123,00 and 1500123.00 and 1,500,123 are the same; none where nothing stands.

    Banks mark direction with a sign, brackets, or CR and DB beside the figure. A point before
    exactly three digits parts thousands, as it does in every Indonesian statement. Anything that
    could be read in two ways is no amount: ValueError.
    """
    text = _MARK.sub("", _SPACES.sub("", cell.strip().lstrip("'")))
    if text in NOTHING:
        return None
    found = _DIRECTION.match(text)
    if found is None:
        raise ValueError(cell)
    comes_in = _word((found["before"] or "") + (found["after"] or ""), cell)
    body = found["body"]
    if body.startswith("(") and body.endswith(")"):
        body, comes_in = body[1:-1], False
    signed = _SIGNED.fullmatch(body)
    if signed:
        comes_in = "-" not in (signed[1], signed[3])
        body = signed[2]
    for form in _GROUPS:
        figure = form.fullmatch(body)
        if figure is not None:
            rupiah = int(re.sub(r"[.,]", "", figure[1]))
            if rupiah > MAX_RUPIAH:
                raise ValueError(cell)
            return Sum(rupiah, int((figure[2] or "0").ljust(2, "0")), comes_in)
    raise ValueError(cell)


def direction(cell: str) -> bool | None:
    """Whether a column of CR and DB says that money comes in; none where it says neither."""
    word = cell.strip().strip("'.").upper()
    return True if word in CREDIT else False if word in DEBIT else None


def _word(word: str, cell: str) -> bool | None:
    comes_in = direction(word) if word else None
    if word and comes_in is None:
        raise ValueError(cell)
    return comes_in


# --- Days -----------------------------------------------------------------------------------------

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb peb februari pebruari february", "mar maret march",
            "apr april", "mei may", "jun juni june", "jul juli july",
            "agu ags agt aug agustus august", "sep sept september",
            "okt oct oktober october", "nov nop november nopember", "des dec desember december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
ORDERS = ("dmy", "mdy")
_TIME = re.compile(r"[T ]+[0-9]{1,2}[:.][0-9]{2}([:.][0-9]{2}(\.[0-9]+)?)?( ?(WIB|WITA|WIT|Z))?$")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/. ]?([0-9]{2})[-/. ]?([0-9]{2})")
_NUMBERS = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})(?:[-/. ]([0-9]{4}|[0-9]{2}))?")
_WORDS = re.compile(r"([0-9]{1,2})[-/. ]?([A-Za-z]{3,10})\.?(?:[-/., ]*([0-9]{4}|[0-9]{2}))?")


def day(cell: str, *, order: str, today: date) -> date:
    """07/11/2026, 7-11-26, 2026-11-07, 20261107, 7 Nov 2026 and 07/11 are the same day.

    A day without its year is the last such day. Day before month, unless the statement was said
    to write the month first. A day that has not come yet is none: ValueError.
    """
    text = _TIME.sub("", _SPACES.sub(" ", cell.strip().lstrip("'")).strip())
    found = _day(text, order, today)
    if found is None or not date(2000, 1, 1) <= found <= today + timedelta(days=1):
        raise ValueError(cell)
    return found


def _day(text: str, order: str, today: date) -> date | None:
    first = _YEAR_FIRST.fullmatch(text)
    if first:
        return date(int(first[1]), int(first[2]), int(first[3]))
    words = _WORDS.fullmatch(text)
    if words:
        month = MONTHS.get(words[2].lower())
        return _in_year(int(words[1]), month, words[3], today) if month else None
    numbers = _NUMBERS.fullmatch(text)
    if not numbers:
        return None
    one, two = int(numbers[1]), int(numbers[2])
    return _in_year(*((one, two) if order == "dmy" else (two, one)), numbers[3], today)


def _in_year(number: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, number)
    for back in range(5):  # the 29th of February comes every fourth year
        try:
            found = date(today.year - back, month, number)
        except ValueError:
            continue
        if found <= today + timedelta(days=1):
            return found
    raise ValueError(number)


# --- Lines ----------------------------------------------------------------------------------------

T = TypeVar("T")


def plain(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text as a bank prints it, without what no eye can see; spaces never make two lines of one."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return _SPACES.sub(" ", seen).strip()[:longest]


def numbered(lines: Iterable[T]) -> Iterator[tuple[T, int]]:
    """Each with how many like it came before: two equal transfers of one day are two lines."""
    seen: dict[T, int] = {}
    for line in lines:
        seen[line] = seen.get(line, 0) + 1
        yield line, seen[line]


def digest(account_id: int, booked_on: date, rupiah: int, text: str, number: int) -> str:
    """The name of a line: the same line of an overlapping statement has the same name."""
    parts = (str(account_id), booked_on.isoformat(), str(rupiah), text.casefold(), str(number))
    return sha256("\x1f".join(parts).encode()).hexdigest()


def could_be(booked_on: date, asked_at: datetime) -> bool:
    """Whether money of that day may be for an amount that was given then: within its window."""
    first = asked_at.astimezone(WIB).date()
    return first <= booked_on <= (asked_at + AMOUNT_KEPT).astimezone(WIB).date()
