"""A bank's CSV as banks really write it: found out, shown, and read line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from marketplace.core.errors import Invalid
from marketplace.orders.bank import rules

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_IN_CELL = 20_000, 40, 2_000
LOOKED_AT = 60  # rows in which the head of the table must stand
SEPARATORS = {",": "koma", ";": "titik koma", "\t": "tab", "|": "garis tegak"}

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row the day, the words and the amount stand, counted from 0."""

    day: int
    text: int
    amount: int
    sign: int = -1  # a column of CR and DB; -1: the amount says it, or everything comes in
    out: int = -1  # a column of its own for what goes out
    more_text: int = -1
    first: int = 0  # rows above the table, its head included
    order: str = "dmy"
    head: str = ""  # the words above the columns, to know this kind of statement again

    def as_json(self) -> dict[str, Any]:
        """As it is remembered beside the account."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Line:
    """Money that came in, or went out, as one row of the file says."""

    booked_on: date
    rupiah: int
    text: str
    out: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be read, and why: `day`, `amount`, `pending`, `direction`."""

    row: int  # as people count, from 1
    why: str
    cells: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says with these columns."""

    lines: tuple[tuple[int, Line, str], ...]  # row number, line, the whole row
    out: int  # rows of money that went out, which are not kept
    outs: tuple[Line, ...]  # what they say, as far as it can be read
    faults: tuple[Fault, ...]

    @property
    def rupiah(self) -> int:
        return sum(line.rupiah for _, line, _ in self.lines)


def text_of(data: bytes) -> str:
    """The letters of the file: UTF-8, UTF-16 with its mark, or Windows-1252."""
    if not data.strip():
        raise Invalid("statement_empty", field="berkas")
    if len(data) > MOST_BYTES:
        raise Invalid("statement_too_large", field="berkas", most=MOST_BYTES // 1024 // 1024)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Invalid("statement_is_excel", field="berkas")
    if data.startswith(b"%PDF"):
        raise Invalid("statement_is_pdf", field="berkas")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid("statement_unreadable", field="berkas")


def rows_of(text: str) -> list[Row]:
    """The rows of the file, parted by whatever sign parts most of them into the same number."""
    found = max((_parted(text, sign) for sign in SEPARATORS), key=_evenness)
    if len(found) > MOST_ROWS:
        raise Invalid("statement_too_long", field="berkas", most=MOST_ROWS)
    if _evenness(found) == 0:
        raise Invalid("statement_no_columns", field="berkas")
    for number, row in enumerate(found, start=1):
        if len(row) > MOST_COLUMNS or any(len(cell) > MOST_IN_CELL for cell in row):
            raise Invalid("statement_bad_row", field="berkas", row=number)
    return found


def _parted(text: str, sign: str) -> list[Row]:
    try:
        return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign)]
    except csv.Error:
        return []


def _evenness(rows: Sequence[Row]) -> int:
    """How many rows have the same number of columns, at least three."""
    widths: dict[int, int] = {}
    for row in rows:
        if len(row) >= 3:
            widths[len(row)] = widths.get(len(row), 0) + 1
    return max(widths.values(), default=0)


# --- Which column is which ------------------------------------------------------------------------

HEADS: Mapping[str, tuple[str, ...]] = {
    "day": ("tanggal", "tgl", "date", "waktu", "time"),
    "text": ("keterangan", "uraian", "deskripsi", "description", "remark", "berita", "rincian",
             "detail", "narrative", "transaksi", "transaction"),
    "credit": ("kredit", "credit", "masuk", "cr"),
    "amount": ("jumlah", "mutasi", "nominal", "amount", "nilai"),
    "sign": ("cr/db", "db/cr", "d/k", "k/d", "d/c", "dk", "jenis", "tipe", "type"),
    "debit": ("debet", "debit", "keluar", "db"),
    "balance": ("saldo", "balance"),
}  # fmt: skip


def guess(rows: Sequence[Row], remembered: Mapping[str, Any] | None = None) -> Columns:
    """Which column is which: as it was last time for this kind of statement, or by its head."""
    known = _as_before(rows, remembered)
    if known is not None:
        return known
    for place, row in enumerate(rows[:LOOKED_AT]):
        roles = _roles(row)
        money = roles.get("credit", roles.get("amount"))
        if "day" not in roles or money is None:
            continue
        below = rows[place + 1 :]
        sign = -1 if "credit" in roles else roles.get("sign", _sign_column(below, len(row)))
        text = roles.get("text", _wordiest(below, {roles["day"], money, sign}))
        return Columns(
            day=roles["day"],
            text=text,
            amount=money,
            sign=sign,
            out=roles.get("debit", -1) if "credit" in roles else -1,
            first=place + 1,
            head=head_of(row),
        )
    return _by_look(rows)


def _as_before(rows: Sequence[Row], remembered: Mapping[str, Any] | None) -> Columns | None:
    if not remembered:
        return None
    before = Columns(**remembered)
    if not before.head:
        return before if rows and len(rows[-1]) > max(before.day, before.amount) else None
    for place, row in enumerate(rows[:LOOKED_AT]):
        if head_of(row) == before.head:
            return Columns(**{**remembered, "first": place + 1})
    return None


def head_of(row: Row) -> str:
    """The words above the columns, as they are recognised next time."""
    return "|".join(rules.plain(cell, 40).casefold() for cell in row)[:400]


def _roles(row: Row) -> dict[str, int]:
    """The first column of each kind by the word above it; a longer word is a surer one."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        word = rules.plain(cell, 60).casefold()
        for role, names in HEADS.items():
            short = {name for name in names if len(name) <= 3}
            if word in short or any(name in word for name in set(names) - short):
                if role == "amount" and "saldo" in word:
                    continue
                found.setdefault(role, place)
                break
    return found


