"""What a label must say, and whether the numbers on it can be true.

Numbers are judged by their form alone: whether one was really issued only its office knows. The
list of what is asked for is our reading of the usual set for packaged food; `VERIFIED` says
whether somebody has compared it with the regulation itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.core.errors import Invalid

SOURCE = "Daftar umum label pangan dan susunan nomor P-IRT (PerBPOM 22/2018)"
VERIFIED = False
SHORT_LIVED = 7  # days; what keeps less long has no P-IRT number but a hygiene certificate
MOST_YEARS = 10
PIRT = re.compile(r"[1-8][0-9]{14}\Z")
BPOM = re.compile(r"(MD|ML|NA|NB|NC|ND|NE)[0-9]{11,15}\Z")
HALAL = re.compile(r"[A-Z0-9]{8,30}\Z")
EAN = re.compile(r"[0-9]{13}\Z")


class Kind(StrEnum):
    """What sort of thing is labelled; it decides what has to be said."""

    FOOD = "food"
    CARE = "care"  # soap and what else goes on the skin
    CRAFT = "craft"


SHELVES = {
    "makanan-camilan": Kind.FOOD,
    "minuman-herbal": Kind.FOOD,
    "perawatan-badan": Kind.CARE,
}


class Item(StrEnum):
    """A thing that a label says."""

    NAME = "name"
    ADDRESS = "address"
    NET = "net"
    INGREDIENTS = "ingredients"
    PERMIT = "permit"
    HALAL = "halal"
    BATCH = "batch"
    BEST_BEFORE = "best_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that may stand on a label, whether or not it is filled."""

    kind: Kind
    name: str
    address: str
    net: str
    ingredients: str
    permit: str
    halal: str
    batch: str
    best_before: date | None
    claims_halal: bool
    shelf_days: int | None
    fresh: bool  # fruit and the like, sold as it grew


def missing(content: Content) -> list[Item]:
    """What this label still has to say before it may be printed, in the order of the page."""
    return [item for item in needed(content) if not getattr(content, item.value)]


def needed(content: Content) -> list[Item]:
    """What a label of this kind has to say."""
    wanted = [Item.NAME, Item.ADDRESS]
    if content.kind != Kind.CRAFT:
        wanted += [Item.NET, Item.BATCH]
        if not content.fresh:
            wanted += [Item.INGREDIENTS, Item.BEST_BEFORE]
        if not (content.fresh or _short_lived(content)):
            wanted.append(Item.PERMIT)
        if content.claims_halal:
            wanted.append(Item.HALAL)
    return sorted(wanted, key=list(Item).index)


def _short_lived(content: Content) -> bool:
    return content.kind == Kind.FOOD and (content.shelf_days or SHORT_LIVED) < SHORT_LIVED


def kind_of(shelves: list[str]) -> Kind:
    """The kind of a thing by the shelves that it stands on, from the top down."""
    return next((SHELVES[slug] for slug in reversed(shelves) if slug in SHELVES), Kind.CRAFT)


# --- Numbers --------------------------------------------------------------------------------------


def permit(typed: str, kind: Kind, today: date) -> str:
    """A P-IRT or BPOM number as it is kept; raises Invalid at "permit" with what is wrong.

    P-IRT: 15 digits ABBCCCCDDEEEE-FF; A is the packaging (1 to 8) and FF the year it ends.
    """
    number = re.sub(r"[\s.\-/]", "", typed.upper())
    number = re.sub(r"^(P?IRT|BPOM(RI)?|NO)+:?", "", number)
    if not number:
        return ""
    if BPOM.match(number):
        return number
    if kind == Kind.CARE:
        raise Invalid("label_bpom_form", field="permit")
    if not PIRT.match(number):
        raise Invalid("label_pirt_form", field="permit")
    if has_ended(number, today):
        raise Invalid("label_pirt_over", field="permit", year=2000 + int(number[13:]))
    return number


def has_ended(number: str, today: date) -> bool:
    """Whether a P-IRT number names a year that is over; BPOM's numbers name none."""
    return bool(PIRT.match(number)) and int(number[13:]) < today.year % 100


def pirt_region(number: str) -> str | None:
    """The regency that a P-IRT number names, as a code such as "34.04"; none for BPOM's."""
    return f"{number[3:5]}.{number[5:7]}" if PIRT.match(number) else None


def written(number: str) -> str:
    """How a number is printed: P-IRT with the year behind a dash."""
    return f"{number[:13]}-{number[13:]}" if PIRT.match(number) else number


def halal(typed: str) -> str:
    """A halal certificate's number; raises Invalid at "halal"."""
    number = re.sub(r"[\s.\-/]", "", typed.upper())
    if number and not HALAL.match(number):
        raise Invalid("label_halal_form", field="halal")
    return number


def ean(typed: str) -> str:
    """Thirteen digits of which the last checks the others (GS1); raises Invalid at "ean"."""
    number = re.sub(r"[\s\-]", "", typed)
    if not number:
        return ""
    if not EAN.match(number):
        raise Invalid("label_ean_form", field="ean")
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(number[:12]))
    if (10 - total % 10) % 10 != int(number[12]):
        raise Invalid("label_ean_check", field="ean")
    return number


def best_before(day: date | None, today: date) -> date | None:
    """A day to come, and none that nobody will live to see; raises Invalid at "best_before"."""
    if day is None:
        return None
    if day <= today:
        raise Invalid("label_past", field="best_before")
    if day.year > today.year + MOST_YEARS:
        raise Invalid("label_too_far", field="best_before", years=MOST_YEARS)
    return day
