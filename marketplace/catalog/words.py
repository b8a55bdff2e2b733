"""From what people write to the words that are compared: folded, without filling, in basic form.

"Kripik Salak Pondoh!" becomes keripik, salak, pondoh, because Sastrawi takes endings off and
`data/search_words.json` says which spellings and names mean the same.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

DATA = Path(__file__).parent / "data" / "search_words.json"
LONGEST = 40
MOST_ASKED = 8

# Words that stand in every sentence and tell nothing.
FILLING = frozenset(
    {
        "ada",
        "adalah",
        "agar",
        "atau",
        "bagi",
        "bisa",
        "dalam",
        "dan",
        "dari",
        "dengan",
        "di",
        "hingga",
        "ini",
        "itu",
        "jadi",
        "juga",
        "karena",
        "ke",
        "kami",
        "lebih",
        "maka",
        "nya",
        "pada",
        "para",
        "per",
        "saat",
        "saja",
        "sampai",
        "sangat",
        "sebagai",
        "secara",
        "serta",
        "setiap",
        "sudah",
        "supaya",
        "tanpa",
        "telah",
        "untuk",
        "yaitu",
        "yang",
    }
)


def written(text: str) -> list[str]:
    """The words as written, in small plain letters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return [word[:LONGEST] for word in re.findall(r"[a-z0-9]+", plain.replace("'", ""))]


def basic(text: str) -> list[str]:
    """The words of a text in basic form and accepted spelling, in order."""
    return _accepted([stem(word) for word in written(text) if word not in FILLING])


def asked(text: str) -> list[str]:
    """The words somebody searches for: each once, not more than a handful.

    When there is nothing but filling, the filling is what was meant.
    """
    found = basic(text) or [stem(word) for word in written(text)]
    return list(dict.fromkeys(found))[:MOST_ASKED]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The basic form of one word: anyaman -> anyam, membatik -> batik."""
    if not word.isalpha():
        return word
    return str(_stemmer().stem(word)) or word


@cache
def _stemmer() -> Any:
    # Without the library's own cache, which never forgets what strangers typed.
    return Stemmer(ArrayDictionary(StemmerFactory().get_words()))


@cache
def _spellings() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Every accepted way to write something, as stems, to the first way of its group.

    A way that stands in two groups belongs to the earlier one, and takes its later group along.
    """
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    for group in json.loads(DATA.read_text(encoding="utf-8")):
        first, *others = (tuple(stem(word) for word in written(way)) for way in group)
        for way in others:
            if way and way != first:
                same.setdefault(way, same.get(first, first))
    return same


@cache
def _longest_way() -> int:
    return max(map(len, _spellings()), default=1)


def _accepted(stems: list[str]) -> list[str]:
    """The same words in the accepted spelling; the longest known phrase wins."""
    same, longest = _spellings(), _longest_way()
    found: list[str] = []
    at = 0
    while at < len(stems):
        for length in range(min(longest, len(stems) - at), 0, -1):
            known = same.get(tuple(stems[at : at + length]))
            if known is not None:
                found.extend(known)
                at += length
                break
        else:
            found.append(stems[at])
            at += 1
    return found


def accepted(word: str) -> str:
    """What one written word is compared as."""
    return " ".join(_accepted([stem(word)]))
