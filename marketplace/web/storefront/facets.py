"""What a list can be narrowed by, as its page shows it: links with figures, and what is applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from marketplace.catalog import districts, shelves
from marketplace.catalog.counts import MOST_DISTRICTS, Counts
from marketplace.catalog.rules import PRICE_STEPS, band_limits
from marketplace.catalog.wishes import Wish
from marketplace.core.money import rupiah

AddressOf = Callable[[Wish], str]


class Choice(NamedTuple):
    """One value of a facet: pressing it shows exactly `number` products."""

    words: str
    url: str
    number: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Everything beside a list."""

    shelves: list[Choice]
    groups: list[tuple[str, list[Choice]]]
    ready: Choice | None
    applied: list[tuple[str, str]]  # words and the address without it


def facets_of(wish: Wish, counts: Counts, to: AddressOf) -> Facets:
    """The choices that still make a difference, and those that are made."""
    groups = [("Kecamatan", _districts(wish, counts, to))]
    groups.append(("Harga", _prices(wish, counts, to)))
    groups += _questions(wish, counts, to)
    ready = counts.get("ready", {}).get("1", 0)
    return Facets(
        shelves=_children(wish, counts, to),
        groups=[(words, choices) for words, choices in groups if choices],
        ready=Choice("Siap kirim", to(wish.without(ready=True)), ready)
        if ready and not wish.ready
        else None,
        applied=_applied(wish, to),
    )


def _children(wish: Wish, counts: Counts, to: AddressOf) -> list[Choice]:
    found = counts.get("shelf", {})
    return [
        Choice(shelf.name, to(wish.without(shelf_id=shelf.id)), found[str(shelf.id)])
        for shelf in shelves.tree().values()
        if str(shelf.id) in found
    ]


def _districts(wish: Wish, counts: Counts, to: AddressOf) -> list[Choice]:
    if wish.district:
        return []
    found = sorted(counts.get("district", {}).items(), key=lambda one: (-one[1], one[0]))
    names = districts.names(code for code, _ in found[:MOST_DISTRICTS])
    return [
        Choice(names[code], to(wish.without(district=code)), count)
        for code, count in found[:MOST_DISTRICTS]
        if code
    ]


def _prices(wish: Wish, counts: Counts, to: AddressOf) -> list[Choice]:
    if wish.lowest is not None or wish.highest is not None:
        return []
    found = counts.get("price", {})
    return [
        Choice(price_words(low, high), to(wish.without(lowest=low, highest=high)), count)
        for band in range(len(PRICE_STEPS) + 1)
        if (count := found.get(str(band), 0))
        for low, high in [band_limits(band)]
    ]


def _questions(wish: Wish, counts: Counts, to: AddressOf) -> list[tuple[str, list[Choice]]]:
    shelf = shelves.tree().get(wish.shelf_id)
    answered = {code for code, _ in wish.answers}
    return [
        (
            question.label,
            [
                Choice(
                    _answer_words(question, value),
                    to(wish.without(answers=(*wish.answers, (question.code, value)))),
                    count,
                )
                for value, count in sorted(counts.get(f"a:{question.code}", {}).items())
            ],
        )
        for question in (shelf.questions if shelf else ())
        if question.facet and question.code not in answered
    ]


def _answer_words(question: shelves.Question, value: str) -> str:
    return "Ya" if question.kind == "bool" else value[:1].upper() + value[1:]


def _applied(wish: Wish, to: AddressOf) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if wish.district:
        name = districts.names([wish.district])[wish.district]
        found.append((name, to(wish.without(district=None))))
    if wish.lowest is not None or wish.highest is not None:
        words = price_words(wish.lowest, wish.highest)
        found.append((words, to(wish.without(lowest=None, highest=None))))
    if wish.ready:
        found.append(("Siap kirim", to(wish.without(ready=False))))
    labels = _labels(wish)
    for code, value in wish.answers:
        rest = tuple(one for one in wish.answers if one != (code, value))
        found.append((f"{labels[code]}: {value}", to(wish.without(answers=rest))))
    return found


def _labels(wish: Wish) -> dict[str, Any]:
    shelf = shelves.tree().get(wish.shelf_id)
    return {question.code: question.label for question in (shelf.questions if shelf else ())}


def price_words(lowest: int | None, highest: int | None) -> str:
    """Di bawah Rp50.000; Rp50.000–100.000; Rp1.000.000 ke atas."""
    if not lowest:
        return f"Di bawah {rupiah(_round_up(highest or 0))}"
    if highest is None:
        return f"{rupiah(lowest)} ke atas"
    return f"{rupiah(lowest)}–{rupiah(_round_up(highest)).removeprefix('Rp')}"


def _round_up(amount: int) -> int:
    """99.999 is said as 100.000: nobody speaks of the last rupiah."""
    return amount + 1 if amount % 1000 == 999 else amount
