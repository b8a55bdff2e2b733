"""What somebody meant: unknown words are replaced by the nearest word that makers use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, literal, select, union_all

from marketplace.catalog import words
from marketplace.catalog.search_index import SHORTEST_KNOWN, trigrams
from marketplace.catalog.search_tables import trigram, word
from marketplace.core.db import read

NEAREST = 15
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Meant:
    """The query as it was probably meant; `left_out` are words that nobody uses."""

    text: str
    changed: bool
    left_out: tuple[str, ...]


def meant(text: str) -> Meant:
    """Look every word up among those that makers use, all in one statement."""
    typed = [w for w in words.written(text) if w not in words.FILLING][:MOST_WORDS]
    found = read(_neighbours(typed)) if typed else []
    known = {row.stem for row in found}
    kept: list[str] = []
    left_out: list[str] = []
    for number, one in enumerate(typed):
        if words.accepted(one) in known or not _mendable(one):
            kept.append(one)
            continue
        near = nearest(one, (row for row in found if row.number == number))
        if near:
            kept.append(near)
        else:
            left_out.append(one)
    return Meant(" ".join(kept), kept != [*typed], tuple(left_out))


def nearest(typed: str, rows: Iterable[Row[Any]]) -> str | None:
    """The word with the fewest slips of the finger between; the more common one when equal."""
    allowed = 1 if len(typed) <= 4 else 2
    candidates = [
        (slips(typed, row.word), row.word[0] != typed[0], -row.used, row.word) for row in rows
    ]
    best = min(candidates, default=None)
    return best[3] if best and best[0] <= allowed else None


def slips(a: str, b: str) -> int:
    """Letters left out, added, mistaken or swapped between two words."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            cost = min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def _mendable(typed: str) -> bool:
    return typed.isalpha() and len(typed) >= SHORTEST_KNOWN


def _neighbours(typed: Sequence[str]) -> Any:
    """For each word those that share most of its trigrams, and any that are the same word."""
    parts = []
    for number, one in enumerate(typed):
        shared = func.count().label("shared")
        near = (
            select(word.c.word, word.c.stem, word.c.count, shared)
            .join(trigram, trigram.c.word == word.c.word)
            .where(trigram.c.trigram.in_(trigrams(one)), word.c.count > 0)
            .group_by(word.c.word, word.c.stem, word.c.count)
            .order_by(shared.desc(), word.c.count.desc())
            .limit(NEAREST)
            .subquery()
        )
        columns = (near.c.word, near.c.stem, near.c.count.label("used"))
        parts.append(select(literal(number).label("number"), *columns))
    same = [words.accepted(one) for one in typed]
    known = word.c.stem.in_(same) & (word.c.count > 0)
    parts.append(select(literal(-1), word.c.word, word.c.stem, word.c.count).where(known))
    return union_all(*parts)
