"""Rules of listing a product that need nothing but what was filled in."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from marketplace.catalog.states import ProductState

REVIEWED_FIRST = 3  # products of a new shop that the dinas looks at
MOST_VARIANTS = 20
MOST_PHOTOS = 12
MOST_LEAD_DAYS = 90
MOST_WEIGHT_G = 500_000
MOST_SIDE_MM = 50_000
UNDO_DAYS = 30  # as long may a removed product come back

STEPS = ("foto", "nama", "jenis", "harga", "ukuran", "keterangan")
EDITABLE = frozenset(set(ProductState) - {ProductState.REMOVED})


def earns_trust(approved: int) -> bool:
    """A shop whose first products all passed puts later ones on the market by itself."""
    return approved >= REVIEWED_FIRST


def first_state(trusted: bool, state: ProductState) -> ProductState:
    """Where a finished product goes: to the market from a trusted shop, else to the dinas."""
    if trusted and state == ProductState.DRAFT:
        return ProductState.LIVE
    return ProductState.REVIEW


def fingerprint(values: Any) -> str:
    """A short sign of what a form showed; when it differs at saving, somebody else was faster."""
    plain = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def guesses(
    name: str,
    hints: Mapping[int, Sequence[str]],
    *,
    departments: Collection[int] = (),
    most: int = 3,
) -> list[int]:
    """The shelves a name points to, best first; a whole department only after its shelves.

    Indonesian names the thing first and then what it is made of: "keripik salak" is a crisp. So the
    hint that stands first wins, of two in one place the longer, "kain lurik" before "kain".
    """
    words = f" {_plain(name)} "
    places: dict[int, tuple[bool, int, int]] = {}
    for shelf, known in hints.items():
        found = [
            (words.find(f" {hint} "), -len(hint))
            for hint in map(_plain, known)
            if f" {hint} " in words
        ]
        if found:
            places[shelf] = (shelf in departments, *min(found))
    return sorted(places, key=places.__getitem__)[:most]


def suggested_alt(name: str, colour: str, place: int) -> str:
    """What, which colour, how photographed: a sentence for who hears the picture, to be checked."""
    how = "difoto utuh" if place == 0 else "difoto dari dekat"
    parts = [name.strip(), f"warna {colour.strip().lower()}" if colour.strip() else "", how]
    return ", ".join(part for part in parts if part)[:200]


def duplicate(names: Iterable[str]) -> str | None:
    """The first name that stands twice, whatever its capitals."""
    seen: set[str] = set()
    for name in names:
        folded = name.casefold().strip()
        if folded in seen:
            return name
        seen.add(folded)
    return None


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", folded))