def _by_look(rows: Sequence[Row]) -> Columns:
    """A table without a head: a column of days, one of amounts, one of words."""
    width = max(len(row) for row in rows)
    sample = rows[:LOOKED_AT]
    days = [_count(sample, place, _looks_like_day) for place in range(width)]
    sums = [_count(sample, place, _looks_like_sum) for place in range(width)]
    day = days.index(max(days)) if any(days) else 0
    sums = [0 if place == day else count for place, count in enumerate(sums)]
    money = sums.index(max(sums)) if any(sums) else 2
    sign = _sign_column(sample, width)
    return Columns(
        day=day, text=_wordiest(sample, {day, money, sign}), amount=money, sign=sign, first=0
    )


def _count(rows: Sequence[Row], place: int, like: Any) -> int:
    return sum(1 for row in rows if place < len(row) and like(row[place]))


def _looks_like_day(cell: str) -> bool:
    try:
        rules.day(cell, order="dmy", today=date(2099, 12, 30))
    except ValueError:
        return False
    return not cell.strip().isdigit()


def _looks_like_sum(cell: str) -> bool:
    try:
        return rules.amount(cell) is not None
    except ValueError:
        return False


def _sign_column(rows: Sequence[Row], width: int) -> int:
    for place in range(width):
        said = [row[place] for row in rows[:LOOKED_AT] if place < len(row) and row[place].strip()]
        if said and all(rules.direction(cell) is not None for cell in said):
            return place
    return -1


def _wordiest(rows: Sequence[Row], taken: set[int]) -> int:
    width = max((len(row) for row in rows[:LOOKED_AT]), default=1)
    letters = [
        0 if place in taken else sum(
            sum(letter.isalpha() for letter in row[place])
            for row in rows[:LOOKED_AT] if place < len(row)
        )
        for place in range(width)
    ]  # fmt: skip
    return letters.index(max(letters))


# --- Reading --------------------------------------------------------------------------------------


def read(rows: Sequence[Row], columns: Columns, *, today: date) -> Reading:
    """Every row below the head: money that came in, money that went out, or a fault to look at.

    What stands below the table (sums, notes) has no day where days stand; it is told as a fault,
    so that nobody has to guess what was left out.
    """
    lines: list[tuple[int, Line, str]] = []
    faults: list[Fault] = []
    outs: list[Line] = []
    out = 0
    for number, row in enumerate(rows[columns.first :], start=columns.first + 1):
        raw = rules.plain(" | ".join(row), rules.LONGEST_RAW)
        if not raw.strip(" |"):
            continue
        line = _line(row, columns, today)
        if line is None:
            out += 1
        elif isinstance(line, str):
            faults.append(Fault(number, line, raw[:160]))
        elif line.out:
            out += 1
            outs.append(line)
        else:
            lines.append((number, line, raw))
    return Reading(tuple(lines), out, tuple(outs), tuple(faults))


def _line(row: Row, columns: Columns, today: date) -> Line | str | None:
    day_cell = _cell(row, columns.day)
    if rules.plain(day_cell).strip("'").upper().startswith("PEND"):
        return "pending"
    try:
        booked_on = rules.day(day_cell, order=columns.order, today=today)
    except ValueError:
        return "day"
    try:
        found = rules.amount(_cell(row, columns.amount))
    except ValueError:
        return "amount"
    if found is None or (found.rupiah, found.sen) == (0, 0):
        return _went_out(row, columns, booked_on)
    comes_in = found.comes_in
    if columns.sign >= 0:
        comes_in = rules.direction(_cell(row, columns.sign))
        if comes_in is None:
            return "direction"
    if comes_in is False:
        return Line(booked_on, found.rupiah, _words(row, columns), out=True)
    if found.rupiah == 0:
        return "amount"  # some sen of interest: no rupiah to keep
    return Line(booked_on, found.rupiah, _words(row, columns))


def _went_out(row: Row, columns: Columns, booked_on: date) -> Line | None:
    """What the column for money that goes out says, if there is one and it can be read."""
    try:
        found = rules.amount(_cell(row, columns.out)) if columns.out >= 0 else None
    except ValueError:
        return None
    return Line(booked_on, found.rupiah, _words(row, columns), out=True) if found else None


def _words(row: Row, columns: Columns) -> str:
    parts = [_cell(row, place) for place in (columns.text, columns.more_text) if place >= 0]
    return rules.plain(" ".join(parts))


def _cell(row: Row, place: int) -> str:
    return row[place] if 0 <= place < len(row) else ""
