"""The places of Indonesia: official codes from province to village, looked up by code or by typing.

A code names its own parents: 34.04.07.2003 is a village in district 34.04.07 of regency 34.04 in
province 34. Source and licence of the data: `data/README.md`.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Connection,
    Row,
    SmallInteger,
    String,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, read, read_one

DATA = Path(__file__).parent / "data" / "regions.csv.gz"
PROVINCE, REGENCY, DISTRICT, VILLAGE = 1, 2, 3, 4
LEAST_TYPED = 3
MOST_WORDS = 6
CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?\Z")

# How people write the two provinces with long official names.
SHORT_NAMES = {"31": "DKI Jakarta", "34": "DI Yogyakarta"}
YOGYAKARTA = "34."
YOGYAKARTA_CITY = "34.71."
PAPUA = tuple(f"9{number}." for number in range(1, 7))

# Compared byte by byte, so that an index serves "begins with" whatever the server's language is.
ByteOrder = String(64).with_variant(String(64, collation="C"), "postgresql")


class Region(Model):
    """A province, regency or city, district or village."""

    __tablename__ = "region"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 4", name="level"),)

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(String(8), index=True)
    level: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(String(64))
    full_name: Mapped[str] = mapped_column(String(200))
    search_key: Mapped[str] = mapped_column(ByteOrder, index=True)


@dataclass(frozen=True, slots=True)
class Place:
    """A region as pages show it; `full_name` is "Condongcatur, Depok, Sleman, DI Yogyakarta"."""

    code: str
    name: str
    level: int
    full_name: str


# names change with the file only, which is loaded at a start
MOST_SEEN = 5_000
_seen: dict[str, Place] = {}
_PLACE = select(Region.code, Region.name, Region.level, Region.full_name).where(
    Region.code == bindparam("code")
)


# --- Asking ---------------------------------------------------------------------------------------


def provinces() -> list[Place]:
    """All provinces by name."""
    return _places(Region.parent_code.is_(None))


def children(code: str) -> list[Place]:
    """What lies directly inside a region, by name; nothing for a village or an unknown code."""
    return _places(Region.parent_code == code)


def path(code: str) -> list[Place]:
    """From the province down to the region itself; empty for an unknown code."""
    if not CODE.match(code):
        return []
    places = _places(Region.code.in_(list(lineage(code))), order=Region.level)
    return places if places and places[-1].code == code else []


def place(code: str) -> Place | None:
    """One region, or none; what is no code at all is not even looked for."""
    if not CODE.match(code):
        return None
    if code not in _seen:
        row = read_one(_PLACE, {"code": code})
        if row is None:
            return None
        if len(_seen) >= MOST_SEEN:
            _seen.clear()
        _seen[code] = _as_place(row)
    return _seen[code]


def find(text: str, limit: int = 10, *, near: str = "") -> list[Place]:
    """Districts and villages for what somebody types: "condong catur", "condongcatur sleman".

    The words are the beginning of a name, then perhaps words of the places around it. Whole names
    come first, then places inside `near` (a code), districts before villages, short names first.
    Fewer than three letters find nothing: that would be half the country.
    """
    words = _words(text)[:MOST_WORDS]
    typed = "".join(words)
    if len(typed) < LEAST_TYPED:
        return []
    found = _ranked(_begins(words), typed, limit, near)
    return found or _ranked([Region.search_key.contains(typed)], typed, limit, near)


def _begins(words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Every way to read the words as "beginning of a name, then names around it"."""
    readings = []
    for count in range(len(words), 0, -1):
        start = "".join(words[:count])
        if len(start) < LEAST_TYPED:
            break
        around = [func.lower(Region.full_name).contains(word) for word in words[count:]]
        readings.append(and_(Region.search_key.between(start, start + "~"), *around))
    return readings


def _ranked(
    readings: Sequence[ColumnElement[bool]], typed: str, limit: int, near: str
) -> list[Place]:
    if not readings:
        return []
    statement = (
        select(Region.code, Region.name, Region.level, Region.full_name)
        .where(Region.level >= DISTRICT, or_(*readings))
        .order_by(
            case((Region.search_key == typed, 0), else_=1),
            case((Region.code.startswith(near, autoescape=True), 0), else_=1),
            Region.level,
            func.length(Region.name),
            Region.full_name,
        )
        .limit(limit)
    )
    return [_as_place(row) for row in read(statement)]


def _places(condition: ColumnElement[bool], order: Any = Region.name) -> list[Place]:
    statement = select(Region.code, Region.name, Region.level, Region.full_name)
    return [_as_place(row) for row in read(statement.where(condition).order_by(order))]


def _as_place(row: Row[Any]) -> Place:
    return Place(row.code, row.name, row.level, row.full_name)


# --- Words ----------------------------------------------------------------------------------------


def lineage(code: str) -> Iterator[str]:
    """The codes from the province down to this one: 34, 34.04, 34.04.07, 34.04.07.2003."""
    parts = code.split(".")
    for count in range(1, len(parts) + 1):
        yield ".".join(parts[:count])


def district_word(code: str) -> str:
    """What a district is called there: kapanewon, kemantren, distrik, else kecamatan."""
    code += "."
    if code.startswith(YOGYAKARTA_CITY):
        return "kemantren"
    if code.startswith(YOGYAKARTA):
        return "kapanewon"
    return "distrik" if code.startswith(PAPUA) else "kecamatan"


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text[:100]).encode("ascii", "ignore").decode()
    return re.findall(r"[a-z0-9]+", plain.lower().replace("'", ""))


# --- Loading --------------------------------------------------------------------------------------


def load_regions(connection: Connection, *, within: Collection[str] = ()) -> int:
    """Bring the table to what the file says; give the number of rows that were new or changed.

    May run at every start. A place that vanished from the file stays, since an address may name it.
    `within` loads only these regions with what is inside and around them, e.g. for a test.
    """
    _seen.clear()
    columns = ("code", "parent_code", "level", "name", "full_name", "search_key")
    table = Region.__table__
    stored = {
        row.code: row.full_name
        for row in connection.execute(select(table.c.code, table.c.full_name))
    }
    rows = [row for row in _rows(within) if stored.get(row[0]) != row[4]]
    new = [row for row in rows if row[0] not in stored]
    changed = [row for row in rows if row[0] in stored]
    if new and connection.dialect.name == "postgresql":
        _copy(connection, columns, new)
    elif new:
        connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in new])
    for row in changed:
        values = dict(zip(columns, row, strict=True))
        connection.execute(update(table).where(table.c.code == row[0]).values(values))
    return len(rows)


def all_there(connection: Connection) -> bool:
    """Whether the table has as many places as the file, all told apart: a glance at every start."""
    with gzip.open(DATA, "rb") as file:
        named = sum(1 for _ in file) - 1
    apart = func.count(Region.__table__.c.full_name.distinct())
    return connection.scalar(select(apart)) == named


Line = tuple[str, str | None, int, str, str, str]


def _rows(within: Collection[str]) -> Iterator[Line]:
    around = {code for wanted in within for code in lineage(wanted)}
    inside = tuple(f"{wanted}." for wanted in within)
    full_names: dict[str, str] = {}
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as file:
        places = list(csv.reader(file))[1:]
    alike = Counter((code.rpartition(".")[0], name) for code, name in places)
    for code, name in places:
        if within and code not in around and not code.startswith(inside):
            continue
        parent = code.rpartition(".")[0]
        shown = f"{name} ({_kind(code)})" if alike[parent, name] > 1 else name
        short = SHORT_NAMES.get(code, shown).removeprefix("Kabupaten ")
        full_names[code] = f"{short}, {full_names[parent]}" if parent else short
        level = code.count(".") + 1
        yield code, parent or None, level, shown, full_names[code], "".join(_words(name))


def _kind(code: str) -> str:
    """What tells two villages of one name in one district apart: the kind, and the code's end."""
    number = code.rpartition(".")[2]
    return f"{'kelurahan' if number.startswith('1') else 'desa'} {number}"


def _copy(connection: Connection, columns: Sequence[str], rows: Sequence[Line]) -> None:
    """PostgreSQL's own bulk door, ten times as fast as inserts."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY region ({', '.join(columns)}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(text.getvalue())
    cursor.close()
